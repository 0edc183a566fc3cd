/* SPDX-License-Identifier: MIT */
#include "loudness_gain.h"

#include <ebur128.h>
#include <math.h>
#include <stdlib.h>

#define LOUDNESS_PLACED_CHANNELS 5u
#define LOUDNESS_BLOCK_SAMPLES 4096u

struct loudness_meter {
    ebur128_state *state;
    uint32_t channels;
    float block[LOUDNESS_BLOCK_SAMPLES];
};

struct loudness_meter *loudness_meter_create(uint32_t channels, uint32_t rate_hz)
{
    struct loudness_meter *meter = calloc(1, sizeof *meter);
    if (meter && channels > 0 && channels <= LOUDNESS_MOST_CHANNELS &&
        rate_hz >= LOUDNESS_LEAST_RATE_HZ && rate_hz <= LOUDNESS_MOST_RATE_HZ)
        meter->state = ebur128_init(channels, rate_hz,
                                    EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
    if (!meter || !meter->state) {
        free(meter);
        return NULL;
    }
    meter->channels = channels;
    for (uint32_t c = 0; c < channels && channels > LOUDNESS_PLACED_CHANNELS; c++)
        ebur128_set_channel(meter->state, c, EBUR128_LEFT);
    return meter;
}

void loudness_meter_destroy(struct loudness_meter *meter)
{
    if (!meter)
        return;
    ebur128_destroy(&meter->state);
    free(meter);
}

bool loudness_meter_add(struct loudness_meter *meter, const float *frames, uint64_t count)
{
    while (count > 0) {
        uint64_t most = LOUDNESS_BLOCK_SAMPLES / meter->channels;
        size_t step = (size_t)(count < most ? count : most);
        size_t samples = step * meter->channels;
        /* One NaN would stay in the filters for ever. */
        for (size_t i = 0; i < samples; i++)
            meter->block[i] = isfinite(frames[i]) ? frames[i] : 0.0F;
        if (ebur128_add_frames_float(meter->state, meter->block, step) != EBUR128_SUCCESS)
            return false;
        frames += samples;
        count -= step;
    }
    return true;
}

double loudness_meter_lufs(const struct loudness_meter *meter)
{
    double lufs = -HUGE_VAL;
    ebur128_loudness_global(meter->state, &lufs);
    return lufs;
}

double loudness_meter_true_peak(const struct loudness_meter *meter)
{
    double highest = 0;
    for (uint32_t c = 0; c < meter->channels; c++) {
        double peak = 0;
        ebur128_true_peak(meter->state, c, &peak);
        highest = peak > highest ? peak : highest;
    }
    return highest;
}

struct loudness_gain loudness_gain_for(double lufs, double true_peak, double target_lufs)
{
    if (!(lufs > -HUGE_VAL && lufs < HUGE_VAL && true_peak > 0 && true_peak < HUGE_VAL))
        return (struct loudness_gain){.factor = 1, .lufs = lufs, .is_unknown = true};
    double gain_db = target_lufs - lufs;
    double most_db = LOUDNESS_PEAK_DBTP - 20 * log10(true_peak);
    bool is_limited = gain_db > most_db;
    gain_db = is_limited ? most_db : gain_db;
    return (struct loudness_gain){
        .factor = pow(10, gain_db / 20), .lufs = lufs + gain_db, .is_limited = is_limited};
}
