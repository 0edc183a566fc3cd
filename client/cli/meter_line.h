/* SPDX-License-Identifier: MIT */
/* Levels and loudness as text: a line where lines follow each other, a screen where one is
   rewritten. Pure. */
#ifndef TAPEMAP_METER_LINE_H
#define TAPEMAP_METER_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "draw_bytes.h"
#include "loudness.h"
#include "tapemap/layout.h"

#define METER_BINS 3u /* the newest third shows the peak, all of them the RMS */

struct meter_level {
    double peak_db; /* dB of full scale; -HUGE_VAL for silence */
    double rms_db;  /* the same; -3.01 for a sine at full scale */
};

struct meter_channel {
    struct meter_level level;
    double hold_db;
    uint64_t clips;
};

/* What a meter shows at a moment. */
struct meter_picture {
    const char *name;  /* of the deck */
    const char *state; /* in a word */
    const char *time;  /* since the tape's beginning */
    const char *note;  /* a phrase; "": nothing to say */
    const struct meter_channel *channels;
    uint32_t channel_count;
    bool has_levels;   /* false: there is no sound to measure */
    bool has_loudness;
    bool is_ascii;     /* bars without block characters */
    struct loudness_figures loudness;
};

/* The level of one channel. peaks: METER_BINS * channels, bin by bin, as tapemap_read_peaks gives
   them for `frames` frames. */
struct meter_level meter_level(const struct tapemap_peak *peaks, uint32_t channels,
                               uint32_t channel, uint64_t frames);

/* A bar from -60 dB to 0 in `width` characters: full up to the RMS, shaded on to the peak, a line
   at the hold. */
void meter_bar(const struct meter_channel *channel, unsigned width, bool is_ascii,
               struct draw_bytes *out);

/* "-12.3", "-inf", in six columns. Returns `out`. */
char *meter_db(double db, char out[16]);

/* "true peak -12.3 dBTP", or why there is none. Returns `out`. */
char *meter_true_peak(const struct loudness_figures *loudness, char out[48]);

/* One line with all channels, and its end. */
void meter_line(const struct meter_picture *picture, struct draw_bytes *out);

/*
 * A screen of lines that are all `columns` wide: what was there before is written over. It keeps to
 * `lines`, one of them for the cursor: where they are few it leaves out the heading, then notes and
 * loudness, never the title and a channel. It puts channels side by side where they do not fit
 * below each other, and names how many it leaves out. Returns how many lines it took.
 */
unsigned meter_screen(const struct meter_picture *picture, unsigned columns, unsigned lines,
                      struct draw_bytes *out);

#endif
