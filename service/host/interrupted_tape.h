/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_INTERRUPTED_TAPE_H
#define TAPEMAP_INTERRUPTED_TAPE_H

#include "layout_check.h"
#include "left_behind.h"

/* A file tape that its recorder could not end. */
struct interrupted_tape {
    char *path; /* to free; NULL: none was found */
    struct layout_tape facts;
    uint64_t generation;
    uint64_t head;
    uint64_t previous_tape_id;
    uint64_t series_position;
    bool is_outdated; /* a tape of the deck that was begun later, and not before it in its series,
                         has ended properly */
    struct left_behind *others; /* of the same deck, interrupted or ended, to be completed */
};

/*
 * Finds the newest such tape of `deck` that has frames, if one has: the file `output`, or files
 * below that folder, as deep as `pattern` (tape_path.h) puts them and three folders at least, that
 * have an index file beside them.
 * Tapes at whose seam a recorder died are made to name each other (layout.md, L178).
 * Returns OK, also when there is none (path is then NULL) · E_MEMORY.
 * Memory: *found is the caller's until interrupted_tape_free. Threads: any. Blocks: for the disk.
 */
enum tapemap_status interrupted_tape_find(const char *output, const char *pattern,
                                          const char *deck,
                                          struct interrupted_tape *found);

/* The tape is not gone on with: it comes to those that are to be completed, and path is NULL.
   Returns OK · E_MEMORY; then nothing has changed. Any thread; never blocks. */
enum tapemap_status interrupted_tape_leave(struct interrupted_tape *found);

/* Any thread; never blocks. */
void interrupted_tape_free(struct interrupted_tape *found);

#endif
