/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conversion.h"
#include "rate_change.h"

#define TAU 6.283185307179586

/* All that came out. */
struct collected {
    float *samples;
    uint64_t frames;
    uint64_t room;
    uint32_t channels;
};

static int collect(void *context, const void *frames, uint64_t count)
{
    struct collected *all = context;
    assert_true(all->frames + count <= all->room);
    memcpy(all->samples + all->frames * all->channels, frames,
           (size_t)count * all->channels * sizeof(float));
    all->frames += count;
    return 0;
}

/* A sine in the first channel, its half in the second, in blocks of odd sizes. */
static struct collected convert_sine(double hz, uint32_t in_hz, uint32_t out_hz, uint64_t frames)
{
    struct conversion_plan plan = {.in_format = TAPEMAP_F32, .out_format = TAPEMAP_F32,
                                   .in_rate_hz = in_hz, .out_rate_hz = out_hz,
                                   .in_frames = frames, .gain = 1};
    assert_true(channel_mix_count(&plan.mix, 2, 2));
    uint64_t expected = rate_change_frames(plan.in_frames, plan.in_rate_hz, plan.out_rate_hz);
    struct collected all = {.room = expected + 10, .channels = 2};
    all.samples = malloc((size_t)all.room * 2 * sizeof(float));
    float *in = malloc((size_t)frames * 2 * sizeof(float));
    assert_true(all.samples && in);
    for (uint64_t n = 0; n < frames; n++) {
        in[2 * n] = (float)(0.5 * sin(TAU * hz * (double)n / in_hz));
        in[2 * n + 1] = in[2 * n] / 2;
    }
    struct conversion *conversion = conversion_create(&plan, collect, &all);
    assert_non_null(conversion);
    uint64_t step = 1;
    for (uint64_t n = 0; n < frames; n += step, step = step * 3 % 9973) {
        step = step < frames - n ? step : frames - n;
        assert_int_equal(conversion_push(conversion, in + 2 * n, step), 0);
    }
    assert_int_equal(conversion_end(conversion), 0);
    assert_int_equal(all.frames, expected);
    conversion_destroy(conversion);
    free(in);
    return all;
}

/* The largest difference from the same sine at the other rate, beyond the ends of the filter. */
static double worst_error(const struct collected *all, double hz, uint32_t out_hz, uint64_t margin)
{
    double worst = 0;
    for (uint64_t n = margin; n < all->frames - margin; n++) {
        double ideal = 0.5 * sin(TAU * hz * (double)n / out_hz);
        double left = fabs((double)all->samples[2 * n] - ideal);
        double right = fabs((double)all->samples[2 * n + 1] - ideal / 2);
        worst = left > worst ? left : worst;
        worst = right > worst ? right : worst;
    }
    return worst;
}

/* 1e-5 is -94 dB below this sine: neither its height nor its phase has moved. */
static void a_sine_stays_that_sine_without_delay(void **state)
{
    (void)state;
    static const uint32_t rates[][2] = {{48000, 16000}, {48000, 44100}, {44100, 48000},
                                        {16000, 48000}, {8000, 192000}, {96000, 8000},
                                        {48000, 47999}};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct collected all = convert_sine(997, rates[i][0], rates[i][1], rates[i][0]);
        assert_int_equal(all.frames, rates[i][1]);
        double error = worst_error(&all, 997, rates[i][1], rates[i][1] / 20);
        if (error > 1e-5)
            fail_msg("%u Hz to %u Hz: off by %g", rates[i][0], rates[i][1], error);
        free(all.samples);
    }
}

static int collect_shorts(void *context, const void *frames, uint64_t count)
{
    int16_t **end = context;
    memcpy(*end, frames, (size_t)count * sizeof **end);
    *end += count;
    return 0;
}

