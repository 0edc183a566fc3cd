/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_LEFT_BEHIND_H
#define TAPEMAP_LEFT_BEHIND_H

#include <stdbool.h>

/* Tapes of a deck that an earlier recorder left unfinished (layout.md, L180), but for the one that
   is gone on with. A list; NULL is an empty one. */
struct left_behind {
    char *path;
    bool is_empty; /* a next tape that was never begun */
    struct left_behind *next;
};

/* Puts a copy of `path` into the list. Returns false when there is no memory. */
bool left_behind_add(struct left_behind **list, const char *path, bool is_empty);

/* Completes their files, and removes those without a frame. What cannot be done now is left as it
   is, and said. Any thread. Blocks: for the disk. */
void left_behind_complete(const struct left_behind *list);

/* Any thread; never blocks. */
void left_behind_free(struct left_behind *list);

#endif
