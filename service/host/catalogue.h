/* SPDX-License-Identifier: MIT */
/*
 * The recorder's side of the catalogue (layout.h): which deck has which tape. A slot outlives its
 * recorder, because readers may hold the tape still; it is used again once its tape has gone. So a
 * deck has several slots while readers hold older tapes of it; only the newest has a pid.
 */
#ifndef TAPEMAP_CATALOGUE_H
#define TAPEMAP_CATALOGUE_H

#include <stddef.h>

#include "failure.h"
#include "tapemap/layout.h"

struct catalogue;

/*
 * Opens the catalogue of the namespace `space` (object_names.h), making it when there is none.
 * Returns OK · E_FOREIGN · E_DENIED · E_MEMORY · E_SYSTEM, with failure filled.
 * Memory: *catalogue is the caller's until catalogue_close; the section lives as long as a process
 * holds it. Threads: one at a time, for all of these. Blocks: up to five seconds for the lock.
 */
enum tapemap_status catalogue_open(const char *space, struct catalogue **catalogue,
                                   struct failure *failure);
/* NULL is ignored. */
void catalogue_close(struct catalogue *catalogue);

/* Enters a deck's newest tape, recorded by the process `pid` (not 0); while that waits for its
   source, an id that no tape has. The deck's older tape stays
   listed while it is held and there is room. Returns OK · E_FULL: all slots are in use · E_SYSTEM:
   the lock is not to be had; with failure filled. */
enum tapemap_status catalogue_enter(struct catalogue *catalogue, const char *deck,
                                    uint64_t tape_id, uint32_t pid, struct failure *failure);

struct catalogue_recorder {
    char deck[TAPEMAP_NAME_BYTES]; /* a valid name */
    uint32_t pid;                  /* that entered the deck last; it may be long gone */
};

/* Every deck in the catalogue, once, and who recorded it; at most TAPEMAP_CATALOGUE_SLOTS. Returns
   how many; 0 also when the lock is not to be had. */
size_t catalogue_list(struct catalogue *catalogue,
                      struct catalogue_recorder recorders[TAPEMAP_CATALOGUE_SLOTS]);

/* The tape that the process `pid` entered for the deck; 0 when it did not, or another did later. */
uint64_t catalogue_find_tape_id(struct catalogue *catalogue, const char *deck, uint32_t pid);

/* The process that entered the deck last; 0 when it is not in the catalogue. */
uint32_t catalogue_find_pid(struct catalogue *catalogue, const char *deck);

#endif
