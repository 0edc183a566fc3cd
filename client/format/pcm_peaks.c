/* SPDX-License-Identifier: MIT */
#include "pcm_peaks.h"

#include <math.h>

#include "pcm.h"

/* Samples converted at once: small enough for the stack, a multiple of nothing in particular. */
#define BLOCK_SAMPLES 1024u

void pcm_peaks_clear(struct tapemap_peak *peaks, uint32_t channels)
{
    for (uint32_t channel = 0; channel < channels; channel++)
        peaks[channel] = (struct tapemap_peak){INFINITY, -INFINITY, 0.0f};
}

void pcm_peaks_merge(struct tapemap_peak *into, const struct tapemap_peak *from, uint32_t channels)
{
    for (uint32_t channel = 0; channel < channels; channel++) {
        if (from[channel].min < into[channel].min)
            into[channel].min = from[channel].min;
        if (from[channel].max > into[channel].max)
            into[channel].max = from[channel].max;
        into[channel].sum_squares += from[channel].sum_squares;
    }
}

struct s16_extremes {
    int16_t min;
    int16_t max;
    uint64_t sum_squares;
};

static const struct s16_extremes s16_none = {INT16_MAX, INT16_MIN, 0};

static void s16_add(struct s16_extremes *all, int16_t sample)
{
    all->min = sample < all->min ? sample : all->min;
    all->max = sample > all->max ? sample : all->max;
    all->sum_squares += (uint32_t)(sample * sample); /* SSE2 widens only unsigned ones well */
}

static void s16_peak(const struct s16_extremes *all, struct tapemap_peak *peak)
{
    peak->min = (float)all->min * (1.0f / 32768.0f);
    peak->max = (float)all->max * (1.0f / 32768.0f);
    peak->sum_squares = (float)((double)all->sum_squares * (1.0 / (32768.0 * 32768.0)));
}

static struct s16_extremes s16_channel(const int16_t *samples, size_t count, size_t stride)
{
    struct s16_extremes all = s16_none;
    for (size_t i = 0; i < count; i++)
        s16_add(&all, samples[i * stride]);
    return all;
}

/* Both channels in one pass, which a compiler turns into vectors that are read once. */
static void s16_stereo(const int16_t *samples, size_t count, struct tapemap_peak peaks[2])
{
    struct s16_extremes left = s16_none;
    struct s16_extremes right = s16_none;
    for (size_t i = 0; i < count; i++) {
        s16_add(&left, samples[2 * i]);
        s16_add(&right, samples[2 * i + 1]);
    }
    s16_peak(&left, &peaks[0]);
    s16_peak(&right, &peaks[1]);
}

static void peaks_of_s16(const int16_t *samples, size_t count, uint32_t channels,
                         struct tapemap_peak *peaks)
{
    if (channels == 2) {
        s16_stereo(samples, count, peaks);
        return;
    }
    for (uint32_t channel = 0; channel < channels; channel++) {
        /* Of mono the compiler knows the stride, and vectorises. */
        struct s16_extremes all = channels == 1 ? s16_channel(samples, count, 1)
                                                : s16_channel(samples + channel, count, channels);
        s16_peak(&all, &peaks[channel]);
    }
}

/* Adds one converted block; `sums` are the squares so far. */
static void add_block(const float *block, size_t count, uint32_t channels,
                      struct tapemap_peak *peaks, double *sums)
{
    for (uint32_t channel = 0; channel < channels; channel++) {
        float min = peaks[channel].min;
        float max = peaks[channel].max;
        double sum = sums[channel];
        for (size_t i = channel; i < count * channels; i += channels) {
            float sample = block[i] == block[i] ? block[i] : 0.0f;
            min = sample < min ? sample : min;
            max = sample > max ? sample : max;
            sum += (double)sample * (double)sample;
        }
        peaks[channel].min = min;
        peaks[channel].max = max;
        sums[channel] = sum;
    }
}

void pcm_peaks(enum tapemap_sample_format format, const void *frames, size_t count,
               uint32_t channels, struct tapemap_peak *peaks)
{
    if (format == TAPEMAP_S16) {
        peaks_of_s16(frames, count, channels, peaks);
        return;
    }
    float block[BLOCK_SAMPLES];
    double sums[TAPEMAP_MAX_CHANNELS] = {0};
    const unsigned char *bytes = frames;
    size_t frame_bytes = (size_t)pcm_sample_bytes(format) * channels;
    pcm_peaks_clear(peaks, channels);
    while (count > 0) {
        size_t run = BLOCK_SAMPLES / channels;
        run = run < count ? run : count;
        pcm_to_float(format, bytes, run * channels, block);
        add_block(block, run, channels, peaks, sums);
        bytes += run * frame_bytes;
        count -= run;
    }
    for (uint32_t channel = 0; channel < channels; channel++)
        peaks[channel].sum_squares = (float)sums[channel];
}
