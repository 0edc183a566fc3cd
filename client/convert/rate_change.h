/* SPDX-License-Identifier: MIT */
/*
 * Another sample rate, by libsamplerate's sinc converters. Frame n of what goes in comes out at
 * n * out_rate / in_rate: nothing is delayed. What comes out has exactly rate_change_frames frames.
 * Threads: one object by one thread at a time. Blocks: as what it hands its frames to.
 */
#ifndef TAPEMAP_RATE_CHANGE_H
#define TAPEMAP_RATE_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#define RATE_CHANGE_MOST_CHANNELS 128u /* of the converter */

struct rate_change;

#define RATE_CHANGE_BLOCK_FRAMES 4096u

/* Takes frames on, at most RATE_CHANGE_BLOCK_FRAMES. Returns 0, or another number, upon which all
   stops and which is passed on. */
typedef int (*rate_change_put)(void *context, const float *frames, uint64_t count);

struct rate_change_config {
    uint32_t channels;
    uint32_t in_rate_hz;
    uint32_t out_rate_hz;
    uint64_t in_frames;  /* that will be pushed */
    /* For samples of 16 bits: the medium converter, whose 121 dB are more than they can tell, takes
       a third of the time. Else the best, with 145 dB. */
    bool is_for_16_bits;
    rate_change_put put;
    void *context;
};

/* How many frames become of `in_frames`, rounded to the nearest, and at least 1 of any. */
uint64_t rate_change_frames(uint64_t in_frames, uint32_t in_rate_hz, uint32_t out_rate_hz);

/* Whether the one rate can be made the other: neither is more than 256 times the other. */
bool rate_change_is_possible(uint32_t in_rate_hz, uint32_t out_rate_hz);

/* NULL: no memory, or more channels or another ratio than it can do. Memory: the caller's, until
   rate_change_destroy. */
struct rate_change *rate_change_create(const struct rate_change_config *config);
void rate_change_destroy(struct rate_change *change);

/* Converts the next frames. Returns 0, or what `put` returned. */
int rate_change_push(struct rate_change *change, const float *frames, uint64_t count);

/* Hands on what is left, after the last frame. Returns as rate_change_push. */
int rate_change_end(struct rate_change *change);

#endif
