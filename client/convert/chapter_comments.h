/* SPDX-License-Identifier: MIT */
/*
 * Marks as Vorbis comments, which players know as chapters: CHAPTER001=00:01:30.000 and
 * CHAPTER001NAME=verse. libsndfile writes a fixed set of comments only. So it is given one comment
 * of the length that all of ours have, and they take its place once it is written. Pure.
 */
#ifndef TAPEMAP_CHAPTER_COMMENTS_H
#define TAPEMAP_CHAPTER_COMMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"

/* All comments together: with the other headers they then fit in the first page of an Ogg file. */
#define CHAPTER_COMMENTS_BYTES 32768u

struct chapter_comments {
    uint32_t count;
    size_t bytes;
    unsigned char data[CHAPTER_COMMENTS_BYTES]; /* each: its length as 32 bits, its text */
};

#define CHAPTER_TIME_BYTES 32u

/* Writes a position as 00:01:30.000. */
void chapter_time(uint64_t position, uint32_t rate_hz, char out[CHAPTER_TIME_BYTES]);

/* Makes the comments of the marks among the records, in order of their positions, at most 999 and
   as many as there is room for. Returns how many marks they tell. Sorts the records. */
size_t chapter_comments_make(struct chapter_comments *comments, struct tapemap_record *records,
                             size_t record_count, uint32_t rate_hz);

/* Makes the value of the comment COMMENT that takes their place at first. There is at least one.
   Memory: for free(); NULL when there is none. */
char *chapter_comments_placeholder(const struct chapter_comments *comments);

/* Puts them in the place of that comment in the first bytes of a FLAC or Ogg file. Returns false
   when it is not there. */
bool chapter_comments_place(const struct chapter_comments *comments, unsigned char *front,
                            size_t bytes);

#endif
