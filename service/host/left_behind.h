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

/* Removes the files of a tape that was never begun, unless that has changed since it was found.
   Returns false when somebody holds one: to be tried again. Any thread. Blocks: for the disk. */
bool left_behind_remove(const char *path);

/* Any thread; never blocks. */
void left_behind_free(struct left_behind *list);

#endif
