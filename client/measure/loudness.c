/* SPDX-License-Identifier: MIT */
#include "loudness.h"

#include <math.h>
#include <stdlib.h>

#include <ebur128.h>

#define LOUDNESS_SURROUND_CHANNELS 6u

struct loudness {
    ebur128_state *state;
    uint32_t channels;
};

struct loudness *loudness_create(uint32_t channels, uint32_t rate_hz)
{
    /* By histogram: the memory for the integrated loudness does not grow with the time. */
    const int mode = EBUR128_MODE_M | EBUR128_MODE_S | EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK |
                     EBUR128_MODE_HISTOGRAM;
    struct loudness *loudness = calloc(1, sizeof *loudness);
    if (!loudness)
        return NULL;
    loudness->channels = channels;
    loudness->state = ebur128_init(channels, rate_hz, mode);
    if (!loudness->state) {
        free(loudness);
        return NULL;
    }
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

bool loudness_add(struct loudness *loudness, float *samples, uint64_t frames)
{
    /* One NaN would stay in the filters for ever. */
    for (uint64_t i = 0; i < frames * loudness->channels; i++)
        if (!isfinite(samples[i]))
            samples[i] = 0.0F;
    return ebur128_add_frames_float(loudness->state, samples, (size_t)frames) == EBUR128_SUCCESS;
}

struct loudness_figures loudness_get(const struct loudness *loudness)
{
    struct loudness_figures figures = {-HUGE_VAL, -HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
    double highest = 0.0;

    ebur128_loudness_momentary(loudness->state, &figures.momentary_lufs);
    ebur128_loudness_shortterm(loudness->state, &figures.short_term_lufs);
    ebur128_loudness_global(loudness->state, &figures.integrated_lufs);
    for (uint32_t i = 0; i < loudness->channels; i++) {
        double peak = 0.0;
        if (ebur128_true_peak(loudness->state, i, &peak) == EBUR128_SUCCESS)
            highest = fmax(highest, peak);
    }
    if (highest > 0.0)
        figures.true_peak_db = 20.0 * log10(highest);
    return figures;
}
