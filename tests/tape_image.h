/* SPDX-License-Identifier: MIT */
/*
 * The two files of a file tape as blocks of memory, made by hand from docs/layout.md: the ramp in
 * s16 stereo at 48 kHz, two anchors, a gap, a mark, and all whole cells of peaks. On any system.
 */
#ifndef TAPEMAP_TAPE_IMAGE_H
#define TAPEMAP_TAPE_IMAGE_H

#include <stdint.h>

#include "tapemap/layout.h"

#define IMAGE_TAPE_ID 0x0F11E7A9E0000001u
#define IMAGE_FRAME_BYTES 4u
#define IMAGE_RECORDS 4u

struct tape_image {
    uint64_t frames;
    unsigned char *audio; /* with a tail of zeros, as while it is recorded */
    uint64_t audio_bytes;
    unsigned char *index;
    uint64_t index_bytes;
};

/* An interrupted tape: state recording, and a heartbeat at clock 1. */
void tape_image_make(struct tape_image *image, uint64_t frames);
void tape_image_free(struct tape_image *image);

/* Ends it, and moves the index into the audio file in place of the tail (L159). */
void tape_image_finish(struct tape_image *image);

struct tapemap_control *tape_image_control(const struct tape_image *image);
struct tapemap_index *tape_image_index(const struct tape_image *image);

#endif
