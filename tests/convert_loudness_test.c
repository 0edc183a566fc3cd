/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "loudness_gain.h"

#define TAU 6.283185307179586
#define RATE_HZ 48000u
#define FRAMES (3u * RATE_HZ)

/* A sine that swells and shrinks, with steps between its peaks, times `factor`. */
static void measure(double factor, uint32_t channels, double *lufs, double *true_peak)
{
    struct loudness_meter *meter = loudness_meter_create(channels, RATE_HZ);
    float *frames = malloc(sizeof *frames * FRAMES * channels);
    assert_true(meter && frames);
    for (uint32_t n = 0; n < FRAMES; n++)
        for (uint32_t c = 0; c < channels; c++)
            frames[n * channels + c] =
                (float)(factor * (0.2 + 0.1 * sin(n * 3e-5)) * sin(TAU * 997.0 / RATE_HZ * n + c));
    assert_true(loudness_meter_add(meter, frames, FRAMES));
    *lufs = loudness_meter_lufs(meter);
    *true_peak = loudness_meter_true_peak(meter);
    loudness_meter_destroy(meter);
    free(frames);
}

static void reaches_the_loudness_that_is_wanted(void **state)
{
    (void)state;
    static const double targets[] = {-16, -23, -45.5};
    static const uint32_t channel_counts[] = {1, 2, 5, 8};
    for (size_t c = 0; c < 4; c++) {
        double lufs, peak;
        measure(1, channel_counts[c], &lufs, &peak);
        for (size_t i = 0; i < 3; i++) {
            double reached, new_peak;
            struct loudness_gain gain = loudness_gain_for(lufs, peak, targets[i]);
            measure(gain.factor, channel_counts[c], &reached, &new_peak);
            assert_false(gain.is_limited || gain.is_unknown);
            assert_float_equal(gain.lufs, targets[i], 1e-9);
            assert_true(fabs(reached - targets[i]) < 0.1);
        }
    }
}

static void never_lifts_the_true_peak_above_its_limit(void **state)
{
    (void)state;
    double lufs, peak, reached, new_peak;
    measure(1, 2, &lufs, &peak);
    struct loudness_gain gain = loudness_gain_for(lufs, peak, -1);
    assert_true(gain.is_limited);
    measure(gain.factor, 2, &reached, &new_peak);
    assert_true(fabs(20 * log10(new_peak) - LOUDNESS_PEAK_DBTP) < 0.01);
    assert_true(fabs(reached - gain.lufs) < 0.1);
    assert_true(gain.lufs < -1);
}

static void measures_the_rest_of_sound_with_samples_that_are_no_numbers(void **state)
{
    (void)state;
    struct loudness_meter *meter = loudness_meter_create(1, RATE_HZ);
    float *frames = malloc(sizeof *frames * FRAMES);
    assert_true(meter && frames);
    for (uint32_t n = 0; n < FRAMES; n++)
        frames[n] = (float)(0.5 * sin(TAU * 997.0 / RATE_HZ * n));
    frames[1000] = NAN;
    frames[50000] = INFINITY;
    frames[90000] = -INFINITY;
    assert_true(loudness_meter_add(meter, frames, FRAMES));
    assert_true(fabs(loudness_meter_lufs(meter) + 9.03) < 0.1);
    assert_true(loudness_meter_true_peak(meter) < 1);
    loudness_meter_destroy(meter);
    free(frames);
}

static void leaves_silence_alone(void **state)
{
    (void)state;
    double lufs, peak;
    measure(0, 2, &lufs, &peak);
    struct loudness_gain gain = loudness_gain_for(lufs, peak, -16);
    assert_true(gain.is_unknown);
    assert_float_equal(gain.factor, 1, 0);
    gain = loudness_gain_for((double)NAN, 1, -16);
    assert_true(gain.is_unknown);
}

static void knows_its_limits(void **state)
{
    (void)state;
    assert_null(loudness_meter_create(LOUDNESS_MOST_CHANNELS + 1, RATE_HZ));
    assert_null(loudness_meter_create(2, LOUDNESS_LEAST_RATE_HZ - 1));
    assert_null(loudness_meter_create(2, LOUDNESS_MOST_RATE_HZ + 1));
    struct loudness_meter *meter = loudness_meter_create(LOUDNESS_MOST_CHANNELS, 8000);
    assert_non_null(meter);
    loudness_meter_destroy(meter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reaches_the_loudness_that_is_wanted),
        cmocka_unit_test(never_lifts_the_true_peak_above_its_limit),
        cmocka_unit_test(measures_the_rest_of_sound_with_samples_that_are_no_numbers),
        cmocka_unit_test(leaves_silence_alone),
        cmocka_unit_test(knows_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
