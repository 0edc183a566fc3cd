/* SPDX-License-Identifier: MIT */
/* When a deck goes on to its next tape. Pure; any thread; never blocks. */
#ifndef TAPEMAP_ROTATION_H
#define TAPEMAP_ROTATION_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

enum rotation_kind {
    ROTATION_NEVER,  /* only when somebody asks */
    ROTATION_CLOCK,  /* when the local clock shows a multiple of it since midnight */
    ROTATION_LENGTH, /* after so much audio */
    ROTATION_SIZE,   /* the same, in bytes */
};

struct rotation_policy {
    enum rotation_kind kind;
    uint64_t length_ns;  /* ROTATION_CLOCK (it divides a day), ROTATION_LENGTH; 1 s at least */
    uint64_t size_bytes; /* ROTATION_SIZE */
};

/* What is known of the present tape. */
struct rotation_facts {
    uint32_t sample_rate_hz;
    uint32_t frame_bytes;
    uint64_t position; /* a frame of the tape, and when it was or will be captured */
    uint64_t utc_ns;
    /* The same of an earlier frame, which tells how fast the device really is; the further back the
       better. Both 0, or less than five minutes back: it is taken by its word. */
    uint64_t past_position;
    uint64_t past_utc_ns;
    /* How far the local clock is ahead of UTC at a moment; NULL: it shows UTC. */
    int64_t (*utc_offset_ns)(uint64_t utc_ns);
};

/* Understands the value of --rotate: "1h" and the like by the clock, "length:90m", "size:2GiB".
   Returns true, or false with failure filled. */
bool rotation_parse(const char *text, struct rotation_policy *policy, struct failure *failure);

/* Returns true, or false with failure filled: a tape in this format would be shorter than a second.
   Only the format is looked at. */
bool rotation_suits(const struct rotation_policy *policy, const struct rotation_facts *facts,
                    struct failure *failure);

/*
 * The frame of the tape at which the next one begins, past facts->position where that depends on
 * the clock; 0: none is planned. By the clock no tape is planned that is shorter than a second, or
 * than half the time from one to the next: it lasts until the time after that.
 */
uint64_t rotation_boundary(const struct rotation_policy *policy,
                           const struct rotation_facts *facts);

/* True when the boundary depends on no clock: it is then known before the tape begins, and exact
   however short the tape is. So is that of audio that is pulled, whose clock stands still. */
bool rotation_is_fixed(const struct rotation_policy *policy);

/* When the tape that begins at `boundary` is planned to begin, for its file's name. */
uint64_t rotation_begin_utc_ns(const struct rotation_policy *policy,
                               const struct rotation_facts *facts, uint64_t boundary);

#endif
