/* SPDX-License-Identifier: MIT */
/*
 * Loudness by ITU-R BS.1770 and EBU R 128, as libebur128 computes it, over all that was added.
 *
 * One and two channels are left and right, four to six those of a surround mix in WAV order (of
 * six, the fourth is the effects channel, which does not count). From seven on they are taken for
 * separate microphones, each with the weight of a front one.
 */
#ifndef TAPEMAP_LOUDNESS_H
#define TAPEMAP_LOUDNESS_H

#include <stdbool.h>
#include <stdint.h>

#define LOUDNESS_MOST_CHANNELS 64u /* libebur128 takes no more */

struct loudness;

struct loudness_figures {
    double momentary_lufs;  /* of the newest 400 ms; -HUGE_VAL: silence, or too little sound */
    double short_term_lufs; /* of the newest 3 s */
    double integrated_lufs; /* of all, gated: silence, as in place of a gap, does not count */
    double true_peak_db;    /* dBTP, the highest of all channels so far; -HUGE_VAL: silence */
};

/* NULL: no memory, or no such format. Memory: the caller's until loudness_destroy. */
struct loudness *loudness_create(uint32_t channels, uint32_t rate_hz);
void loudness_destroy(struct loudness *loudness);

/* Adds interleaved frames; what is no number counts as silence, and is set to it. Returns false
   when memory ran out. One thread at a time; never blocks. */
bool loudness_add(struct loudness *loudness, float *samples, uint64_t frames);

/* What was added, so far. */
struct loudness_figures loudness_get(const struct loudness *loudness);

#endif
