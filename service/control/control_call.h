/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CONTROL_CALL_H
#define TAPEMAP_CONTROL_CALL_H

#include "control_answer.h"
#include "control_request.h"

/* One request on its way through whoever answers it. */
struct control_call {
    const struct control_request *request;
    uint32_t client_pid; /* of the process that asks; 0: not known */
    uint64_t memory;     /* 0 at first; kept for the handler while it says "later" */
};

enum control_outcome {
    CONTROL_ANSWERED,
    CONTROL_LATER, /* not done yet: ask again; nothing was added to the answer */
};

/*
 * Answers a call: adds to the answer, or makes it a failure. What takes time is begun in the first
 * call, and looked after in the later ones, which come every CONTROL_RETRY_MS for
 * CONTROL_LATER_SECONDS; then whoever called tells the client that it takes too long.
 * Threads: several, but never two at a time. Blocks: only for moments, since it holds up others.
 */
typedef enum control_outcome control_handler(void *context, struct control_call *call,
                                             struct control_answer *answer);

#define CONTROL_RETRY_MS 20u
#define CONTROL_LATER_SECONDS 10u

#endif
