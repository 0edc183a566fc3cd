/* SPDX-License-Identifier: MIT */
/* WAV, W64 and raw, for sound_encoder; threads and blocking as there. */
#ifndef TAPEMAP_WAVE_ENCODER_H
#define TAPEMAP_WAVE_ENCODER_H

#include "sound_encoder.h"

struct wave_encoder;

/* Writes what comes before the audio. *left_out: how many marks and gaps the file does not tell.
   NULL and *fault on failure. Memory: the caller's, for wave_encoder_destroy. */
struct wave_encoder *wave_encoder_begin(const struct sound_description *description,
                                        struct file_output *output, size_t *left_out,
                                        struct sound_fault *fault);
void wave_encoder_destroy(struct wave_encoder *encoder);

/* Appends frames. Returns false and *fault on failure. */
bool wave_encoder_write(struct wave_encoder *encoder, const void *frames, uint64_t count,
                        struct sound_fault *fault);

/* Writes what comes after the audio. Returns false and *fault on failure. */
bool wave_encoder_finish(struct wave_encoder *encoder, struct sound_fault *fault);

#endif
