/* SPDX-License-Identifier: MIT */
/*
 * How loud a recording is by EBU R128, and by how much to change that. More than five channels have
 * no known places in a room: then all count the same.
 * Threads: one object by one thread at a time. Blocks: never.
 */
#ifndef TAPEMAP_LOUDNESS_GAIN_H
#define TAPEMAP_LOUDNESS_GAIN_H

#include <stdbool.h>
#include <stdint.h>

#define LOUDNESS_MOST_CHANNELS 64u /* of libebur128 */
#define LOUDNESS_LEAST_RATE_HZ 16u
#define LOUDNESS_MOST_RATE_HZ 2822400u
#define LOUDNESS_PEAK_DBTP (-1.0) /* no gain lifts the true peak above it */

struct loudness_meter;

/* NULL: no memory, or a number of channels or a rate out of range. Memory: the caller's, until
   loudness_meter_destroy. */
struct loudness_meter *loudness_meter_create(uint32_t channels, uint32_t rate_hz);
void loudness_meter_destroy(struct loudness_meter *meter);

/* Measures the next frames; a sample that is no finite number as 0. Returns false when there is no
   memory left. */
bool loudness_meter_add(struct loudness_meter *meter, const float *frames, uint64_t count);

/* Integrated, in LUFS: -HUGE_VAL for silence, or for less than 0.4 s. */
double loudness_meter_lufs(const struct loudness_meter *meter);

/* The highest true peak of all channels, full scale 1. */
double loudness_meter_true_peak(const struct loudness_meter *meter);

struct loudness_gain {
    double factor;   /* to multiply samples by */
    double lufs;     /* what it comes to */
    bool is_limited; /* by the peak: it comes to less than what was wanted */
    bool is_unknown; /* nothing could be measured; the factor is 1 */
};

/* The gain that brings sound of that loudness and true peak to `target_lufs`. Pure. */
struct loudness_gain loudness_gain_for(double lufs, double true_peak, double target_lufs);

#endif
