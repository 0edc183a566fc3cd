/* SPDX-License-Identifier: MIT */
#include "meter_line.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define METER_FLOOR_DB (-60.0)
#define METER_PLAIN_BAR 20u

static double meter_decibels(double amplitude)
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
    level.peak_db = meter_decibels(low > high ? low : high);
    level.rms_db = meter_decibels(sqrt(sum_squares / (double)(frames ? frames : 1)));
    return level;
}

static unsigned meter_cells(double db, unsigned width)
{
    if (!(db > METER_FLOOR_DB))
        return 0;
    return db >= 0.0 ? width : (unsigned)((1.0 - db / METER_FLOOR_DB) * (double)width + 0.5);
}

void meter_bar(const struct meter_channel *channel, unsigned width, bool is_ascii,
               struct draw_bytes *out)
{
    static const char *const blocks[] = {"\xE2\x96\x88", "\xE2\x96\x92", "\xE2\x94\x82"};
    static const char *const ascii[] = {"#", "-", "|"};
    const char *const *marks = is_ascii ? ascii : blocks;
    unsigned rms = meter_cells(channel->level.rms_db, width);
    unsigned peak = meter_cells(channel->level.peak_db, width);
    unsigned hold = meter_cells(channel->hold_db, width);

    for (unsigned i = 0; i < width; i++) {
        if (hold > peak && i + 1 == hold)
            draw_bytes_text(out, marks[2]);
        else
            draw_bytes_text(out, i < rms ? marks[0] : i < peak ? marks[1] : " ");
    }
}

char *meter_db(double db, char out[16])
{
    if (!(db >= -199.0))
        snprintf(out, 16, "  -inf");
    else
        snprintf(out, 16, "%6.1f", db < 999.0 ? db : 999.0);
    return out;
}

char *meter_true_peak(const struct loudness_figures *loudness, char out[48])
{
    char figure[16];
    if (loudness->has_true_peak)
        snprintf(out, 48, "true peak %s dBTP", meter_db(loudness->true_peak_db, figure));
    else
        snprintf(out, 48, "true peak: too many channels live");
    return out;
}

static void meter_add_loudness(const struct loudness_figures *loudness, struct draw_bytes *out)
{
    char figures[3][16];
    char true_peak[48];
    draw_bytes_print(out, "  M %s S %s I %s LUFS, %s",
                     meter_db(loudness->momentary_lufs, figures[0]),
                     meter_db(loudness->short_term_lufs, figures[1]),
                     meter_db(loudness->integrated_lufs, figures[2]),
                     meter_true_peak(loudness, true_peak));
}

void meter_line(const struct meter_picture *picture, struct draw_bytes *out)
{
    char peak[16];
    char rms[16];

    draw_bytes_print(out, "%10s", picture->time);
    for (uint32_t i = 0; i < picture->channel_count && picture->has_levels; i++) {
        const struct meter_channel *channel = &picture->channels[i];
        /* The line ends in a log more often than on a screen: plain characters, and no hold. */
        struct meter_channel plain = {channel->level, -HUGE_VAL, 0};
        draw_bytes_print(out, " %3" PRIu32 " [", i + 1);
        meter_bar(&plain, METER_PLAIN_BAR, true, out);
        draw_bytes_print(out, "] %s %s", meter_db(channel->level.peak_db, peak),
                         meter_db(channel->level.rms_db, rms));
        if (channel->clips > 0)
            draw_bytes_print(out, " %" PRIu64 " clip%s", channel->clips,
                             channel->clips == 1 ? "" : "s");
    }
    if (!picture->has_levels)
        draw_bytes_text(out, "  no sound yet");
    if (picture->has_loudness)
        meter_add_loudness(&picture->loudness, out);
    if (picture->note[0] != '\0')
        draw_bytes_print(out, "  %s", picture->note);
    draw_bytes_text(out, "\n");
}
