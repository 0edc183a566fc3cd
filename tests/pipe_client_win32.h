/* SPDX-License-Identifier: MIT */
/* A client of a control pipe, that may misbehave. */
#ifndef TAPEMAP_PIPE_CLIENT_WIN32_H
#define TAPEMAP_PIPE_CLIENT_WIN32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pipe_client;

/* Connects to the pipe; NULL when there is none, or no free instance within the time. */
struct pipe_client *pipe_client_open(const char *name, uint32_t timeout_ms);
void pipe_client_close(struct pipe_client *client);

/* Returns false when the other end has gone, or takes nothing for 20 seconds. */
bool pipe_client_send(struct pipe_client *client, const char *bytes, size_t count);

/* Reads a line, without its '\n', terminated. Returns false when there is none: the other end has
   gone, or says nothing for 20 seconds (then the text is "(silence)"). */
bool pipe_client_read(struct pipe_client *client, char *line, size_t room);

/* Somebody who has made the pipe before; to be given to pipe_squatter_close. */
void *pipe_squatter_open(const char *name);
void pipe_squatter_close(void *squatter);

#endif
