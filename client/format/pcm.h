/* SPDX-License-Identifier: MIT */
/*
 * Samples from one format into another. Interleaving does not matter here: `samples` counts single
 * samples (frames * channels). Buffers must not overlap. Memory of s24 samples may lie at any
 * address, that of other samples at a multiple of their size. An unknown format does nothing.
 * All functions: pure; any thread, an audio callback included; never block.
 */
#ifndef TAPEMAP_PCM_H
#define TAPEMAP_PCM_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"

/* Bytes of one sample: 2, 3, 4 or 4; 0 for a format that does not exist. */
uint32_t pcm_sample_bytes(enum tapemap_sample_format format);

/* To float, full scale 1: integer / 2^(bits - 1). Exact for s16 and s24; s32 is rounded to the
   nearest float; f32 is copied as it is, NaN and values beyond full scale included. */
void pcm_to_float(enum tapemap_sample_format format, const void *in, size_t samples, float *out);

/* From left-justified 32-bit samples (full scale 2^31). Integers keep their upper bits (the lower
   ones are cut off, towards minus infinity); f32 = value / 2^31, exact up to 24 significant bits
   and rounded to the nearest float beyond. */
void pcm_from_s32(enum tapemap_sample_format format, const int32_t *in, size_t samples, void *out);

/* From float: rounded to the nearest integer, halves upwards; beyond full scale the nearest
   value there is; NaN becomes 0. f32 is copied, with NaN as 0 and nothing saturated. */
void pcm_from_float(enum tapemap_sample_format format, const float *in, size_t samples, void *out);

#endif
