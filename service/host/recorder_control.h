/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_RECORDER_CONTROL_H
#define TAPEMAP_RECORDER_CONTROL_H

#include <stdbool.h>

#include "control_call.h"
#include "deck.h"
#include "tape_share.h"

/*
 * What the parts of a recorder do when somebody asks for it; one that is NULL is refused with a
 * sentence. All get the context, are called by one thread at a time, and never block.
 */
struct recorder_control_ops {
    /* Has the next tape begun as soon as it can be made. Returns OK, or why it cannot be, with
       failure filled. */
    enum tapemap_status (*rotate)(void *context, struct failure *failure);
    enum tapemap_status (*pause)(void *context, bool pauses, struct failure *failure);
    /* The supervisor holds this tape. */
    enum tapemap_status (*held)(void *context, uint64_t tape_id, struct failure *failure);
    /* The tape in memory, for a supervisor to hold. */
    struct tape_handles (*hold)(void *context);
    /* A mark was set, at a position of the tape. NULL: nobody wants to know. */
    void (*marked)(void *context, uint64_t tape_id, uint64_t position);
};

struct recorder_control {
    struct deck *deck;
    const struct tapemap_control *present; /* of the tape that is recorded now, during a call */
    struct recorder_control_ops ops;
    void *context;
    const char *config_hash; /* what its supervisor gave it; NULL: it has none */
};

/* Answers what docs/control.md says a recorder answers; `recorder_control` is a struct
   recorder_control. */
control_handler recorder_control_handle;

#endif
