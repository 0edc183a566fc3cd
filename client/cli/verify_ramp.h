/* SPDX-License-Identifier: MIT */
/* Comparing recorded frames with what they should be. Pure; works in place, on peeked frames. */
#ifndef TAPEMAP_VERIFY_RAMP_H
#define TAPEMAP_VERIFY_RAMP_H

#include <stdint.h>

#include "tapemap/layout.h"

struct verify_shape {
    enum tapemap_sample_format format;
    uint32_t channels;
    uint32_t frame_bytes;
};

#define VERIFY_FRAME_BYTES (TAPEMAP_MAX_CHANNELS * 4u) /* the largest frame */
#define VERIFY_SAMPLE_BYTES 32u

/* How many of `count` frames from `position` are those of the ramp, up to the first that is not. */
uint64_t verify_ramp_run(const struct verify_shape *shape, uint64_t position, const void *frames,
                         uint64_t count);

/* How many of `count` frames are exact silence, up to the first that is not. */
uint64_t verify_silence_run(const struct verify_shape *shape, const void *frames, uint64_t count);

/* Makes the ramp's frames [position, position + count) in the tape's format. */
void verify_ramp_make(const struct verify_shape *shape, uint64_t position, uint64_t count,
                      void *frames);

/* The first channel whose samples differ between two frames; `channels` when none does. */
uint32_t verify_first_channel(const struct verify_shape *shape, const void *one,
                              const void *other);

/* A sample of a frame as a number in its own format. */
void verify_print_sample(const struct verify_shape *shape, const void *frame, uint32_t channel,
                         char out[VERIFY_SAMPLE_BYTES]);

#endif
