/* SPDX-License-Identifier: MIT */
/* How people write a position: the words alone, before a tape says where that is. Pure. */
#ifndef TAPEMAP_POSITION_WORDS_H
#define TAPEMAP_POSITION_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "calendar.h"

enum position_kind {
    POSITION_START,       /* start */
    POSITION_NOW,         /* now */
    POSITION_FROM_START,  /* 90s, 1:30:00, 12345f: that long after frame 0 */
    POSITION_BEFORE_HEAD, /* -90s */
    POSITION_ONWARD,      /* +90s: that long after the beginning of a stretch */
    POSITION_DAYTIME,     /* 14:05:30, @14:05: some day's */
    POSITION_MOMENT,      /* 2026-11-20T14:05:30 */
    POSITION_MARK,        /* mark:NAME */
};

struct position_words {
    enum position_kind kind;
    bool is_frames;         /* of a length: */
    uint64_t amount;        /* in frames or nanoseconds */
    struct calendar wall;   /* of a time of day (year to day are 0) or a moment */
    uint32_t nanosecond;
    bool has_zone;          /* of a moment: it says how far it is ahead of UTC */
    int32_t zone_s;
    const char *label;      /* of a mark: the rest of the text */
};

/* The forms of tapemap_parse_position. false, and *words undefined, for any other text. */
bool position_words_read(const char *text, struct position_words *words);

#endif
