/* SPDX-License-Identifier: MIT */
/* The levels of the newest sound as one line of text. Pure. */
#ifndef TAPEMAP_METER_LINE_H
#define TAPEMAP_METER_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"

#define METER_BINS 3u /* the newest third shows the peak, all of them the RMS */

struct meter_level {
    double peak_db; /* dB of full scale; -HUGE_VAL for silence */
    double rms_db;  /* the same; -3.01 for a sine at full scale */
};

/* The level of one channel. peaks: METER_BINS * channels, bin by bin, as tapemap_read_peaks gives
   them for `frames` frames. */
struct meter_level meter_level(const struct tapemap_peak *peaks, uint32_t channels,
                               uint32_t channel, uint64_t frames);

/* A bar from -60 dB to 0: '#' up to the RMS, '-' on to the peak. out: width + 1 bytes. */
void meter_bar(struct meter_level level, unsigned width, char *out);

/*
 * One line that begins with `time`: for each channel its number, a bar, peak and RMS. It keeps to
 * `columns`, naming how many channels it leaves out; 0: as long as it takes.
 */
void meter_line(const struct meter_level *levels, uint32_t channels, const char *time,
                unsigned columns, char *out, size_t room);

#endif
