/* SPDX-License-Identifier: MIT */
/* A tape in memory that this process was given to go on with: `--inherit`. */
#ifndef TAPEMAP_INHERITED_TAPE_H
#define TAPEMAP_INHERITED_TAPE_H

#include <stdbool.h>

#include "failure.h"
#include "layout_check.h"
#include "record_options.h"
#include "tape_share.h"
#include "tape_storage.h"
#include "wake_events.h"

struct inherited_tape {
    bool is_there;
    struct tape_handles handles;
    struct layout_tape facts;
};

/*
 * Looks at the tape whose handles options->inherit lists: it must be in memory, of this deck, of
 * the kind and in the format that are asked for, and not ended. The caller has the lock of the
 * deck, so the tape's recorder lives no more.
 * Returns OK, tape->is_there then says whether one was given · E_NO_TAPE · E_ARGUMENT · E_CORRUPT ·
 * E_FOREIGN: it cannot go on, with failure filled; its handles are closed.
 * Memory: the handles are the tape's until inherited_tape_adopt or inherited_tape_drop. Threads:
 * one. Blocks: never.
 */
enum tapemap_status inherited_tape_find(const struct record_options *options,
                                        struct inherited_tape *tape, struct failure *failure);

/* Makes stores and events of it; after that, as after a failure, it is there no more. Returns as
   pagefile_store_adopt and wake_events_adopt. */
enum tapemap_status inherited_tape_adopt(struct inherited_tape *tape, struct tape_storage *storage,
                                         struct wake_events **events, struct failure *failure);

/* Closes the handles. Harmless when there is none. */
void inherited_tape_drop(struct inherited_tape *tape);

/* The handles of a tape in memory, for others to duplicate. */
struct tape_handles inherited_tape_handles(uint64_t tape_id, const struct tape_storage *storage,
                                           const struct wake_events *events);

#endif
