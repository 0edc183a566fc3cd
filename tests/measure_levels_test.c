/* SPDX-License-Identifier: MIT */
/* Loudness against the numbers of EBU Tech 3341, holds and clips. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "level_hold.h"
#include "loudness.h"

#define RATE 48000u
#define BLOCK 480u
#define PI 3.14159265358979323846

/* Adds a sine of 997 Hz in every channel, from frame `at` on. */
static void add_sine(struct loudness *loudness, uint32_t channels, double peak_db, double seconds)
{
    static float block[BLOCK * 64];
    double peak = pow(10.0, peak_db / 20.0);
    for (uint64_t at = 0; at < (uint64_t)(seconds * RATE); at += BLOCK) {
        for (uint64_t i = 0; i < BLOCK; i++)
            for (uint32_t c = 0; c < channels; c++)
                block[i * channels + c] =
                    (float)(peak * sin(2 * PI * 997.0 * (double)(at + i) / RATE));
        assert_true(loudness_add(loudness, block, BLOCK));
    }
}

static void assert_near(double found, double expected)
{
    if (!(fabs(found - expected) <= 0.1))
        fail_msg("found %.3f instead of %.3f", found, expected);
}

/* Stereo: a sine at -23 dBFS in both channels has -23 LUFS (EBU Tech 3341, test 1). */
static void measures_a_sine(uint32_t channels, double expected)
{
    struct loudness *loudness = loudness_create(channels, RATE, true);
    add_sine(loudness, channels, -20.0, 4.0);
    struct loudness_figures figures = loudness_get(loudness);
    assert_near(figures.momentary_lufs, expected);
    assert_near(figures.short_term_lufs, expected);
    assert_near(figures.integrated_lufs, expected);
    assert_near(figures.true_peak_db, -20.0);
    loudness_destroy(loudness);
}

static void measures_a_sine_in_mono_and_stereo(void **state)
{
    (void)state;
    measures_a_sine(1, -23.01);
    measures_a_sine(2, -20.0);
}

/* The worst beginning for an interpolator that has seen nothing yet: at the crest. */
static double true_peak_from_the_crest_on(bool is_within)
{
    struct loudness *loudness = loudness_create(1, RATE, true);
    float frames[RATE / 10];

    for (uint32_t i = 0; i < RATE / 10; i++)
        frames[i] = 0.25F * (float)cos(6.283185307179586 * 997.0 * i / RATE);
    if (is_within)
        loudness_begin_within(loudness);
    assert_true(loudness_add(loudness, frames, RATE / 10));
    double found = loudness_get(loudness).true_peak_db;
    loudness_destroy(loudness);
    return found;
}

static void takes_the_beginning_for_a_jump_only_where_it_is_one(void **state)
{
    (void)state;
    assert_near(true_peak_from_the_crest_on(true), -12.04);
    assert_true(true_peak_from_the_crest_on(false) > -11.5);
}

/* Of 5.1 the fourth channel does not count, and the last two count 1.41 times. */
static void measures_a_surround_mix(void **state)
{
    (void)state;
    measures_a_sine(5, -23.01 + 10 * log10(3 + 2 * 1.41));
    measures_a_sine(6, -23.01 + 10 * log10(3 + 2 * 1.41));
}

static void counts_every_one_of_many_channels(void **state)
{
    (void)state;
    measures_a_sine(8, -20.0 + 10 * log10(4.0));
    measures_a_sine(64, -20.0 + 10 * log10(32.0));
}

static void refuses_what_the_library_does_not_take(void **state)
{
    (void)state;
    assert_null(loudness_create(0, RATE, true));
    assert_null(loudness_create(LOUDNESS_MOST_CHANNELS + 1, RATE, true));
    assert_null(loudness_create(2, LOUDNESS_LEAST_RATE_HZ - 1, true));
    assert_null(loudness_create(2, LOUDNESS_MOST_RATE_HZ + 1, true));
    struct loudness *loudness = loudness_create(1, LOUDNESS_LEAST_RATE_HZ, true);
    float square[1000];
    for (unsigned i = 0; i < 1000; i++)
        square[i] = i % 8 < 4 ? 0.1F : -0.1F;
    for (unsigned i = 0; i < 50; i++)
        assert_true(loudness_add(loudness, square, 1000));
    assert_true(fabs(loudness_get(loudness).integrated_lufs + 20.0) < 3.0);
    loudness_destroy(loudness);
}

/* One second of a tone, then silence: what is looked back on leaves the figures in time. */
static void forgets_after_400_ms_and_after_3_s(void **state)
{
    (void)state;
    static float silence[BLOCK * 2];
    struct loudness *loudness = loudness_create(2, RATE, true);
    add_sine(loudness, 2, -20.0, 1.0);
    assert_near(loudness_get(loudness).short_term_lufs, -20.0 + 10 * log10(1.0 / 3));
    for (unsigned i = 0; i < 20; i++)
        assert_true(loudness_add(loudness, silence, BLOCK));
    assert_near(loudness_get(loudness).momentary_lufs, -20.0 + 10 * log10(0.5));
    for (unsigned i = 0; i < 180; i++)
        assert_true(loudness_add(loudness, silence, BLOCK));
    assert_near(loudness_get(loudness).short_term_lufs, -20.0 + 10 * log10(1.0 / 3));
    assert_true(loudness_get(loudness).momentary_lufs < -999.0);
    for (unsigned i = 0; i < 100; i++)
        assert_true(loudness_add(loudness, silence, BLOCK));
    assert_true(loudness_get(loudness).short_term_lufs < -999.0);
    loudness_destroy(loudness);
}

