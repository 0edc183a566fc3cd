/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "channel_mix.h"
#include "conversion.h"

static struct channel_mix mix;

static void keeps_all_channels_makes_one_of_them_or_many_of_one(void **state)
{
    (void)state;
    const float in[] = {0.5f, -0.25f, 0.75f, 1.0f, 0.0f, -1.0f};
    float out[6];
    assert_true(channel_mix_count(&mix, 3, 3));
    assert_true(channel_mix_is_identity(&mix) && channel_mix_is_pick(&mix));
    assert_true(channel_mix_count(&mix, 3, 1));
    assert_false(channel_mix_is_pick(&mix));
    channel_mix_apply(&mix, in, 2, out);
    assert_float_equal(out[0], 1.0f / 3, 1e-7);
    assert_float_equal(out[1], 0, 1e-7);
    assert_true(channel_mix_count(&mix, 1, 3));
    assert_true(channel_mix_is_pick(&mix));
    assert_false(channel_mix_is_identity(&mix));
    channel_mix_apply(&mix, in, 2, out);
    const float copies[] = {0.5f, 0.5f, 0.5f, -0.25f, -0.25f, -0.25f};
    assert_memory_equal(out, copies, sizeof copies);
    assert_true(channel_mix_count(&mix, TAPEMAP_MAX_CHANNELS, 1));
    assert_true(channel_mix_count(&mix, 1, TAPEMAP_MAX_CHANNELS));
    assert_false(channel_mix_count(&mix, 3, 2));
    assert_false(channel_mix_count(&mix, 3, 0));
    assert_false(channel_mix_count(&mix, 1, TAPEMAP_MAX_CHANNELS + 1));
}

static void understands_lists_of_channels(void **state)
{
    (void)state;
    const float in[] = {0.5f, -0.25f, 0.75f};
    float out[3];
    assert_true(channel_mix_parse(&mix, "1+2,3,2", 3));
    assert_int_equal(mix.out_channels, 3);
    channel_mix_apply(&mix, in, 1, out);
    const float expected[] = {0.125f, 0.75f, -0.25f};
    assert_memory_equal(out, expected, sizeof expected);
    assert_true(channel_mix_parse(&mix, "1,2,3", 3));
    assert_true(channel_mix_is_identity(&mix));
    assert_true(channel_mix_parse(&mix, "256", 256));
    assert_int_equal(mix.terms[0], 255);
}

static void refuses_lists_that_are_none_and_channels_that_are_not_there(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",   "0",   "4",    "1,",    ",1",    "1++2", "1 2", "a",
                                        "-1", "1.5", "1,,2", "00001", "99999", "1+",   "+1",
                                        "1-2"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (channel_mix_parse(&mix, wrong[i], 3))
            fail_msg("'%s' was understood", wrong[i]);
    char many[3000] = "1";
    for (int i = 0; i < 256; i++)
        strcat(many, ",1");
    assert_false(channel_mix_parse(&mix, many, 3)); /* 257 channels */
    many[strlen(many) - 2] = '\0';
    assert_true(channel_mix_parse(&mix, many, 3));
    strcpy(many, "1");
    for (unsigned i = 1; i < CHANNEL_MIX_TERMS; i++)
        strcat(many, "+2");
    assert_true(channel_mix_parse(&mix, many, 3));
    strcat(many, "+2");
    assert_false(channel_mix_parse(&mix, many, 3));
}

static int put_aside(void *context, const void *frames, uint64_t count)
{
    memcpy(context, frames, (size_t)count * 2 * 4);
    return 0;
}

static void passes_samples_through_bit_by_bit_when_channels_are_picked(void **state)
{
    (void)state;
    /* More bits than a float has. */
    const uint32_t in[] = {0x7EDCBA97, 0x80000001, 3, 0x12345679, 5, 0x98765433};
    const uint32_t expected[] = {3, 0x7EDCBA97, 0x98765433, 0x12345679};
    uint32_t out[4];
    struct conversion_plan plan = {.in_format = TAPEMAP_S32, .out_format = TAPEMAP_S32,
                                   .in_rate_hz = 8000, .out_rate_hz = 8000, .in_frames = 2,
                                   .gain = 1};
    assert_true(channel_mix_parse(&plan.mix, "3,1", 3));
    assert_true(conversion_is_exact(&plan));
    struct conversion *conversion = conversion_create(&plan, put_aside, out);
    assert_non_null(conversion);
    assert_int_equal(conversion_push(conversion, in, 2), 0);
    assert_int_equal(conversion_end(conversion), 0);
    assert_memory_equal(out, expected, sizeof expected);
    conversion_destroy(conversion);
    plan.gain = 0.5;
    assert_false(conversion_is_exact(&plan));
    plan.gain = 1;
    plan.out_rate_hz = 16000;
    assert_false(conversion_is_exact(&plan));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_all_channels_makes_one_of_them_or_many_of_one),
        cmocka_unit_test(understands_lists_of_channels),
        cmocka_unit_test(refuses_lists_that_are_none_and_channels_that_are_not_there),
        cmocka_unit_test(passes_samples_through_bit_by_bit_when_channels_are_picked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
