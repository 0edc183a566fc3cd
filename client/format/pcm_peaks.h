/* SPDX-License-Identifier: MIT */
/*
 * The extremes and the energy of audio: what a cell of the peaks pyramid holds.
 *
 * The arithmetic is fixed, so that the same frames give the same cell everywhere:
 *   min, max     of integers exactly, then divided by full scale; s32 is rounded to the nearest
 *                float. f32 as it is, with NaN taken as 0 and no clipping.
 *   sum_squares  s16: the integer sum, exact in 64 bits, divided by 2^30. Other formats: the
 *                squares of the samples as pcm_to_float gives them, added up in double, frame
 *                after frame. The result is rounded once, to float.
 *
 * No frames make the empty peak: min = +infinity, max = -infinity, sum_squares = 0. Merging it into
 * another changes nothing. All functions: any thread; never block, no allocation.
 */
#ifndef TAPEMAP_PCM_PEAKS_H
#define TAPEMAP_PCM_PEAKS_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"

/* Computes the peaks of `frame_count` interleaved frames into peaks[0 .. channels - 1], which it
   overwrites. channels: 1 .. TAPEMAP_MAX_CHANNELS. Alignment as in pcm.h. */
void pcm_peaks(enum tapemap_sample_format format, const void *frames, size_t frame_count,
               uint32_t channels, struct tapemap_peak *peaks);

/* Adds each of `channels` peaks of `from` to the one of `into`: the lower min, the higher max, the
   sum of the sums (in float). The order of merges is part of a result; go from old to new. */
void pcm_peaks_merge(struct tapemap_peak *into, const struct tapemap_peak *from, uint32_t channels);

/* Makes `channels` empty peaks. */
void pcm_peaks_clear(struct tapemap_peak *peaks, uint32_t channels);

#endif
