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

/* What libebur128 takes; below 3.4 kHz there is no room for its filters, which then run away. */
#define LOUDNESS_MOST_CHANNELS 64u
#define LOUDNESS_LEAST_RATE_HZ 4000u
#define LOUDNESS_MOST_RATE_HZ 2822400u

struct loudness;

/* Momentary and short-term loudness are as of the last whole tenth of a second. -HUGE_VAL stands
   for silence, which is all below -70 LUFS, and for too little sound. */
struct loudness_figures {
    double momentary_lufs;  /* of the newest 400 ms */
    double short_term_lufs; /* of the newest 3 s */
    double integrated_lufs; /* of all, gated: silence, as in place of a gap, does not count */
    double true_peak_db;    /* dBTP, the highest of all channels so far */
    bool has_true_peak;     /* false: it was not looked for */
};

/* Whether it can be measured of so many channels at this rate. Pure. */
bool loudness_takes(uint32_t channels, uint32_t rate_hz);

/* has_true_peak: looks for it, which takes three times the time of all the rest. Returns NULL when
   there is no memory, or it is not taken. Memory: the caller's until loudness_destroy. */
struct loudness *loudness_create(uint32_t channels, uint32_t rate_hz, bool has_true_peak);
void loudness_destroy(struct loudness *loudness);

/* Before anything is added: what comes first goes on from other sound, so that its beginning is no
   jump from silence, which would be up to 1 dB above what is there. The first 32 frames then do not
   count for the true peak. */
void loudness_begin_within(struct loudness *loudness);

/* Adds interleaved frames; what is no finite number counts as 0. Returns false when memory ran
   out. One thread at a time; never blocks. */
bool loudness_add(struct loudness *loudness, const float *samples, uint64_t frames);

/* What was added, so far. */
struct loudness_figures loudness_get(const struct loudness *loudness);

#endif
