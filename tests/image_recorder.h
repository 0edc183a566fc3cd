/* SPDX-License-Identifier: MIT */
/* What a recorder that is at it shows of a tape_image: the files, and named sections over them, of
   which the second holds what is longer than the first. Failures fail the test. */
#ifndef TAPEMAP_IMAGE_RECORDER_H
#define TAPEMAP_IMAGE_RECORDER_H

#include "tape_image.h"

struct image_recorder {
    char path[2048];
    uint64_t frames; /* of which two thirds are recorded at first */
    void *audio_file;
    void *index_file;
    void *sections[3]; /* generation 0, generation 1, index */
    struct tape_image image;
};

/* Records two thirds of `frames` into live.wav in `folder`, in a section of `section_bytes`. */
void image_recorder_start(struct image_recorder *recorder, const char *folder, uint64_t frames,
                          uint64_t section_bytes);

/* Writes the control block of its image into the file. */
void image_recorder_put_control(struct image_recorder *recorder);

/* Makes the longer section, and records the rest. */
void image_recorder_grow(struct image_recorder *recorder);

/* Closes all that it has open: the sections have no names then, unless a reader holds them. */
void image_recorder_let_go(struct image_recorder *recorder);

/* After image_recorder_let_go; readers have closed the files, too. */
void image_recorder_remove(struct image_recorder *recorder);

#endif
