/* SPDX-License-Identifier: MIT */
/* Lines that one thread has to say and another says, because a console may hold it up. */
#ifndef TAPEMAP_NEWS_H
#define TAPEMAP_NEWS_H

#include <stdbool.h>
#include <stddef.h>

#include "tapemap/layout.h"

#define NEWS_LINES 8u
#define NEWS_BYTES 512u

struct news {
    struct tapemap_shared_u64 written;
    struct tapemap_shared_u64 read;
    char lines[NEWS_LINES][NEWS_BYTES];
};

/* Adds a line, shortened when it is too long; left out when nobody has taken the last ones.
   Threads: one. Never blocks. */
void news_put(struct news *news, const char *text);

/* Takes the oldest line; false: there is none. Threads: one. Never blocks. */
bool news_take(struct news *news, char *text, size_t room);

#endif
