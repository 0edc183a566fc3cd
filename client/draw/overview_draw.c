/* SPDX-License-Identifier: MIT */
#include "overview_draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8_text.h"

#define PAPER 0xFFFFFFFFu
#define LANE 0xF3F6F9FFu
#define LEVEL_LINE 0xE1E7EDFFu
#define TICK_LINE 0xCFD8E199u
#define PEAK 0x8DB9DFFFu
#define BODY 0x2A6BA8FFu
#define GAP_TINT 0xF5B94150u
#define GAP_STRIPES 0xD98E04C0u
#define MARK 0xC2344DFFu
#define MARK_PALE 0xC2344D66u
#define MARK_PAPER 0xFFFFFFE6u
#define INK 0x1C2733FFu
#define PALE_INK 0x5B6B7BFFu

#define MARGIN_LEFT 42.0
#define MARGIN_RIGHT 12.0
#define TITLE_HEIGHT 28.0
#define ROW_HEIGHT 15.0
#define AXIS_HEIGHT 22.0
#define DATE_HEIGHT 14.0
#define LANE_GAP 4.0
#define TICK_SPACING 96.0
#define MOST_LABEL_CHARACTERS 28u

struct drawing {
    const struct overview *overview;
    const struct draw_canvas *canvas;
    double width;  /* of the picture */
    double height;
    double x;      /* where the lanes are */
    double y;
    double lanes_width;
    double lanes_height;
    struct overview_labels labels;
    struct overview_tick ticks[OVERVIEW_MOST_TICKS];
    size_t tick_count;
};

uint32_t overview_usual_height(uint32_t channels)
{
    uint32_t lanes = channels * 72u;
    lanes = lanes < 216 ? 216 : lanes > 1440 ? 1440 : lanes;
    return lanes + 84;
}

uint32_t overview_columns_of(uint32_t width)
{
    return width - (uint32_t)(MARGIN_LEFT + MARGIN_RIGHT);
}

static void draw_box(const struct drawing *drawing, double x, double y, double width,
                     double height, uint32_t colour)
{
    drawing->canvas->box(drawing->canvas->context, (struct draw_box){x, y, width, height}, colour);
}

static void draw_words(const struct drawing *drawing, struct draw_text text, uint32_t colour)
{
    drawing->canvas->text(drawing->canvas->context, &text, colour);
}

static double lane_height(const struct drawing *drawing)
{
    return drawing->lanes_height / drawing->overview->channels;
}

/* The part of a lane that sound fills: narrow lanes have no room between them. */
static struct draw_box lane_box(const struct drawing *drawing, uint32_t channel)
{
    double height = lane_height(drawing);
    double space = height >= 6 * LANE_GAP ? LANE_GAP : height >= 6 ? 1 : 0;
    double top = height * channel;
    return (struct draw_box){drawing->x, drawing->y + floor(top), drawing->lanes_width,
                             floor(top + height) - floor(top) - space};
}

/* 0 dB is the lane's edge; -6 dB half of the way from its middle, -12 dB a quarter. */
static void draw_scale(const struct drawing *drawing, struct draw_box lane)
{
    static const struct {
        double part;
        const char *name;
    } levels[] = {{1.0, "0 dB"}, {0.5012, "-6"}, {0.2512, "-12"}};
    size_t named = lane.height >= 112 ? 3 : lane.height >= 68 ? 2 : lane.height >= 28 ? 1 : 0;
    double middle = lane.y + lane.height / 2;

    for (size_t i = 0; i < named; i++) {
        double reach = lane.height / 2 * levels[i].part;
        double upper = floor(middle - reach);
        if (i > 0) {
            draw_box(drawing, lane.x, upper, lane.width, 1, LEVEL_LINE);
            draw_box(drawing, lane.x, floor(middle + reach), lane.width, 1, LEVEL_LINE);
        }
        draw_words(drawing, (struct draw_text){lane.x - 6, upper + (i ? 5 : 8), DRAW_RIGHT, false,
                                               levels[i].name}, PALE_INK);
    }
}

static void draw_lane(const struct drawing *drawing, uint32_t channel)
{
    struct draw_box lane = lane_box(drawing, channel);
    draw_box(drawing, lane.x, lane.y, lane.width, lane.height, LANE);
    draw_scale(drawing, lane);
    for (size_t i = 0; i < drawing->tick_count; i++)
        draw_box(drawing, floor(lane.x + drawing->ticks[i].place * lane.width), lane.y, 1,
                 lane.height, TICK_LINE);
}

