/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_PARSE_POSITION_H
#define TAPEMAP_PARSE_POSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "tapemap/status.h"

/* What the words of a position refer to. */
struct position_scale {
    uint64_t head;
    uint64_t oldest;
    uint64_t capacity_frames;
    uint32_t sample_rate_hz;
    bool is_ring;
};

/* The forms and limits of tapemap_parse_position. Returns OK · E_SYNTAX. Pure. */
enum tapemap_status parse_position(const char *text, const struct position_scale *scale,
                                   uint64_t *position);

#endif
