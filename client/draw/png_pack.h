/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_PNG_PACK_H
#define TAPEMAP_PNG_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "draw_bytes.h"

/* Appends a PNG of width * height RGB pixels. Returns false when there is no memory. One thread at
   a time; never blocks. */
bool png_pack(const unsigned char *rgb, uint32_t width, uint32_t height, struct draw_bytes *out);

#endif
