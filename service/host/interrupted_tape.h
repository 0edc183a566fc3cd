/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_INTERRUPTED_TAPE_H
#define TAPEMAP_INTERRUPTED_TAPE_H

#include "layout_check.h"

/* A file tape that its recorder could not end. */
struct interrupted_tape {
    char *path; /* to free; NULL: none was found */
    struct layout_tape facts;
    uint64_t generation;
    bool is_outdated; /* a tape of the deck that was begun later has ended properly */
};

/*
 * Finds the newest such tape of `deck`: the file `output`, or files below that folder, as
 * deep as `pattern` (tape_path.h) puts them and three folders at least, that have an index file
 * beside them.
 * Returns OK, also when there is none (path is then NULL) · E_MEMORY.
 * Memory: found->path is the caller's. Threads: any. Blocks: for the disk.
 */
enum tapemap_status interrupted_tape_find(const char *output, const char *pattern,
                                          const char *deck,
                                          struct interrupted_tape *found);

#endif
