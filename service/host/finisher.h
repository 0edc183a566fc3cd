/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_FINISHER_H
#define TAPEMAP_FINISHER_H

#include "catalogue.h"
#include "finished_hook.h"
#include "left_behind.h"
#include "present_tape.h"
#include "retention_run.h"

/* A thread that closes and completes the tapes that a deck has left, and deletes old ones where
   that needs their room: that waits for disks, and for readers that hold a file. What stays held it
   tries again whenever the deck has left another tape, every ten minutes, and at its end. */
struct finisher;

struct finisher_config {
    const char *deck;
    struct catalogue *catalogue; /* the finisher's alone while it runs */
    const struct present_tape *present;
    uint64_t present_id; /* of its tape, as the finisher begins */
    const struct left_behind *left_behind; /* of an earlier recorder, completed first; or NULL */
    struct retention_config retention;
    struct finished_hook *hook; /* told of files that were completed; or NULL */
};

/* Starts the thread. All that the configuration names must outlive it. Returns OK · E_MEMORY ·
   E_SYSTEM, with failure filled. Memory: *finisher is the caller's until finisher_stop. */
enum tapemap_status finisher_start(const struct finisher_config *config,
                                   struct finisher **finisher, struct failure *failure);

/* True when finisher_take may be called. The keeper; never blocks, like finisher_take. */
bool finisher_has_room(const struct finisher *finisher);

/* Takes over a tape that has ended, whose readers were woken, and that is no longer the present
   one. The deck's entry in the catalogue becomes `present_id`. */
void finisher_take(struct finisher *finisher, struct recorded_tape *left, uint64_t present_id);

/* To be called with each tick of the deck: has finished tapes looked through, and what was held
   tried again, now and then. The keeper; never blocks, like finisher_ask_room. */
void finisher_tick(struct finisher *finisher, struct instant now);

enum finisher_room {
    FINISHER_ROOM_PENDING, /* ask again with the next tick */
    FINISHER_ROOM_MADE,    /* as much as was asked for is free: try again */
    FINISHER_ROOM_DENIED,  /* nothing is left to delete, or nothing may be */
};

/* When there is no room after so many answers that there is, some other limit was met. */
#define FINISHER_MOST_TRIES 25u

/* Asks for room on the disk, for the deck or for its next tape: what was left is completed, and
   what is old deleted. */
enum finisher_room finisher_ask_room(struct finisher *finisher, struct instant now);

/* Ends the thread when all is done, and as much is free as is to be when the deck's last tape is
   completed. Blocks: for that. Returns whether every file is complete. NULL is ignored (true). */
bool finisher_stop(struct finisher *finisher);

#endif
