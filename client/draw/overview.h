/* SPDX-License-Identifier: MIT */
/*
 * The overview of a stretch of a tape: what there is to draw, wherever it came from and whatever it
 * is drawn on. Pure; any thread, one at a time; nothing blocks.
 */
#ifndef TAPEMAP_OVERVIEW_H
#define TAPEMAP_OVERVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"

#define OVERVIEW_LABEL_BYTES 80u

/* One channel in one column. */
struct overview_cell {
    float min;
    float max;
    float rms;
};

struct overview_span {
    uint64_t from; /* positions */
    uint64_t to;
};

struct overview_mark {
    uint64_t position;
    char label[OVERVIEW_LABEL_BYTES];
};

/* How positions and moments belong together. utc_at NULL: nobody knows; then times are shown as
   they passed from the beginning of the tape. */
struct overview_clock {
    void *context;
    bool (*utc_at)(void *context, uint64_t position, uint64_t *utc_ns);
    bool (*position_at)(void *context, uint64_t utc_ns, uint64_t *position);
    int64_t (*offset_ns)(uint64_t utc_ns); /* of local time, ahead of UTC; not NULL with utc_at */
};

struct overview {
    char name[TAPEMAP_NAME_BYTES]; /* the title's beginning */
    char facts[256];               /* its rest */
    uint64_t from;
    uint64_t to; /* past the last frame; larger than from */
    uint32_t sample_rate_hz;
    uint32_t channels;
    uint32_t columns;
    struct overview_cell *cells; /* columns * channels, column by column */
    struct overview_span *gaps;   /* by position, cut to the stretch */
    size_t gap_count;
    struct overview_mark *marks; /* by position, within the stretch */
    size_t mark_count;
    struct overview_clock clock;
};

/* Where a position lies in the stretch: 0 .. 1. */
double overview_place(const struct overview *overview, uint64_t position);

/* ---- overview_columns.c: from peaks to columns ---- */

/*
 * Which peaks to ask for: `bins` of `bin_frames` frames from `first` on, and one bin each for what
 * is left before them and behind. Bins lie on the borders of the pyramid's cells of the largest
 * level that still has four to a column, so that nothing below that level is touched. bin_frames 0:
 * the stretch is too short for that, `bins` is the number of columns, and equal parts are meant.
 */
struct overview_plan {
    uint64_t first;
    uint64_t bin_frames;
    uint32_t bins;
};

/* The plan for [from, to) in so many columns. */
struct overview_plan overview_plan(uint64_t from, uint64_t to, uint32_t columns);

/* Gathers bins into columns. Between begin and end a cell's rms is its sum of squares. */
void overview_columns_begin(struct overview *overview);
/* The column in which the middle of a bin, [from, to), lies. */
uint32_t overview_column_of(const struct overview *overview, const struct overview_span *bin);
/* One bin of so many frames goes into a column; peaks: one per channel. column_frames:
   overview.columns numbers, at first 0, of the frames that each column got. */
void overview_columns_add(struct overview *overview, uint64_t *column_frames, uint32_t column,
                          uint64_t frames, const struct tapemap_peak *peaks);
void overview_columns_end(struct overview *overview, const uint64_t *frames);

/* ---- overview_ticks.c: the time axis ---- */

#define OVERVIEW_MOST_TICKS 256u

struct overview_tick {
    double place;   /* 0 .. 1 */
    char label[24]; /* "14:05:30", "Sat Nov 21" for whole days */
    char date[24];  /* "Sat Nov 21" where a day begins in a stretch that crosses midnight; or "" */
};

/* The ticks of a stretch on round local times, at most about `most` of them. Returns how many. */
size_t overview_ticks(const struct overview *overview, unsigned most,
                      struct overview_tick ticks[OVERVIEW_MOST_TICKS]);

#define OVERVIEW_MOMENT_BYTES 48u

/* A moment in local time: "Sat 2026-11-21 14:05:30". */
void overview_moment(const struct overview_clock *clock, uint64_t utc_ns,
                     char out[OVERVIEW_MOMENT_BYTES]);

/* ---- overview_labels.c: the marks' labels ---- */

#define OVERVIEW_MOST_ROWS 3u

struct overview_label {
    double x;      /* of its mark */
    double text_x; /* where its text begins */
    double width;
    unsigned row;
    char text[OVERVIEW_LABEL_BYTES];
};

struct overview_labels {
    struct overview_label *labels;
    size_t count;
    size_t dropped; /* marks whose label found no room */
    unsigned rows;
};

/* What a label's place depends on. */
struct overview_label_room {
    double width;       /* of the stretch */
    double glyph_width;
    double margin;      /* between a mark's line and its text */
    unsigned rows;      /* at most OVERVIEW_MOST_ROWS */
    unsigned most_characters;
};

/* Gives each mark's label a row in which it overlaps no other, or drops it. Returns false when
   there is no memory. Memory: labels->labels is the caller's to free. */
bool overview_place_labels(const struct overview *overview, const struct overview_label_room *room,
                           struct overview_labels *labels);

#endif
