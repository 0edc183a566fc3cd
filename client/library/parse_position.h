/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_PARSE_POSITION_H
#define TAPEMAP_PARSE_POSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "wall_clock.h"
#include "reader.h"
#include "tapemap/status.h"

/* What the words of a position refer to. */
struct position_scale {
    uint64_t head;
    uint64_t oldest;
    uint64_t capacity_frames;
    uint32_t sample_rate_hz;
    bool is_ring;
    bool has_from;         /* it is the end of a stretch that begins at `from` */
    uint64_t from;
    struct reader *reader; /* of the same tape, for its anchors and marks */
    wall_clock_offset *local; /* of the place where the position is read */
};

/* The forms and limits of tapemap_parse_position, or with has_from those of
   tapemap_parse_position_after, and what these return. Pure but for `reader` and `local`. */
enum tapemap_status parse_position(const char *text, const struct position_scale *scale,
                                   uint64_t *position);

#endif
