/* SPDX-License-Identifier: MIT */
#include "meter_line.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define METER_FLOOR_DB (-60.0)
#define METER_TIME_COLUMNS 10u
#define METER_TEXT_COLUMNS 21u /* of a channel, besides its bar */
#define METER_REST_COLUMNS 5u  /* " +254" */
#define METER_LEAST_BAR 6u
#define METER_MOST_BAR 40u
#define METER_PLAIN_BAR 20u

static double meter_db(double amplitude)
{
    return amplitude > 0.0 ? 20.0 * log10(amplitude) : -HUGE_VAL;
}

struct meter_level meter_level(const struct tapemap_peak *peaks, uint32_t channels,
                               uint32_t channel, uint64_t frames)
{
    double sum_squares = 0.0;
    for (uint32_t bin = 0; bin < METER_BINS; bin++)
        sum_squares += (double)peaks[bin * channels + channel].sum_squares;
    const struct tapemap_peak *newest = &peaks[(METER_BINS - 1) * channels + channel];
    double low = fabs((double)newest->min);
    double high = fabs((double)newest->max);
    struct meter_level level;
    level.peak_db = meter_db(low > high ? low : high);
    level.rms_db = meter_db(sqrt(sum_squares / (double)(frames ? frames : 1)));
    return level;
}

static unsigned meter_cells(double db, unsigned width)
{
    if (!(db > METER_FLOOR_DB))
        return 0;
    return db >= 0.0 ? width : (unsigned)((1.0 - db / METER_FLOOR_DB) * (double)width + 0.5);
}

void meter_bar(struct meter_level level, unsigned width, char *out)
{
    unsigned rms = meter_cells(level.rms_db, width);
    unsigned peak = meter_cells(level.peak_db, width);
    for (unsigned i = 0; i < width; i++)
        out[i] = i < rms ? '#' : i < peak ? '-' : ' ';
    out[width] = '\0';
}

static void meter_print_db(double db, char *out, size_t room)
{
    if (db < -199.0)
        snprintf(out, room, "  -inf");
    else
        snprintf(out, room, "%6.1f", db);
}

static size_t meter_append(char *out, size_t room, size_t used, const char *text)
{
    size_t length = strlen(text);
    if (used + length >= room)
        return used;
    memcpy(out + used, text, length + 1);
    return used + length;
}

void meter_line(const struct meter_level *levels, uint32_t channels, const char *time,
                unsigned columns, char *out, size_t room)
{
    unsigned bar_width = METER_PLAIN_BAR;
    uint32_t shown = channels;
    char part[96];
    char bar[METER_MOST_BAR + 1];
    char peak[16];
    char rms[16];
    out[0] = '\0';
    if (columns > 0 && columns < room)
        room = columns + 1;
    snprintf(part, sizeof part, "%*s", (int)METER_TIME_COLUMNS, time);
    size_t used = meter_append(out, room, 0, part);
    if (columns > 0) {
        unsigned taken = (unsigned)used + METER_REST_COLUMNS;
        unsigned free = columns > taken ? columns - taken : 0;
        uint32_t most = free / (METER_TEXT_COLUMNS + METER_LEAST_BAR);
        shown = channels < most ? channels : most;
        bar_width = shown ? free / shown - METER_TEXT_COLUMNS : 0;
        bar_width = bar_width < METER_MOST_BAR ? bar_width : METER_MOST_BAR;
    }
    for (uint32_t channel = 0; channel < shown; channel++) {
        meter_bar(levels[channel], bar_width, bar);
        meter_print_db(levels[channel].peak_db, peak, sizeof peak);
        meter_print_db(levels[channel].rms_db, rms, sizeof rms);
        snprintf(part, sizeof part, " %3" PRIu32 " [%s] %s %s", channel + 1, bar, peak, rms);
        used = meter_append(out, room, used, part);
    }
    snprintf(part, sizeof part, " +%" PRIu32, channels - shown);
    if (channels > shown)
        meter_append(out, room, used, part);
}
