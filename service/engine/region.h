/* SPDX-License-Identifier: MIT */
/*
 * A part of the index section that grows from its beginning: the journal, a level of peaks. It
 * commits and maps as it is written; the writer sees plain memory.
 */
#ifndef TAPEMAP_REGION_H
#define TAPEMAP_REGION_H

#include "commit_budget.h"
#include "store.h"
#include "tapemap/layout.h"

struct region {
    struct store *store;
    struct commit_budget *budget;
    struct tapemap_region *shared; /* its row in the index header */
    uint64_t committed_bytes;      /* for certain; `shared` may say more of a tape gone on with */
    unsigned char *view;
    uint64_t view_start; /* in the region */
    size_t view_bytes;
};

/* The reserved length of a region of `capacity` items: one granule more than they need, so that no
   commit ends at the end of a view (see store.h). */
uint64_t region_measure(uint64_t capacity, uint32_t item_bytes);

/* `shared` is filled by the caller (offset, bytes, capacity) and outlives the region. */
void region_init(struct region *region, struct store *store, struct commit_budget *budget,
                 struct tapemap_region *shared);
void region_deinit(struct region *region);

/* Of a tape that is gone on with: its first `items` items are there, and whatever `shared` says of
   what is behind them is not relied upon. */
void region_resume(struct region *region, uint64_t items, size_t item_bytes);

/* Commits the first `items` items of `item_bytes` (at most the region's capacity), so that writing
   them cannot fail for want of memory. May be tried again after a failure. */
enum tapemap_status region_prepare(struct region *region, uint64_t items, size_t item_bytes);

/*
 * Memory of the `bytes` bytes (at most a granule) at `start` in the region, committed and mapped.
 * Valid until the next call on this region. Returns NULL with *status on failure.
 */
void *region_at(struct region *region, uint64_t start, size_t bytes, enum tapemap_status *status);

#endif
