/* SPDX-License-Identifier: MIT */
/*
 * Lines that wait for whoever writes them, in the order in which they came. So many and no more:
 * those that find no room are left out, and a line in their place says how many they were.
 */
#ifndef TAPEMAP_WAITING_LINES_H
#define TAPEMAP_WAITING_LINES_H

#include <stdbool.h>
#include <stdint.h>

struct waiting_line {
    struct waiting_line *next;
    uint64_t utc_ns;
    unsigned kind; /* what its owner says; 0 of the line that counts */
    bool is_seen;  /* the owner's: false at first */
    char text[];
};

/* Begins with all zeros but for `most`, which is at least 2. */
struct waiting_lines {
    struct waiting_line *first;
    struct waiting_line *last;
    unsigned count;
    unsigned most;
    unsigned missing; /* since the last line */
};

/* Pure, all of them: one thread at a time. Never block. */

/* Adds a copy of the text. Returns false when there is no room or no memory; it is counted then. */
bool waiting_lines_add(struct waiting_lines *lines, unsigned kind, const char *text,
                       uint64_t utc_ns);

/* The oldest line; NULL: there is none. When lines are missing behind the last one, that is told
   by a line of this moment, if there is no other. It stays until waiting_lines_drop_first. */
struct waiting_line *waiting_lines_first(struct waiting_lines *lines, uint64_t utc_ns);

/* Takes the oldest line away; there must be one. Memory: it is freed. */
void waiting_lines_drop_first(struct waiting_lines *lines);

#endif