static double sample_y(struct draw_box lane, double sample)
{
    double limited = fmax(-1.0, fmin(1.0, sample));
    return lane.y + lane.height / 2 * (1.0 - limited);
}

/* At least a pixel thick: silence is a line, and sound that was recorded is never invisible. */
static void fill_band(struct draw_box lane, const struct overview_cell *cell, bool is_body,
                      double *top, double *bottom)
{
    double high = is_body ? fmin((double)cell->rms, (double)cell->max) : (double)cell->max;
    double low = is_body ? fmax(-(double)cell->rms, (double)cell->min) : (double)cell->min;
    *top = sample_y(lane, high);
    *bottom = sample_y(lane, low);
    double missing = 1.0 - (*bottom - *top);
    if (missing > 0) {
        *top -= missing / 2;
        *bottom += missing / 2;
    }
}

static bool draw_sound(const struct drawing *drawing, uint32_t channel)
{
    const struct overview *overview = drawing->overview;
    struct draw_box lane = lane_box(drawing, channel);
    double *edges = calloc(2 * (size_t)overview->columns, sizeof *edges);
    if (!edges)
        return false;
    struct draw_band band = {lane.x, overview->columns, edges, edges + overview->columns};
    for (int is_body = 0; is_body < 2; is_body++) {
        for (uint32_t i = 0; i < overview->columns; i++)
            fill_band(lane, &overview->cells[(size_t)i * overview->channels + channel], is_body,
                      &edges[i], &edges[overview->columns + i]);
        drawing->canvas->band(drawing->canvas->context, &band, is_body ? BODY : PEAK);
    }
    free(edges);
    return true;
}

static void draw_gaps(const struct drawing *drawing)
{
    const struct overview *overview = drawing->overview;
    for (size_t i = 0; i < overview->gap_count; i++) {
        double x = overview_place(overview, overview->gaps[i].from) * drawing->lanes_width;
        double end = overview_place(overview, overview->gaps[i].to) * drawing->lanes_width;
        double width = fmax(1.0, end - x);
        struct draw_box box = {drawing->x + fmin(x, drawing->lanes_width - width), drawing->y,
                               width, drawing->lanes_height};
        drawing->canvas->box(drawing->canvas->context, box, GAP_TINT);
        drawing->canvas->hatch(drawing->canvas->context, box, GAP_STRIPES);
    }
}

static void draw_channel_number(const struct drawing *drawing, uint32_t channel)
{
    struct draw_box lane = lane_box(drawing, channel);
    char number[16];
    if (drawing->overview->channels == 1 || lane.height < 11)
        return;
    snprintf(number, sizeof number, "%u", (unsigned)channel + 1);
    double x = lane.height < 28 ? lane.x - 6 : lane.x + 5;
    double y = lane.height < 28 ? lane.y + lane.height / 2 + 5 : lane.y + 13;
    draw_words(drawing, (struct draw_text){x, y, lane.height < 28 ? DRAW_RIGHT : DRAW_LEFT, true,
                                           number}, PALE_INK);
}

/* Lines first: a label in a lower row stands on the line of one above it. Marks without a label are
   pale, so that many of them do not hide the sound. */
static void draw_marks(const struct drawing *drawing)
{
    const struct overview *overview = drawing->overview;
    double space = lane_height(drawing) >= 6 * LANE_GAP ? LANE_GAP : 0;
    double bottom = drawing->y + drawing->lanes_height - space;

    for (size_t i = 0; i < overview->mark_count; i++) {
        double place = overview_place(overview, overview->marks[i].position);
        double x = floor(drawing->x + fmin(place * drawing->lanes_width, drawing->lanes_width - 1));
        draw_box(drawing, x, drawing->y - 3, 1, bottom - drawing->y + 3, MARK_PALE);
    }
    for (size_t i = 0; i < drawing->labels.count; i++) {
        const struct overview_label *label = &drawing->labels.labels[i];
        double y = drawing->y - 4 - ROW_HEIGHT * (label->row + 1);
        double x = floor(drawing->x + fmin(label->x, drawing->lanes_width - 1));
        draw_box(drawing, x, y + 2, 1, bottom - y - 2, MARK);
    }
    for (size_t i = 0; i < drawing->labels.count; i++) {
        const struct overview_label *label = &drawing->labels.labels[i];
        double y = drawing->y - 4 - ROW_HEIGHT * (label->row + 1);
        double x = drawing->x + label->text_x;
        draw_box(drawing, x - 2, y + 1, label->width + 4, ROW_HEIGHT - 2, MARK_PAPER);
        draw_words(drawing, (struct draw_text){x, y + 12, DRAW_LEFT, false, label->text}, MARK);
    }
}

