/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CHANGER_H
#define TAPEMAP_CHANGER_H

#include "deck_change.h"
#include "finisher.h"
#include "keeper_timer.h"
#include "pace.h"
#include "rotation.h"

/*
 * Changes the tapes of a deck: finds out when the next one is due, has it made ahead of time on a
 * thread of its own, offers it, and hands what was left to the finisher. When it cannot be made,
 * the present tape goes on, and it is tried again every two seconds. A tape in another format, for
 * a source that came back so, is made when the deck wants it, and takes the present one's place.
 */
struct changer;

struct changer_config {
    struct deck *deck;
    struct keeper_timer *timer;
    struct finisher *finisher;
    struct present_tape *present; /* holds the deck's first tape */
    struct rotation_policy policy;
    struct tape_place place;      /* but for utc_ns */
    struct tape_config tape;      /* of the deck's first tape, or the first in this format */
    bool is_pulled;               /* the source waits at a boundary */
    uint32_t speed_thousandths;   /* of what is pulled */
};

/* Starts the thread. All that the configuration points to must outlive the changer. Returns OK ·
   E_MEMORY · E_SYSTEM, with failure filled. Memory: *changer is the caller's until changer_stop. */
enum tapemap_status changer_start(const struct changer_config *config, struct changer **changer,
                                  struct failure *failure);

/* To be called after each tick of the deck. The keeper; never blocks, like changer_end. */
void changer_tick(struct changer *changer, struct instant now);

/* To be called after deck_end: hands over what was left last. */
void changer_end(struct changer *changer, struct instant now);

/* What went wrong since it was asked last, to be said: not oftener than once a minute. Returns
   false when there is nothing. Threads: one. Never blocks. */
bool changer_take_failure(struct changer *changer, struct failure *failure);

/* Ends the thread, after changer_end; a tape that was not begun is removed.
   NULL is ignored. Blocks: for the disk. */
void changer_stop(struct changer *changer);

#endif
