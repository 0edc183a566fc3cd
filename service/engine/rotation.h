/* SPDX-License-Identifier: MIT */
/* When a deck goes on to its next tape. Pure; any thread; never blocks. */
#ifndef TAPEMAP_ROTATION_H
#define TAPEMAP_ROTATION_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

enum rotation_kind {
    ROTATION_NEVER,  /* only when somebody asks */
    ROTATION_LENGTH, /* after so much audio */
};

struct rotation_policy {
    enum rotation_kind kind;
    uint64_t length_ns; /* ROTATION_LENGTH */
};

/* What is known of the present tape. */
struct rotation_facts {
    uint32_t sample_rate_hz;
    uint32_t frame_bytes;
    uint64_t position; /* a frame of the tape, and when it was or will be captured */
    uint64_t utc_ns;
};

/* Understands the value of --rotate. Returns true, or false with failure filled. */
bool rotation_parse(const char *text, struct rotation_policy *policy, struct failure *failure);

/* The frame of the tape at which the next one begins, past facts->position where that depends on
   the clock; 0: none is planned. */
uint64_t rotation_boundary(const struct rotation_policy *policy,
                           const struct rotation_facts *facts);

/* True when the boundary depends on no clock: it is then known before the tape begins, and exact
   however short the tape is. */
bool rotation_is_fixed(const struct rotation_policy *policy);

/* When the tape that begins at `boundary` is planned to begin, for its file's name. */
uint64_t rotation_begin_utc_ns(const struct rotation_policy *policy,
                               const struct rotation_facts *facts, uint64_t boundary);

#endif