static void gives_the_same_in_pieces_of_any_length(void **state)
{
    (void)state;
    static float samples[RATE * 2];
    struct loudness *whole = loudness_create(2, RATE, true);
    struct loudness *pieces = loudness_create(2, RATE, true);
    for (uint32_t i = 0; i < RATE * 2; i++)
        samples[i] = (float)(0.3 * sin(i * 0.03) * sin(i * 0.00007));
    assert_true(loudness_add(whole, samples, RATE));
    for (uint32_t at = 0, count = 1; at < RATE; at += count, count = count % 997 + 1) {
        count = count < RATE - at ? count : RATE - at;
        assert_true(loudness_add(pieces, samples + (size_t)at * 2, count));
    }
    struct loudness_figures one = loudness_get(whole);
    struct loudness_figures other = loudness_get(pieces);
    assert_float_equal(one.momentary_lufs, other.momentary_lufs, 1e-9);
    assert_float_equal(one.short_term_lufs, other.short_term_lufs, 1e-9);
    assert_float_equal(one.integrated_lufs, other.integrated_lufs, 1e-9);
    loudness_destroy(whole);
    loudness_destroy(pieces);
}

static void silence_does_not_change_the_integrated_loudness(void **state)
{
    (void)state;
    static float silence[BLOCK * 2];
    struct loudness *loudness = loudness_create(2, RATE, true);
    add_sine(loudness, 2, -20.0, 20.0);
    for (unsigned i = 0; i < 1000; i++)
        assert_true(loudness_add(loudness, silence, BLOCK));
    struct loudness_figures figures = loudness_get(loudness);
    assert_near(figures.integrated_lufs, -20.0);
    assert_true(figures.momentary_lufs < -999.0);
    loudness_destroy(loudness);
}

static void survives_what_is_no_number(void **state)
{
    (void)state;
    float wrong[] = {(float)NAN, HUGE_VALF, -HUGE_VALF, (float)NAN};
    struct loudness *loudness = loudness_create(2, RATE, true);
    assert_true(loudness_add(loudness, wrong, 2));
    add_sine(loudness, 2, -20.0, 4.0);
    assert_near(loudness_get(loudness).integrated_lufs, -20.0);
    loudness_destroy(loudness);
}

static void true_peak_sees_between_the_samples(void **state)
{
    (void)state;
    struct loudness *loudness = loudness_create(1, RATE, true);
    float block[BLOCK];
    /* A quarter of the rate at 45 degrees: every sample is at 0.707 of the peak. */
    for (unsigned i = 0; i < BLOCK; i++)
        block[i] = i % 4 < 2 ? 0.5F : -0.5F;
    assert_true(loudness_add(loudness, block, BLOCK));
    double peak_db = loudness_get(loudness).true_peak_db;
    assert_true(peak_db > -3.6 && peak_db < -2.0);
    loudness_destroy(loudness);
}

static void holds_a_peak_for_two_seconds_and_lets_it_fall(void **state)
{
    (void)state;
    struct level_hold hold = {-HUGE_VAL, 0};
    assert_true(level_hold_show(&hold, -6.0, 0, RATE) == -6.0);
    assert_true(level_hold_show(&hold, -40.0, RATE, RATE) == -6.0);
    assert_true(level_hold_show(&hold, -40.0, 2 * RATE, RATE) == -6.0);
    assert_true(fabs(level_hold_show(&hold, -40.0, 3 * RATE, RATE) + 26.0) < 1e-9);
    assert_true(level_hold_show(&hold, -40.0, 4 * RATE, RATE) == -40.0);
    assert_true(level_hold_show(&hold, -3.0, 4 * RATE, RATE) == -3.0);
    assert_true(level_hold_show(&hold, -HUGE_VAL, 60 * RATE, RATE) < -999.0);
}

static void counts_runs_of_full_samples_as_one_clip(void **state)
{
    (void)state;
    struct clip_counter counters[2] = {{0}};
    const float first[] = {1.0F, 0.5F, 1.0F, 0.5F, 0.2F, -1.0F};
    const float second[] = {0.0F, -1.0F, 1.0F, 0.5F};
    clip_count(counters, 2, clip_threshold(TAPEMAP_F32), first, 3);
    clip_count(counters, 2, clip_threshold(TAPEMAP_F32), second, 2);
    assert_int_equal(counters[0].clips, 2);
    assert_int_equal(counters[1].clips, 1);
    assert_true(clip_threshold(TAPEMAP_S16) == 32767.0F / 32768.0F);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_a_sine_in_mono_and_stereo),
        cmocka_unit_test(takes_the_beginning_for_a_jump_only_where_it_is_one),
        cmocka_unit_test(measures_a_surround_mix),
        cmocka_unit_test(counts_every_one_of_many_channels),
        cmocka_unit_test(refuses_what_the_library_does_not_take),
        cmocka_unit_test(forgets_after_400_ms_and_after_3_s),
        cmocka_unit_test(gives_the_same_in_pieces_of_any_length),
        cmocka_unit_test(silence_does_not_change_the_integrated_loudness),
        cmocka_unit_test(survives_what_is_no_number),
        cmocka_unit_test(true_peak_sees_between_the_samples),
        cmocka_unit_test(holds_a_peak_for_two_seconds_and_lets_it_fall),
        cmocka_unit_test(counts_runs_of_full_samples_as_one_clip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
