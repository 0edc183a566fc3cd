/* SPDX-License-Identifier: MIT */
/*
 * Recorded frames on their way into a file: mixed, resampled, made louder, in another sample
 * format; each only when it is wanted. Without any of it the frames pass through bit by bit.
 * Threads: one object by one thread at a time. Blocks: as what it hands its frames to.
 */
#ifndef TAPEMAP_CONVERSION_H
#define TAPEMAP_CONVERSION_H

#include <stdbool.h>
#include <stdint.h>

#include "channel_mix.h"

struct conversion;

/* Takes frames on. Returns 0, or another number, upon which all stops and which is passed on. */
typedef int (*conversion_put)(void *context, const void *frames, uint64_t count);

struct conversion_plan {
    enum tapemap_sample_format in_format;
    enum tapemap_sample_format out_format;
    struct channel_mix mix;
    uint32_t in_rate_hz;
    uint32_t out_rate_hz;
    uint64_t in_frames; /* that will be pushed */
    double gain;        /* a factor; 1: as it is */
};

/* True when every sample that comes out is one that goes in, bit by bit. */
bool conversion_is_exact(const struct conversion_plan *plan);

/* NULL: no memory, or rate_change cannot do it. Memory: the caller's, until conversion_destroy. */
struct conversion *conversion_create(const struct conversion_plan *plan, conversion_put put,
                                     void *context);
void conversion_destroy(struct conversion *conversion);

/* Converts the next frames; they may be handed on as they lie there. Returns 0, or what `put`
   returned. */
int conversion_push(struct conversion *conversion, const void *frames, uint64_t count);

/* Hands on what is left, after the last frame. Returns as conversion_push. */
int conversion_end(struct conversion *conversion);

#endif