/* They come from the quicker converter, which has to be finer than they are. */
static void samples_of_16_bits_are_off_by_one_at_most(void **state)
{
    (void)state;
    static float in[48000];
    static int16_t out[44100];
    int16_t *end = out;
    struct conversion_plan plan = {.in_format = TAPEMAP_F32, .out_format = TAPEMAP_S16,
                                   .in_rate_hz = 48000, .out_rate_hz = 44100,
                                   .in_frames = 48000, .gain = 1};
    assert_true(channel_mix_count(&plan.mix, 1, 1));
    assert_int_equal(rate_change_frames(plan.in_frames, plan.in_rate_hz, plan.out_rate_hz), 44100);
    for (unsigned n = 0; n < 48000; n++)
        in[n] = (float)(0.9 * sin(TAU * 997 * n / 48000));
    struct conversion *conversion = conversion_create(&plan, collect_shorts, &end);
    assert_non_null(conversion);
    assert_int_equal(conversion_push(conversion, in, 48000), 0);
    assert_int_equal(conversion_end(conversion), 0);
    conversion_destroy(conversion);
    assert_ptr_equal(end, out + 44100);
    for (unsigned n = 1000; n < 43100; n++) {
        double ideal = 0.9 * 32768 * sin(TAU * 997 * n / 44100);
        if (fabs(out[n] - ideal) > 1)
            fail_msg("frame %u is %d instead of %.2f", n, out[n], ideal);
    }
}

static void what_the_lower_rate_cannot_hold_is_gone(void **state)
{
    (void)state;
    struct collected all = convert_sine(9000, 48000, 16000, 48000);
    for (uint64_t n = 1000; n < 2 * (all.frames - 1000); n++)
        assert_true(fabsf(all.samples[n]) < 1e-4f);
    free(all.samples);
}

static void has_the_exact_length_of_any_stretch(void **state)
{
    (void)state;
    assert_int_equal(rate_change_frames(480000, 48000, 16000), 160000);
    assert_int_equal(rate_change_frames(1, 48000, 16000), 1);
    assert_int_equal(rate_change_frames(4, 48000, 16000), 1);
    assert_int_equal(rate_change_frames(5, 48000, 16000), 2);
    assert_int_equal(rate_change_frames(0, 48000, 16000), 0);
    assert_int_equal(rate_change_frames(UINT64_C(1) << 50, 48000, 96000), UINT64_C(1) << 51);
    static const uint64_t lengths[] = {1, 2, 3, 5, 100, 4095, 4096, 4097, 10000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        free(convert_sine(100, 48000, 44100, lengths[i]).samples);
        free(convert_sine(100, 48000, 16000, lengths[i]).samples);
        free(convert_sine(100, 8000, 192000, lengths[i]).samples);
        free(convert_sine(100, 192000, 1000, lengths[i]).samples);
    }
}

static void knows_what_it_cannot_do(void **state)
{
    (void)state;
    assert_true(rate_change_is_possible(48000, 188));
    assert_false(rate_change_is_possible(48000, 187));
    assert_false(rate_change_is_possible(48000, 0));
    assert_false(rate_change_is_possible(8000, 2048001));
    struct rate_change_config config = {.channels = RATE_CHANGE_MOST_CHANNELS, .in_rate_hz = 48000,
                                        .out_rate_hz = 16000};
    struct rate_change *change = rate_change_create(&config);
    assert_non_null(change);
    rate_change_destroy(change);
    config.channels++;
    assert_null(rate_change_create(&config));
}

static int refuse(void *context, const float *frames, uint64_t count)
{
    (void)frames;
    (void)count;
    return ++*(int *)context + 6;
}

static void stops_when_nobody_takes_its_frames(void **state)
{
    (void)state;
    static float samples[20000];
    int calls = 0;
    const struct rate_change_config config = {.channels = 1, .in_rate_hz = 48000,
                                              .out_rate_hz = 24000, .in_frames = 20000,
                                              .put = refuse, .context = &calls};
    struct rate_change *change = rate_change_create(&config);
    assert_non_null(change);
    assert_int_equal(rate_change_push(change, samples, 20000), 7);
    assert_int_equal(calls, 1);
    rate_change_destroy(change);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sine_stays_that_sine_without_delay),
        cmocka_unit_test(samples_of_16_bits_are_off_by_one_at_most),
        cmocka_unit_test(what_the_lower_rate_cannot_hold_is_gone),
        cmocka_unit_test(has_the_exact_length_of_any_stretch),
        cmocka_unit_test(knows_what_it_cannot_do),
        cmocka_unit_test(stops_when_nobody_takes_its_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
