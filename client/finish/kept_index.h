/* SPDX-License-Identifier: MIT */
/*
 * The index that a recorder left: a file of its own, or inside a finished tape. It is a stranger's:
 * everything is checked, and what fails is treated as if it were not there.
 * Threads: one; blocks for the disk.
 */
#ifndef TAPEMAP_KEPT_INDEX_H
#define TAPEMAP_KEPT_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "file_access.h"
#include "layout_check.h"

#define KEPT_INDEX_CACHED 512u

struct kept_index {
    struct file_access *file; /* the caller's */
    uint64_t base;            /* where the index begins in it */
    struct layout_index layout;
    uint64_t first;           /* records [first, end) can be read */
    uint64_t end;
    uint64_t cells;           /* whole cells of level 0 that can be read */
    bool is_torn;             /* the journal holds less than it says: [first, end) are sound */
    uint64_t cached_slot;     /* slots in `cache`, from this one on */
    uint64_t cached;
    struct tapemap_record cache[KEPT_INDEX_CACHED];
};

/*
 * Judges the index of `bytes` bytes at `base`, and all of its journal. index: filled, `file` stays
 * the caller's.
 * tape: index_bytes says what the index must say of its own length. frames: of the tape.
 * Returns 0, or the code of a failure to read. *status: OK, or what is wrong with the index, which
 * must then not be used.
 */
uint32_t kept_index_open(struct kept_index *index, struct file_access *file, uint64_t base,
                         uint64_t bytes, const struct layout_tape *tape, uint64_t frames,
                         enum tapemap_status *status);

/* Copies record `sequence` of [first, end). Returns a code. */
uint32_t kept_index_record(struct kept_index *index, uint64_t sequence,
                           struct tapemap_record *record);

/* Copies `count` cells of level 0 from `first` on. Returns a code. */
uint32_t kept_index_cells(const struct kept_index *index, uint64_t first, uint64_t count,
                          void *cells);

#endif
