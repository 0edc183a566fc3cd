/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tapemap/ramp.h"
#include "verify_ramp.h"

#define FRAMES 70000u /* more than a turn of the ramp */

static const uint32_t sample_bytes[] = {0, 2, 3, 4, 4};

static struct verify_shape shape_of(enum tapemap_sample_format format, uint32_t channels)
{
    struct verify_shape shape = {format, channels, sample_bytes[format] * channels};
    return shape;
}

static unsigned char *make(const struct verify_shape *shape, uint64_t position)
{
    unsigned char *frames = malloc((size_t)FRAMES * shape->frame_bytes);
    assert_non_null(frames);
    verify_ramp_make(shape, position, FRAMES, frames);
    return frames;
}

static void makes_what_the_ramp_says_in_every_format(void **state)
{
    int16_t s16[2];
    unsigned char s24[6];
    int32_t s32[2];
    float f32[2];
    (void)state;
    for (uint64_t position = 0; position < 200000; position += 777) {
        struct verify_shape shape = shape_of(TAPEMAP_S16, 2);
        verify_ramp_make(&shape, position, 1, s16);
        shape = shape_of(TAPEMAP_S24, 2);
        verify_ramp_make(&shape, position, 1, s24);
        shape = shape_of(TAPEMAP_S32, 2);
        verify_ramp_make(&shape, position, 1, s32);
        shape = shape_of(TAPEMAP_F32, 2);
        verify_ramp_make(&shape, position, 1, f32);
        for (uint32_t channel = 0; channel < 2; channel++) {
            int32_t value = tapemap_ramp_sample(channel, position);
            uint32_t bits = (uint32_t)s24[channel * 3] | (uint32_t)s24[channel * 3 + 1] << 8 |
                            (uint32_t)s24[channel * 3 + 2] << 16;
            assert_int_equal(s16[channel], value >> 8);
            assert_int_equal(bits, (uint32_t)value & 0xFFFFFFu);
            assert_int_equal(s32[channel], value * 256);
            assert_true(f32[channel] == (float)value / 8388608.0f);
        }
    }
}

static void agrees_with_its_own_ramp_anywhere(void **state)
{
    (void)state;
    for (int format = TAPEMAP_S16; format <= TAPEMAP_F32; format++) {
        struct verify_shape shape = shape_of((enum tapemap_sample_format)format, 3);
        unsigned char *frames = make(&shape, 65000);
        assert_int_equal(verify_ramp_run(&shape, 65000, frames, FRAMES), FRAMES);
        assert_int_equal(verify_ramp_run(&shape, 65001, frames + shape.frame_bytes, FRAMES - 1),
                         FRAMES - 1);
        free(frames);
    }
}

static void finds_the_first_wrong_frame_and_channel(void **state)
{
    const uint32_t wrong[] = {0, 1, 1364, 1365, 1366, 65535, 65536, FRAMES - 1};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct verify_shape shape = shape_of(TAPEMAP_S24, 4);
        unsigned char expected[12];
        unsigned char *frames = make(&shape, 1000);
        unsigned char *frame = frames + (size_t)wrong[i] * shape.frame_bytes;
        frame[7] ^= 0x10; /* channel 2 */
        assert_int_equal(verify_ramp_run(&shape, 1000, frames, FRAMES), wrong[i]);
        verify_ramp_make(&shape, 1000 + wrong[i], 1, expected);
        assert_int_equal(verify_first_channel(&shape, expected, frame), 2);
        free(frames);
    }
}

static void sees_a_shift_by_whole_turns(void **state)
{
    (void)state;
    struct verify_shape shape = shape_of(TAPEMAP_S16, 2);
    unsigned char *frames = make(&shape, 0);
    assert_int_equal(verify_ramp_run(&shape, 65536, frames, FRAMES), 0);
    assert_int_equal(verify_ramp_run(&shape, 1, frames, FRAMES), 0);
    free(frames);
}

static void takes_only_zeros_for_silence(void **state)
{
    (void)state;
    struct verify_shape shape = shape_of(TAPEMAP_F32, 2);
    unsigned char frames[80] = {0};
    assert_int_equal(verify_silence_run(&shape, frames, 10), 10);
    frames[47] = 0x80; /* the float is -0: not what a recorder writes */
    assert_int_equal(verify_silence_run(&shape, frames, 10), 5);
}

static void assert_prints(enum tapemap_sample_format format, const void *frame,
                          const char *expected)
{
    struct verify_shape shape = shape_of(format, 2);
    char text[VERIFY_SAMPLE_BYTES];
    verify_print_sample(&shape, frame, 1, text);
    assert_string_equal(text, expected);
}

static void prints_samples_in_their_own_format(void **state)
{
    const int16_t s16[] = {0, -32768};
    const unsigned char s24[] = {0, 0, 0, 0xFE, 0xFF, 0xFF};
    const int32_t s32[] = {0, INT32_MIN};
    const float f32[] = {0.0f, -0.5f};
    (void)state;
    assert_prints(TAPEMAP_S16, s16, "-32768");
    assert_prints(TAPEMAP_S24, s24, "-2");
    assert_prints(TAPEMAP_S32, s32, "-2147483648");
    assert_prints(TAPEMAP_F32, f32, "-0.5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_what_the_ramp_says_in_every_format),
        cmocka_unit_test(agrees_with_its_own_ramp_anywhere),
        cmocka_unit_test(finds_the_first_wrong_frame_and_channel),
        cmocka_unit_test(sees_a_shift_by_whole_turns),
        cmocka_unit_test(takes_only_zeros_for_silence),
        cmocka_unit_test(prints_samples_in_their_own_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
