/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_PRESENT_TAPE_H
#define TAPEMAP_PRESENT_TAPE_H

#include "recorded_tape.h"

/*
 * The tape that is being recorded, for threads that look at it while the keeper changes tapes: each
 * of them holds what it looks at, and whoever closes a tape that was left waits until nobody does.
 */
struct present_tape {
    struct tapemap_shared_u64 present; /* struct recorded_tape * */
    struct tapemap_shared_u64 held[2]; /* by each holder; 0: nothing */
};

enum present_tape_holder { HOLDER_MAIN, HOLDER_CONTROL };

/* The keeper's. Never blocks. */
void present_tape_set(struct present_tape *present, struct recorded_tape *tape);

/* Holds the tape until _release, which must not wait for anything outside. Threads: one for each
   holder. Never blocks. */
struct recorded_tape *present_tape_hold(struct present_tape *present,
                                        enum present_tape_holder holder);
void present_tape_release(struct present_tape *present, enum present_tape_holder holder);

/* Returns when nobody holds the tape, which is no longer the present one. Blocks: a moment. */
void present_tape_await(const struct present_tape *present, const struct recorded_tape *tape);

#endif
