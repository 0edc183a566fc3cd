/* SPDX-License-Identifier: MIT */
/*
 * What tests of threads share: somebody who appends, somebody who keeps, and a deck whose tapes are
 * handed on from the keeper to a finisher. They run as fast as they can, by a clock of their own.
 */
#ifndef TAPEMAP_SCRIPTED_THREADS_H
#define TAPEMAP_SCRIPTED_THREADS_H

#include <stdbool.h>
#include <stdint.h>

#include "deck.h"

#define SCRIPTED_CLOCK_HZ 10000000u

/* Appends the ramp, s16 and stereo, waiting for the keeper where that is needed. */
void scripted_append_ramp(struct deck *deck, uint64_t frames);

/* Ticks every 10 ms of its clock until `is_done` is 1. */
void scripted_keep(struct deck *deck, const struct tapemap_shared_u64 *is_done);

struct backed_tape {
    struct tape *tape;
    struct store *audio;
    struct store *index;
};

/* A deck that changes its tapes. Zeros, but for `config` and `verify`, before it begins. */
struct scripted_change {
    struct deck_config config;
    /* Looks at a tape that has ended, which begins at `position` of the series; aborts. */
    void (*verify)(uint64_t position, const struct backed_tape *ended);
    struct deck *deck;
    struct backed_tape present;
    struct backed_tape next;
    struct backed_tape left;
    struct tapemap_shared_u64 has_left; /* 1: `left` is the finisher's; 0: the keeper's */
    struct tapemap_shared_u64 is_done;  /* 1: keeper and finisher may end */
    uint64_t position;                  /* the finisher's: frames verified */
    unsigned tapes;                     /* the keeper's: offered */
};

void scripted_change_begin(struct scripted_change *change, struct instant now);

/* The keeper, after a tick: a tape that was left goes to the finisher. Returns whether the deck may
   be offered a next one. */
bool scripted_change_hand_on(struct scripted_change *change, struct instant now);
void scripted_change_offer(struct scripted_change *change, struct instant now);

/* The finisher's thread; `context` is the change. Ends tapes, verifies them, lets them go. */
void *scripted_change_finish(void *context);

/* After all threads: what nobody took is verified, and the deck destroyed. */
void scripted_change_end(struct scripted_change *change);

#endif
