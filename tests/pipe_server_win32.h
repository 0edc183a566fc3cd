/* SPDX-License-Identifier: MIT */
/* Somebody who serves a control pipe, well or badly. */
#ifndef TAPEMAP_PIPE_SERVER_WIN32_H
#define TAPEMAP_PIPE_SERVER_WIN32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pipe_server_manner {
    PIPE_SERVER_ANSWERS,  /* reads a line and writes `answer` */
    PIPE_SERVER_IS_MUTE,  /* reads, and never answers */
    PIPE_SERVER_IS_DEAF,  /* does not even read */
    PIPE_SERVER_LEAVES,   /* reads a line, writes `answer`, and goes */
    PIPE_SERVER_DRIPS,    /* a byte of an endless answer every few milliseconds */
    PIPE_SERVER_FLOODS,   /* an endless answer */
};

struct pipe_server;

/* Makes the pipe, for one client, and serves it on a thread of its own. answer: `length` bytes,
   valid until the end. */
struct pipe_server *pipe_server_start(const char *name, enum pipe_server_manner manner,
                                      const char *answer, size_t length);

/* Ends it, and copies what the client sent: at most room - 1 bytes, terminated. */
void pipe_server_stop(struct pipe_server *server, char *heard, size_t room);

/* Takes the pipe's one instance as a client, so that it is busy; for pipe_server_let_go. */
void *pipe_server_keep_busy(const char *name);
void pipe_server_let_go(void *client);

/* Whether anybody has written into the pipe, of which `handle` is the serving end. */
bool pipe_server_was_written(void *handle);

uint32_t pipe_server_session(void);
uint32_t pipe_server_pid(void);

#endif
