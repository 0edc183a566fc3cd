/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CONTROL_PIPE_H
#define TAPEMAP_CONTROL_PIPE_H

#include <stdbool.h>
#include <stdint.h>

#include "tapemap/status.h"

/* The limits of docs/control.md, the '\n' included. */
#define CONTROL_PIPE_REQUEST_BYTES 4096u
#define CONTROL_PIPE_ANSWER_BYTES 65536u

/* What went wrong, for a sentence about it. */
struct control_pipe_problem {
    uint32_t code;   /* of the system (system_error.h); 0: there is none */
    char owner[200]; /* E_UNTRUSTED: who made the pipe */
};

/*
 * Sends one line to the pipe `name` and reads one line, before the steady clock reads `deadline`.
 * Returns OK · before anything was sent: E_NO_DECK: there is no such pipe · E_DENIED · E_UNTRUSTED:
 * its owner is none of those whom one may trust · E_BUSY: it had no room until the deadline · and
 * then: E_TIMEOUT · E_ENDED: the other end left before the answer was whole · E_DATA: what it sent
 * is no line, or too long a one · E_MEMORY · E_SYSTEM.
 * problem: filled on failure. request: ends in '\n'. Memory: *answer, without its '\n', is the
 * caller's, for free(); untouched on failure. Threads: any. Blocks: up to the deadline.
 */
enum tapemap_status control_pipe_ask(const char *name, const char *request, uint64_t deadline,
                                     char **answer, struct control_pipe_problem *problem);

/* The name, into OBJECT_NAME_BYTES, of the pipe of a deck, or with deck NULL of a supervisor: the
   machine's, or this login session's. Any thread; never blocks. */
void control_pipe_name(char *out, bool is_global, const char *deck);

#endif
