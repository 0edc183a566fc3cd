/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CONTROL_IMAGE_H
#define TAPEMAP_CONTROL_IMAGE_H

#include <stdbool.h>

#include "tapemap/layout.h"

/* A control block as it lies in a file: aligned, and nobody writes it under our eyes. */
union control_image {
    struct tapemap_control control;
    unsigned char bytes[sizeof(struct tapemap_control)];
};

/* Reads what lies where a tape's file has it. Returns false when that cannot be read. Any thread;
   blocks for the disk. */
bool control_image_read(const char *path, union control_image *image);

/* How many frames the tape at `path` holds, as its head or as its WAV header says, whichever is
   more: a power cut may leave either behind (L192). Any thread; blocks for the disk. */
uint64_t control_image_frames(const union control_image *image, const char *path);

/* When the tape at `path` ended: the newest time in the journal that was completed into it, or its
   beginning and its length, whichever is later: pauses take time, and clocks are set back. Any
   thread; blocks for the disk. */
uint64_t control_image_end_utc_ns(const union control_image *image, const char *path);

/* Whether the file at `path` still has the name that its recorder gave it, and so many folders
   before it too: one that somebody has renamed, or a copy, is his. All of them may have been moved
   elsewhere. True when the tape does not say. Any thread; never blocks. */
bool control_image_is_named(const union control_image *image, const char *path, unsigned folders);

#endif
