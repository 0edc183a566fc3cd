/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "loudness.h"
#include "loudness_gain.h"

#define TAU 6.283185307179586
#define RATE_HZ 48000u
#define FRAMES (3u * RATE_HZ)

/* A sine that swells and shrinks, with steps between its peaks, times `factor`. */
static struct loudness_figures measure(double factor, uint32_t channels)
{
    struct loudness *loudness = loudness_create(channels, RATE_HZ);
    float *frames = malloc(sizeof *frames * FRAMES * channels);
    assert_true(loudness && frames);
    for (uint32_t n = 0; n < FRAMES; n++)
        for (uint32_t c = 0; c < channels; c++)
            frames[n * channels + c] =
                (float)(factor * (0.2 + 0.1 * sin(n * 3e-5)) * sin(TAU * 997.0 / RATE_HZ * n + c));
    assert_true(loudness_add(loudness, frames, FRAMES));
    struct loudness_figures figures = loudness_get(loudness);
    loudness_destroy(loudness);
    free(frames);
    return figures;
}

static void comes_to_the_loudness_that_a_meter_then_shows(void **state)
{
    (void)state;
    static const double targets[] = {-16, -23, -45.5};
    static const uint32_t channel_counts[] = {1, 2, 5, 6, 8};
    for (size_t c = 0; c < 5; c++) {
        struct loudness_figures found = measure(1, channel_counts[c]);
        for (size_t i = 0; i < 3; i++) {
            struct loudness_gain gain =
                loudness_gain_for(found.integrated_lufs, found.true_peak_db, targets[i]);
            struct loudness_figures reached = measure(gain.factor, channel_counts[c]);
            assert_false(gain.is_limited || gain.is_unknown);
            assert_float_equal(gain.lufs, targets[i], 1e-9);
            assert_true(fabs(reached.integrated_lufs - targets[i]) < 0.11);
        }
    }
}

static void never_lifts_the_true_peak_above_its_limit(void **state)
{
    (void)state;
    struct loudness_figures found = measure(1, 2);
    struct loudness_gain gain = loudness_gain_for(found.integrated_lufs, found.true_peak_db, -1);
    assert_true(gain.is_limited);
    struct loudness_figures reached = measure(gain.factor, 2);
    assert_true(fabs(reached.true_peak_db - LOUDNESS_PEAK_DBTP) < 0.01);
    assert_true(fabs(reached.integrated_lufs - gain.lufs) < 0.11);
    assert_true(gain.lufs < -1);
}

static void leaves_silence_alone(void **state)
{
    (void)state;
    struct loudness_figures found = measure(0, 2);
    struct loudness_gain gain = loudness_gain_for(found.integrated_lufs, found.true_peak_db, -16);
    assert_true(gain.is_unknown);
    assert_float_equal(gain.factor, 1, 0);
    gain = loudness_gain_for((double)NAN, 0, -16);
    assert_true(gain.is_unknown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_to_the_loudness_that_a_meter_then_shows),
        cmocka_unit_test(never_lifts_the_true_peak_above_its_limit),
        cmocka_unit_test(leaves_silence_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
