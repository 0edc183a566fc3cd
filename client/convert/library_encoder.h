/* SPDX-License-Identifier: MIT */
/* What libsndfile writes, for sound_encoder; threads and blocking as there. */
#ifndef TAPEMAP_LIBRARY_ENCODER_H
#define TAPEMAP_LIBRARY_ENCODER_H

#include "sound_encoder.h"

struct library_encoder;

/* *left_out: how many marks and gaps the file does not tell: all gaps, but of CAF. NULL and *fault
   on failure. Memory: the caller's, for library_encoder_destroy. */
struct library_encoder *library_encoder_begin(const struct sound_description *description,
                                              struct file_output *output, size_t *left_out,
                                              struct sound_fault *fault);
void library_encoder_destroy(struct library_encoder *encoder);

/* Appends frames. Returns false and *fault on failure. */
bool library_encoder_write(struct library_encoder *encoder, const void *frames, uint64_t count,
                           struct sound_fault *fault);

/* Writes what is left, and makes the header true. Returns false and *fault on failure. */
bool library_encoder_finish(struct library_encoder *encoder, struct sound_fault *fault);

#endif
