/* SPDX-License-Identifier: MIT */
/* A deck as `watch` shows it, as a line of text. Pure. */
#ifndef TAPEMAP_WATCH_ROW_H
#define TAPEMAP_WATCH_ROW_H

#include <stdbool.h>

#include "tapemap/tapemap.h"

struct watch_row {
    struct tapemap_deck deck;
    enum tapemap_status status; /* of opening its tape; the rest is told only when it is OK */
    struct tapemap_info info;
    struct tapemap_now now;
    double peak_db; /* of its newest sound, the loudest channel; -HUGE_VAL for silence */
    bool has_peak;
};

#define WATCH_LINE_BYTES 512u

/* The headings, for decks whose names take up to name_columns. */
void watch_heading(unsigned name_columns, char out[WATCH_LINE_BYTES]);

/*
 * State, length, gaps, readers, peak, and what else there is to say: warnings, for how long there
 * was no sign of life, why it ended. A '!' before it: somebody should look. As long as it takes.
 */
void watch_line(const struct watch_row *row, unsigned name_columns, char out[WATCH_LINE_BYTES]);

/* Whether something has changed but time and sound. */
bool watch_has_changed(const struct watch_row *before, const struct watch_row *now);

/* Makes a line exactly so many columns wide: cut at a character, or filled with spaces. */
void watch_fit(char line[WATCH_LINE_BYTES], unsigned columns);

#endif
