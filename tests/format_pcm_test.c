/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pcm.h"
#include "pcm_peaks.h"
#include "tapemap/ramp.h"

static const enum tapemap_sample_format formats[] = {TAPEMAP_S16, TAPEMAP_S24, TAPEMAP_S32,
                                                     TAPEMAP_F32};

static void converts_full_scale_exactly(void **state)
{
    (void)state;
    const int32_t in[] = {INT32_MIN, 0, 0x40000000, 0x7FFFFF00};
    for (size_t i = 0; i < 4; i++) {
        unsigned char bytes[16];
        float out[4];
        pcm_from_s32(formats[i], in, 4, bytes);
        pcm_to_float(formats[i], bytes, 4, out);
        assert_true(out[0] == -1.0f && out[1] == 0.0f && out[2] == 0.5f);
        assert_true(out[3] < 1.0f && out[3] >= 32767.0f / 32768.0f);
    }
}

static void ramp_samples_are_the_same_in_every_format(void **state)
{
    (void)state;
    for (uint64_t position = 0; position < 300000; position += 7) {
        int32_t value = tapemap_ramp_sample(1, position);
        int32_t left = value * 256;
        int16_t s16;
        unsigned char s24[3];
        float f32;
        pcm_from_s32(TAPEMAP_S16, &left, 1, &s16);
        pcm_from_s32(TAPEMAP_S24, &left, 1, s24);
        pcm_from_s32(TAPEMAP_F32, &left, 1, &f32);
        assert_int_equal(s16, value >> 8);
        assert_int_equal((s24[0] | s24[1] << 8 | (int8_t)s24[2] * 65536), value);
        assert_true(f32 == (float)value / 8388608.0f);
    }
}

static void a_ramp_shifted_by_whole_turns_differs(void **state)
{
    (void)state;
    for (uint64_t shift = 65536; shift <= 255 * 65536; shift += 65536)
        assert_int_not_equal(tapemap_ramp_sample(0, 1000) >> 8,
                             tapemap_ramp_sample(0, 1000 + shift) >> 8);
}

static void clips_and_rounds_floats(void **state)
{
    (void)state;
    const float in[] = {2.0f, -2.0f, 1.0f, -1.0f, NAN, 0.6f / 32768.0f, -0.6f / 32768.0f};
    const int16_t expected[] = {32767, -32768, 32767, -32768, 0, 1, -1};
    int16_t out[7];
    pcm_from_float(TAPEMAP_S16, in, 7, out);
    assert_memory_equal(out, expected, sizeof out);
    float back;
    pcm_from_float(TAPEMAP_F32, &in[4], 1, &back);
    assert_true(back == 0.0f);
}

/* Sample by sample, as the contract says it. */
static struct tapemap_peak plain_peak(const float *samples, size_t count, uint32_t channels,
                                      uint32_t channel)
{
    struct tapemap_peak peak = {INFINITY, -INFINITY, 0};
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        float sample = samples[i * channels + channel];
        peak.min = fminf(peak.min, sample);
        peak.max = fmaxf(peak.max, sample);
        sum += (double)sample * (double)sample;
    }
    peak.sum_squares = (float)sum;
    return peak;
}

static void peaks_equal_a_plain_loop(void **state)
{
    (void)state;
    static int32_t noise[256 * 300];
    static unsigned char packed[sizeof noise];
    static float floats[256 * 300];
    srand(1);
    for (size_t i = 0; i < 256 * 300; i++)
        noise[i] = (int32_t)((uint32_t)rand() * 2654435761u);
    const uint32_t channel_counts[] = {1, 2, 3, 8, 256};
    for (size_t f = 0; f < 4; f++) {
        for (size_t c = 0; c < 5; c++) {
            uint32_t channels = channel_counts[c];
            struct tapemap_peak peaks[256];
            pcm_from_s32(formats[f], noise, 256 * (size_t)channels, packed);
            pcm_to_float(formats[f], packed, 256 * (size_t)channels, floats);
            pcm_peaks(formats[f], packed, 256, channels, peaks);
            for (uint32_t channel = 0; channel < channels; channel++) {
                struct tapemap_peak plain = plain_peak(floats, 256, channels, channel);
                assert_memory_equal(&peaks[channel], &plain, sizeof plain);
            }
        }
    }
}

static void merging_nothing_changes_nothing(void **state)
{
    (void)state;
    struct tapemap_peak peak = {-0.5f, 0.25f, 3.0f};
    struct tapemap_peak nothing;
    pcm_peaks_clear(&nothing, 1);
    pcm_peaks_merge(&peak, &nothing, 1);
    assert_true(peak.min == -0.5f && peak.max == 0.25f && peak.sum_squares == 3.0f);
    pcm_peaks_merge(&nothing, &peak, 1);
    assert_memory_equal(&nothing, &peak, sizeof peak);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(converts_full_scale_exactly),
        cmocka_unit_test(ramp_samples_are_the_same_in_every_format),
        cmocka_unit_test(a_ramp_shifted_by_whole_turns_differs),
        cmocka_unit_test(clips_and_rounds_floats),
        cmocka_unit_test(peaks_equal_a_plain_loop),
        cmocka_unit_test(merging_nothing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
