/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_LEFT_BEHIND_H
#define TAPEMAP_LEFT_BEHIND_H

#include <stdbool.h>
#include <stdint.h>

/* Tapes of a deck that an earlier recorder left unfinished (layout.md, L180), but for the one that
   is gone on with. A list; NULL is an empty one. */
struct left_behind {
    char *path;
    bool is_empty; /* a next tape that was never begun */
    uint64_t tape_id;          /* 0: it has ended, and says itself what comes next */
    uint64_t previous_tape_id;
    struct left_behind *next;
};

/* Puts a copy of `path` into the list, as its first entry. Returns false when there is no memory.
   Any thread; never blocks. */
bool left_behind_add(struct left_behind **list, const char *path, bool is_empty);

/* Says in the tapes of the list that the tape `tape_id` in the file `path` comes after the one with
   the id `previous`: a recorder that dies at a seam has not. Any thread. Blocks: for the disk. */
void left_behind_join(const struct left_behind *list, uint64_t previous, uint64_t tape_id,
                      const char *path);

/* Completes their files, and removes those without a frame. What cannot be done now is left as it
   is, and said. Any thread. Blocks: for the disk. */
void left_behind_complete(const struct left_behind *list);

/* Any thread; never blocks. */
void left_behind_free(struct left_behind *list);

#endif
