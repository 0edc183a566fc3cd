/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_FINISH_LATER_H
#define TAPEMAP_FINISH_LATER_H

#include <stdbool.h>

#include "complete_file.h"
#include "finished_hook.h"
#include "left_behind.h"

/* Files of a deck that could not be completed because somebody holds them. A list; NULL is an empty
   one. Threads: one at a time. */
struct finish_later {
    char *path;
    bool is_empty; /* of a tape that was never begun: to be removed (left_behind.h) */
    bool is_told;  /* the hook knows of it */
    bool is_own;   /* this recorder's: it has failed if it never is complete */
    unsigned tries; /* in vain, of one that is complete but for what somebody holds */
    struct finish_later *next;
};

/*
 * Completes what an earlier recorder left, and removes what holds no frame; tells `hook`, or NULL,
 * of what is complete. What somebody holds comes into the list: he is waited for ten seconds once,
 * not for each file. Blocks: for the disk.
 */
void finish_later_begin(struct finish_later **list, const struct left_behind *left,
                        struct finished_hook *hook);

/*
 * The same for a file of this recorder's, which has just been closed. Returns false when it is
 * neither complete nor in the list: it is left to the deck's next recorder.
 */
bool finish_later_take(struct finish_later **list, char *path, struct finished_hook *hook);

/*
 * Tries each file once, as `patience` says (RETURNS, or LAST); the list keeps those that are still
 * held. `hook` is told of what is complete now, unless it knows; or NULL.
 * Returns false when an own file can never be completed. Blocks: for the disk.
 */
bool finish_later_try(struct finish_later **list, enum completion_patience patience,
                      struct finished_hook *hook);

/* Frees the list. Returns false when an own file in it is not complete. Never blocks. */
bool finish_later_free(struct finish_later *list);

#endif