static void draw_axis(const struct drawing *drawing)
{
    double top = drawing->y + drawing->lanes_height;
    for (size_t i = 0; i < drawing->tick_count; i++) {
        const struct overview_tick *tick = &drawing->ticks[i];
        double x = drawing->x + tick->place * drawing->lanes_width;
        double half = (double)strlen(tick->label) * DRAW_GLYPH_WIDTH / 2;
        double date_half = (double)strlen(tick->date) * DRAW_GLYPH_WIDTH / 2;
        draw_box(drawing, floor(x), top - 1, 1, 5, PALE_INK);
        half = fmax(half, date_half);
        double middle = fmin(fmax(x, half + 2), drawing->width - half - 2);
        draw_words(drawing, (struct draw_text){middle, top + 16, DRAW_MIDDLE, false, tick->label},
                   INK);
        draw_words(drawing, (struct draw_text){middle, top + 30, DRAW_MIDDLE, false, tick->date},
                   PALE_INK);
    }
}

static void draw_title(const struct drawing *drawing)
{
    const struct overview *overview = drawing->overview;
    char dropped[64];
    double name_width = (double)utf8_characters(overview->name) * DRAW_GLYPH_WIDTH;

    draw_words(drawing, (struct draw_text){drawing->x, 18, DRAW_LEFT, true, overview->name}, INK);
    draw_words(drawing, (struct draw_text){drawing->x + name_width + 2 * DRAW_GLYPH_WIDTH, 18,
                                           DRAW_LEFT, false, overview->facts}, PALE_INK);
    if (drawing->labels.dropped == 0)
        return;
    snprintf(dropped, sizeof dropped, "+%u mark%s", (unsigned)drawing->labels.dropped,
             drawing->labels.dropped == 1 ? "" : "s");
    double x = drawing->width - MARGIN_RIGHT;
    double width = (double)strlen(dropped) * DRAW_GLYPH_WIDTH + 16;
    draw_box(drawing, x - width, 4, width + MARGIN_RIGHT, 20, PAPER);
    draw_words(drawing, (struct draw_text){x, 18, DRAW_RIGHT, false, dropped}, MARK);
}

/* Shares the height out: what marks and dates do not need belongs to the sound. */
static bool drawing_arrange(struct drawing *drawing, struct overview_size size)
{
    drawing->width = size.width;
    drawing->height = size.height;
    drawing->x = MARGIN_LEFT;
    drawing->lanes_width = drawing->overview->columns;
    const struct overview_label_room room = {
        .width = drawing->lanes_width,
        .glyph_width = DRAW_GLYPH_WIDTH,
        .margin = 4,
        .rows = size.height >= 240 ? 3 : size.height >= 120 ? 2 : 1,
        .most_characters = MOST_LABEL_CHARACTERS,
    };
    if (!overview_place_labels(drawing->overview, &room, &drawing->labels))
        return false;
    drawing->tick_count = overview_ticks(drawing->overview,
                                         (unsigned)(drawing->lanes_width / TICK_SPACING),
                                         drawing->ticks);
    bool has_dates = false;
    for (size_t i = 0; i < drawing->tick_count; i++)
        has_dates = has_dates || drawing->ticks[i].date[0] != '\0';
    unsigned rows = drawing->labels.rows;
    drawing->y = TITLE_HEIGHT + (rows > 0 ? rows * ROW_HEIGHT + 4 : 0);
    drawing->lanes_height =
        drawing->height - drawing->y - AXIS_HEIGHT - (has_dates ? DATE_HEIGHT : 0);
    return true;
}

bool overview_draw(const struct overview *overview, struct overview_size size,
                   const struct draw_canvas *canvas)
{
    struct drawing *drawing = calloc(1, sizeof *drawing);
    if (!drawing)
        return false;
    drawing->overview = overview;
    drawing->canvas = canvas;
    bool is_good = drawing_arrange(drawing, size);
    if (is_good)
        draw_box(drawing, 0, 0, drawing->width, drawing->height, PAPER);
    for (uint32_t channel = 0; channel < overview->channels && is_good; channel++) {
        draw_lane(drawing, channel);
        is_good = draw_sound(drawing, channel);
    }
    if (is_good) {
        draw_gaps(drawing);
        for (uint32_t channel = 0; channel < overview->channels; channel++)
            draw_channel_number(drawing, channel);
        draw_axis(drawing);
        draw_title(drawing);
        draw_marks(drawing);
    }
    free(drawing->labels.labels);
    free(drawing);
    return is_good;
}
