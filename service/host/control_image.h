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

#endif
