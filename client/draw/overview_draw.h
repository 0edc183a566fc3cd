/* SPDX-License-Identifier: MIT */
/* An overview as a picture. */
#ifndef TAPEMAP_OVERVIEW_DRAW_H
#define TAPEMAP_OVERVIEW_DRAW_H

#include "draw_bytes.h"
#include "draw_canvas.h"
#include "overview.h"

struct overview_size {
    uint32_t width;
    uint32_t height;
};

#define OVERVIEW_LEAST_WIDTH 200u
#define OVERVIEW_LEAST_HEIGHT 80u
#define OVERVIEW_MOST_SIDE 8192u

/* A height at which so many channels can be read. */
uint32_t overview_usual_height(uint32_t channels);

/* How many columns a picture so wide has room for. */
uint32_t overview_columns_of(uint32_t width);

/* Draws it; its columns are overview_columns_of(size.width). Returns false when there is no
   memory. */
bool overview_draw(const struct overview *overview, struct overview_size size,
                   const struct draw_canvas *canvas);

/* The whole files. Return false when there is no memory, or the picture could not be packed.
   Memory: out->data is the caller's to free. */
bool overview_svg(const struct overview *overview, struct overview_size size,
                  struct draw_bytes *out);
bool overview_png(const struct overview *overview, struct overview_size size,
                  struct draw_bytes *out);

#endif
