/* SPDX-License-Identifier: MIT */
/*
 * What a picture is drawn on. Coordinates are pixels from the top left corner and may be
 * fractional; what lies outside is cut off. Colours are 0xRRGGBBAA.
 */
#ifndef TAPEMAP_DRAW_CANVAS_H
#define TAPEMAP_DRAW_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct draw_box {
    double x;
    double y;
    double width;
    double height;
};

/* An area of columns one pixel wide, from x on; column i reaches from tops[i] to bottoms[i]. */
struct draw_band {
    double x;
    size_t columns;
    const double *tops;
    const double *bottoms;
};

enum draw_align {
    DRAW_LEFT,   /* the text begins at x */
    DRAW_MIDDLE,
    DRAW_RIGHT,  /* it ends there */
};

struct draw_text {
    double x;
    double y; /* of the line that the letters stand on */
    enum draw_align align;
    bool is_bold;
    const char *text; /* UTF-8 */
};

#define DRAW_GLYPH_WIDTH 7.0 /* of every character; the lines below a text need 13 above */

/* Who implements one: remembers failures until its end; draws each call over what was there. */
struct draw_canvas {
    void *context;
    void (*box)(void *context, struct draw_box box, uint32_t colour);
    void (*hatch)(void *context, struct draw_box box, uint32_t colour); /* slanted stripes */
    void (*band)(void *context, const struct draw_band *band, uint32_t colour);
    void (*text)(void *context, const struct draw_text *text, uint32_t colour);
};

#endif
