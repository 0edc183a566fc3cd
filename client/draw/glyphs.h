/* SPDX-License-Identifier: MIT */
/* A small fixed-width font, as pixels. */
#ifndef TAPEMAP_GLYPHS_H
#define TAPEMAP_GLYPHS_H

#include <stdint.h>

#define GLYPH_WIDTH 7
#define GLYPH_HEIGHT 13
#define GLYPH_BASELINE 11 /* rows above the line that letters stand on */

/* The rows of a character from the top, the leftmost pixel in bit 0x80; of one that the font lacks
   an empty frame. Memory: static. Any thread; never blocks. */
const unsigned char *glyph_of(uint32_t character);

#endif
