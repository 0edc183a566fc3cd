/* SPDX-License-Identifier: MIT */
/* Lines that one thread has, and another one says: it may have more to do with them. */
#ifndef TAPEMAP_LINE_QUEUE_H
#define TAPEMAP_LINE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "tapemap/layout.h"

#define LINE_QUEUE_LINES 8u
#define LINE_QUEUE_BYTES 512u

struct line_queue {
    struct tapemap_shared_u64 written;
    struct tapemap_shared_u64 read;
    char lines[LINE_QUEUE_LINES][LINE_QUEUE_BYTES];
};

/* Adds a line, shortened when it is too long; left out when nobody has taken the last ones.
   Threads: one. Never blocks. */
void line_queue_put(struct line_queue *queue, const char *text);

/* Takes the oldest line; false: there is none. Threads: one. Never blocks. */
bool line_queue_take(struct line_queue *queue, char *text, size_t room);

#endif
