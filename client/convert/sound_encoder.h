/* SPDX-License-Identifier: MIT */
/*
 * Sound into a file of any known kind, or into stdout. Its length is known beforehand, so that even
 * the header of a stream is true. WAV (RF64 from 4 GiB on), W64 and raw are written as they are;
 * libsndfile makes the others.
 * Threads: one encoder by one thread at a time. Blocks: for the disk or a pipe.
 */
#ifndef TAPEMAP_SOUND_ENCODER_H
#define TAPEMAP_SOUND_ENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "file_output.h"
#include "sound_container.h"

/* What a file is to hold. */
struct sound_description {
    const struct sound_container *container;
    enum tapemap_sample_format format; /* of the frames given; sound_container_format of it */
    uint32_t channels;
    uint32_t sample_rate_hz;
    uint64_t frames;                      /* that will be written */
    const struct tapemap_record *records; /* marks and gaps, positions in the file; others are
                                             passed over */
    size_t record_count;
    const char *deck;  /* UTF-8 */
    const char *tape;  /* its id */
    uint64_t utc_ns;   /* when the first frame was recorded; 0: not known */
};

/* Why something failed: a code for system_error_text, or (then the code is 0) the words of a
   library, valid as long as the program runs. */
struct sound_fault {
    uint32_t code;
    const char *words;
};

struct sound_encoder;

/*
 * Begins a file, and writes what comes before the audio. description: its texts and records need to
 * be there for this call only. Returns false and *fault on failure.
 * Memory: *encoder is the caller's, until sound_encoder_finish or sound_encoder_abandon; the output
 * stays the caller's, who commits it after sound_encoder_finish.
 */
bool sound_encoder_begin(const struct sound_description *description, struct file_output *output,
                         struct sound_encoder **encoder, struct sound_fault *fault);

/* How many of the description's marks and gaps the file does not tell. */
size_t sound_encoder_left_out(const struct sound_encoder *encoder);

/* Appends frames. Returns false and *fault on failure. */
bool sound_encoder_write(struct sound_encoder *encoder, const void *frames, uint64_t count,
                         struct sound_fault *fault);

/* Writes what comes after the audio, and frees the encoder also when that fails. Returns false and
   *fault on failure. */
bool sound_encoder_finish(struct sound_encoder *encoder, struct sound_fault *fault);

/* Frees it. NULL is ignored. */
void sound_encoder_abandon(struct sound_encoder *encoder);

#endif
