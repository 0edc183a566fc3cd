/* SPDX-License-Identifier: MIT */
/* Reading the catalogue, which another process writes and which may be damaged or hostile. */
#ifndef TAPEMAP_CATALOGUE_READ_H
#define TAPEMAP_CATALOGUE_READ_H

#include <stdint.h>

#include "tapemap/layout.h"
#include "tapemap/status.h"

/* A used slot. */
struct catalogue_entry {
    uint64_t tape_id;
    uint32_t pid;
    char name[TAPEMAP_NAME_BYTES]; /* a valid deck name */
};

/* Returns OK · E_NOT_YET: its creator has not finished it · E_FOREIGN. */
enum tapemap_status catalogue_check(const struct tapemap_catalogue *catalogue);

/*
 * Copies slot `index`, if it was whole.
 * Returns OK · E_NO_TAPE: the slot is free · E_BUSY: it is being written (try again a little
 * later) · E_CORRUPT: its name cannot be a deck's. Threads: any. Blocks: never.
 */
enum tapemap_status catalogue_read_slot(const struct tapemap_catalogue *catalogue, uint32_t index,
                                        struct catalogue_entry *entry);

#endif
