/* SPDX-License-Identifier: MIT */
/* Which frames `keep` is to keep. Pure. */
#ifndef TAPEMAP_KEEP_STRETCH_H
#define TAPEMAP_KEEP_STRETCH_H

#include <stdint.h>

struct keep_stretch {
    uint64_t from;
    uint64_t to;      /* past the last frame; may not be recorded yet */
    uint64_t unmade;  /* wanted before frame 0: there never were any */
};

/* The newest `frames` before `head`. */
struct keep_stretch keep_last(uint64_t head, uint64_t frames);

/* `before` frames before a position and `after` from it on. */
struct keep_stretch keep_around(uint64_t position, uint64_t before, uint64_t after);

#endif
