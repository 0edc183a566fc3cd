/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CONTROL_SERVER_H
#define TAPEMAP_CONTROL_SERVER_H

#include "control_call.h"
#include "failure.h"

/* The pipe of docs/control.md, served on threads of its own. */
struct control_server;

/* So many clients are served at once; others wait for one of them to leave. */
#define CONTROL_CLIENTS 8u

struct control_server_config {
    const char *pipe_name; /* UTF-8, whole: \\.\pipe\... */
    enum control_side side;
    void *security; /* SECURITY_ATTRIBUTES; NULL: the system's default */
    control_handler *handle;
    void *context;
};

/*
 * Makes the pipe and begins to serve it.
 * Returns OK · E_BUSY: the name was taken by somebody else · E_MEMORY · E_SYSTEM, with failure
 * filled. Memory: *server is the caller's until control_server_stop; of the config only the context
 * is kept. Threads: one for both functions. Blocks: for moments.
 */
enum tapemap_status control_server_start(const struct control_server_config *config,
                                         struct control_server **server, struct failure *failure);

/* Ends it; the handler is not called any more. NULL is ignored.
   Blocks: a few moments, and two seconds when a client does not take its answer. */
void control_server_stop(struct control_server *server);

#endif
