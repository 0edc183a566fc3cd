/* SPDX-License-Identifier: MIT */
/*
 * libebur128 filters, gates and looks for true peaks. Momentary and short-term loudness are means
 * of the energy of tenths of a second, each of which is asked for once: to have the library look
 * back on all of three seconds takes a tenth of a second for 64 channels.
 */
#include "loudness.h"

#include <math.h>
#include <stdlib.h>

#include <ebur128.h>

#define LOUDNESS_SURROUND_CHANNELS 6u
#define LOUDNESS_FLOOR_LUFS (-70.0) /* the absolute gate of R 128 */
#define LOUDNESS_BLOCK_SAMPLES 4096u
#define INTERPOLATOR_FRAMES 32u /* libebur128 looks back on 12 */
#define PART_MS 100u
#define PARTS_A_SECOND (1000u / PART_MS)
#define MOMENTARY_PARTS 4u
#define SHORT_TERM_PARTS 30u

struct loudness {
    ebur128_state *state;
    uint32_t channels;
    bool has_true_peak;
    uint32_t part_frames;
    uint32_t part_filled;            /* frames of the newest part, which is not whole yet */
    uint64_t parts;                  /* whole ones */
    uint32_t unsettled_frames;       /* the next ones, whose true peak does not count */
    double true_peak;
    double energy[SHORT_TERM_PARTS]; /* of part n in n % SHORT_TERM_PARTS */
    float block[LOUDNESS_BLOCK_SAMPLES];
};

bool loudness_takes(uint32_t channels, uint32_t rate_hz)
{
    return channels > 0 && channels <= LOUDNESS_MOST_CHANNELS &&
           rate_hz >= LOUDNESS_LEAST_RATE_HZ && rate_hz <= LOUDNESS_MOST_RATE_HZ;
}

struct loudness *loudness_create(uint32_t channels, uint32_t rate_hz, bool has_true_peak)
{
    /* By histogram: the memory for the integrated loudness does not grow with the time. */
    const int mode = EBUR128_MODE_M | EBUR128_MODE_I | EBUR128_MODE_HISTOGRAM |
                     (has_true_peak ? EBUR128_MODE_TRUE_PEAK : 0);
    struct loudness *loudness = calloc(1, sizeof *loudness);
    if (loudness && loudness_takes(channels, rate_hz))
        loudness->state = ebur128_init(channels, rate_hz, mode);
    if (!loudness || !loudness->state) {
        free(loudness);
        return NULL;
    }
    loudness->channels = channels;
    loudness->has_true_peak = has_true_peak;
    loudness->part_frames = (rate_hz + PARTS_A_SECOND / 2) / PARTS_A_SECOND;
    for (uint32_t i = 0; channels > LOUDNESS_SURROUND_CHANNELS && i < channels; i++)
        ebur128_set_channel(loudness->state, i, EBUR128_LEFT);
    return loudness;
}

void loudness_destroy(struct loudness *loudness)
{
    if (!loudness)
        return;
    ebur128_destroy(&loudness->state);
    free(loudness);
}

void loudness_begin_within(struct loudness *loudness)
{
    loudness->unsettled_frames = INTERPOLATOR_FRAMES;
}

static void loudness_look_for_peak(struct loudness *loudness)
{
    for (uint32_t i = 0; i < loudness->channels; i++) {
        double peak = 0.0;
        if (ebur128_prev_true_peak(loudness->state, i, &peak) == EBUR128_SUCCESS)
            loudness->true_peak = fmax(loudness->true_peak, peak);
    }
}

static void loudness_end_part(struct loudness *loudness)
{
    double lufs = -HUGE_VAL;
    ebur128_loudness_window(loudness->state, PART_MS, &lufs);
    loudness->energy[loudness->parts++ % SHORT_TERM_PARTS] = pow(10.0, lufs / 10.0);
    loudness->part_filled = 0;
}

static bool loudness_add_block(struct loudness *loudness, const float *samples, uint32_t frames)
{
    /* One NaN would stay in the filters for ever. */
    for (uint32_t i = 0; i < frames * loudness->channels; i++)
        loudness->block[i] = isfinite(samples[i]) ? samples[i] : 0.0F;
    if (ebur128_add_frames_float(loudness->state, loudness->block, frames) != EBUR128_SUCCESS)
        return false;
    if (loudness->unsettled_frames > 0)
        loudness->unsettled_frames -= frames;
    else if (loudness->has_true_peak)
        loudness_look_for_peak(loudness);
    loudness->part_filled += frames;
    if (loudness->part_filled == loudness->part_frames)
        loudness_end_part(loudness);
    return true;
}

bool loudness_add(struct loudness *loudness, const float *samples, uint64_t frames)
{
    while (frames > 0) {
        uint32_t most = LOUDNESS_BLOCK_SAMPLES / loudness->channels;
        uint32_t left = loudness->part_frames - loudness->part_filled;
        most = most < left ? most : left;
        if (loudness->unsettled_frames > 0 && most > loudness->unsettled_frames)
            most = loudness->unsettled_frames;
        uint32_t count = frames < most ? (uint32_t)frames : most;
        if (!loudness_add_block(loudness, samples, count))
            return false;
        samples += (size_t)count * loudness->channels;
        frames -= count;
    }
    return true;
}

/* Of the newest parts; what was before the first one was silent. */
static double loudness_of_parts(const struct loudness *loudness, uint32_t parts)
{
    double sum = 0.0;
    for (uint32_t i = 1; i <= parts && i <= loudness->parts; i++)
        sum += loudness->energy[(loudness->parts - i) % SHORT_TERM_PARTS];
    double lufs = 10.0 * log10(sum / parts);
    return lufs >= LOUDNESS_FLOOR_LUFS ? lufs : -HUGE_VAL;
}

struct loudness_figures loudness_get(const struct loudness *loudness)
{
    struct loudness_figures figures = {
        .momentary_lufs = loudness_of_parts(loudness, MOMENTARY_PARTS),
        .short_term_lufs = loudness_of_parts(loudness, SHORT_TERM_PARTS),
        .integrated_lufs = -HUGE_VAL,
        .true_peak_db =
            loudness->true_peak > 0.0 ? 20.0 * log10(loudness->true_peak) : -HUGE_VAL,
        .has_true_peak = loudness->has_true_peak,
    };
    ebur128_loudness_global(loudness->state, &figures.integrated_lufs);
    return figures;
}
