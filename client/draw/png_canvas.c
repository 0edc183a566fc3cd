/* SPDX-License-Identifier: MIT */
/*
 * A picture in rows of RGB pixels. Edges that do not lie between two pixels are blended by how much
 * of the pixel they cover, which is all the antialiasing that boxes and bands of columns need.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "glyphs.h"
#include "overview_draw.h"
#include "png_pack.h"
#include "utf8.h"
#include "utf8_text.h"

#define HATCH_PERIOD 8
#define HATCH_THICKNESS 2

struct pixels {
    unsigned char *rgb;
    int width;
    int height;
};

static unsigned char *pixel_at(const struct pixels *pixels, int x, int y)
{
    return pixels->rgb + ((size_t)y * (size_t)pixels->width + (size_t)x) * 3;
}

/* Pixels side by side that are covered alike. Most are covered wholly, by a colour that hides what
   was there. */
static void pixels_blend(unsigned char *pixel, int count, uint32_t colour, double cover)
{
    const unsigned char wanted[3] = {(unsigned char)(colour >> 24), (unsigned char)(colour >> 16),
                                     (unsigned char)(colour >> 8)};
    double alpha = cover * (double)(colour & 0xFF) / 255.0;

    if (alpha >= 1.0) {
        for (; count > 0; count--, pixel += 3)
            memcpy(pixel, wanted, 3);
        return;
    }
    for (; count > 0; count--, pixel += 3)
        for (int i = 0; i < 3; i++)
            pixel[i] = (unsigned char)(pixel[i] + (wanted[i] - pixel[i]) * alpha + 0.5);
}

/* How much of [at, at + 1) lies in [from, to). */
static double covered(int at, double from, double to)
{
    return fmax(0.0, fmin(to, at + 1.0) - fmax(from, at));
}

static int limit(double value, int most)
{
    return value < 0 ? 0 : value > most ? most : (int)value;
}

static void pixels_box(void *context, struct draw_box box, uint32_t colour)
{
    struct pixels *pixels = context;
    double right = box.x + box.width;
    double bottom = box.y + box.height;
    int x = limit(floor(box.x), pixels->width);
    int end_x = limit(ceil(right), pixels->width);
    int end_y = limit(ceil(bottom), pixels->height);
    int whole_x = limit(ceil(box.x), end_x);
    int whole_end = limit(floor(right), end_x);

    whole_end = whole_end > whole_x ? whole_end : whole_x;
    for (int y = limit(floor(box.y), pixels->height); y < end_y; y++) {
        double row = covered(y, box.y, bottom);
        if (x < whole_x)
            pixels_blend(pixel_at(pixels, x, y), 1, colour, row * covered(x, box.x, right));
        pixels_blend(pixel_at(pixels, whole_x, y), whole_end - whole_x, colour, row);
        if (whole_end < end_x)
            pixels_blend(pixel_at(pixels, whole_end, y), 1, colour,
                         row * covered(whole_end, box.x, right));
    }
}

static void pixels_hatch(void *context, struct draw_box box, uint32_t colour)
{
    struct pixels *pixels = context;
    int right = limit(ceil(box.x + box.width), pixels->width);
    int bottom = limit(ceil(box.y + box.height), pixels->height);

    for (int y = limit(floor(box.y), pixels->height); y < bottom; y++)
        for (int x = limit(floor(box.x), pixels->width); x < right; x++) {
            int along = (x + y) % HATCH_PERIOD;
            double cover = along < HATCH_THICKNESS ? 1.0 : along == HATCH_THICKNESS ? 0.4 : 0.0;
            if (cover > 0)
                pixels_blend(pixel_at(pixels, x, y), 1, colour,
                             cover * covered(x, box.x, box.x + box.width) *
                                 covered(y, box.y, box.y + box.height));
        }
}

static void pixels_band(void *context, const struct draw_band *band, uint32_t colour)
{
    for (size_t i = 0; i < band->columns; i++)
        pixels_box(context, (struct draw_box){floor(band->x) + (double)i, band->tops[i], 1,
                                              band->bottoms[i] - band->tops[i]}, colour);
}

static void pixels_glyph(struct pixels *pixels, uint32_t character, struct draw_box at,
                         uint32_t colour)
{
    const unsigned char *rows = glyph_of(character);
    for (int y = 0; y < GLYPH_HEIGHT; y++)
        for (int x = 0; x < GLYPH_WIDTH; x++) {
            int to_x = (int)at.x + x;
            int to_y = (int)at.y + y;
            if ((rows[y] & 0x80 >> x) && to_x >= 0 && to_x < pixels->width && to_y >= 0 &&
                to_y < pixels->height)
                pixels_blend(pixel_at(pixels, to_x, to_y), 1, colour, 1.0);
        }
}

static void pixels_text(void *context, const struct draw_text *text, uint32_t colour)
{
    double width = (double)utf8_characters(text->text) * GLYPH_WIDTH;
    double left = text->align == DRAW_LEFT    ? text->x
                  : text->align == DRAW_RIGHT ? text->x - width
                                              : text->x - width / 2;
    struct draw_box at = {floor(left + 0.5), floor(text->y + 0.5) - GLYPH_BASELINE, 0, 0};
    for (const char *from = text->text; *from;) {
        size_t length;
        uint32_t character = utf8_character(from, &length);
        pixels_glyph(context, length ? character : 0, at, colour);
        if (text->is_bold)
            pixels_glyph(context, length ? character : 0, (struct draw_box){at.x + 1, at.y, 0, 0},
                         colour);
        at.x += GLYPH_WIDTH;
        from += length ? length : 1;
    }
}

bool overview_png(const struct overview *overview, struct overview_size size,
                  struct draw_bytes *out)
{
    struct pixels pixels = {
        .rgb = malloc((size_t)size.width * size.height * 3),
        .width = (int)size.width,
        .height = (int)size.height,
    };
    const struct draw_canvas canvas = {&pixels, pixels_box, pixels_hatch, pixels_band, pixels_text};

    if (!pixels.rgb)
        return false;
    bool is_good = overview_draw(overview, size, &canvas) &&
                   png_pack(pixels.rgb, size.width, size.height, out);
    free(pixels.rgb);
    return is_good && !out->has_failed;
}
