/* SPDX-License-Identifier: MIT */
/* Positions as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "parse_position.h"

static int64_t no_offset(uint64_t utc_ns)
{
    (void)utc_ns;
    return 0;
}

static const struct position_scale scale = {
    .head = 10000000, .oldest = 1000, .capacity_frames = 12000000, .sample_rate_hz = 48000,
    .is_ring = true, .local = no_offset,
};

static void understands_every_form(void **state)
{
    static const struct {
        const char *text;
        uint64_t position;
    } good[] = {
        {"start", 0},
        {"now", 10000000},
        {"0f", 0},
        {"12345f", 12345},
        {"90s", 4320000},
        {"1.5s", 72000},
        {"10m", 28800000},
        {"2h", 345600000},
        {"250ms", 12000},
        {"1:30", 4320000},
        {"1:30:00", 259200000},
        {"0s", 0},
        {"-30s", 8560000},
        {"-0s", 10000000},
        {"-1:00", 7120000},
        {"-2h", 1000},      /* not further back than the oldest frame */
        {"-208.313s", 1000}, /* one frame too far */
        {"-48000f", 9952000},
        {"+12345f", 12345}, /* of no stretch: from the start */
        {"+90s", 4320000},
        {"+01:30:00", 259200000}, /* a plus is always a length */
        {"1:30:00.5", 259224000},
        {"100:00:00", 17280000000},
    };
    (void)state;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint64_t position = 77;
        if (parse_position(good[i].text, &scale, &position) || position != good[i].position)
            fail_msg("\"%s\" gave %llu", good[i].text, (unsigned long long)position);
    }
}

static void refuses_everything_else(void **state)
{
    static const char *const bad[] = {
        "", " ", "-", "f", "-f", "12345", "-12345", "+", "+-1s", "+now", "+mark:a", "1 s", " 1s",
        "1s ", "1x", "1.5f", "0x10f", "1f1", "12ff", "begin", "Start", "now ", "nowf", "--1s",
        "-now", "1e3s", "nans", "infs", "99999999999999999999f", "18446744073709551616f",
        "1:2:3:4", ":", "1:", ":30", "99999999999999999999h", "1s;", "\xff\xfe", "1\xc2\xa0s",
        "mark:", "mark", "Mark:a", "24:00:00", "25:00:00", "14:60:00", "14:05:60", "14:5:30",
        "14:05:30.", "14:05:30.1234567890", "14:05:30Z", "14:05:30f", "@", "@14", "@14:05:3",
        "@1:2:3", "@114:05:30", "@90s", "@start", "14:05:30:00", "2026-11-20", "2026-11-20T",
        "2026-11-20T14", "2026-11-20T14:05:30+1:00", "2026-11-20T14:05:30+0100",
        "2026-11-20T14:05:30z", "2026-11-20T14:05:30 Z", "2026-11-20T14:05:30+24:00",
        "2026-11-20T14:05:30Zx", "2026-11-20  14:05:30", "2026-11-20T14:05:61Z",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z", "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+01:00", "9999-01-01T00:00:00Z", "2554-01-01T00:00:00Z",
        "02026-11-20T14:05:30Z", "-2026-11-20T14:05:30Z", "2026-11-20T24:00:00Z",
        "00000000000000000000000000000000000000000000000000000000000000000000000000001f",
    };
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t position = 77;
        if (parse_position(bad[i], &scale, &position) != TAPEMAP_E_SYNTAX || position != 77)
            fail_msg("\"%s\" gave %llu", bad[i], (unsigned long long)position);
    }
}

static enum tapemap_status parse_in(uint64_t capacity_frames, bool is_ring, const char *text)
{
    const struct position_scale limited = {
        .head = 5000, .capacity_frames = capacity_frames, .sample_rate_hz = 1000,
        .is_ring = is_ring,
    };
    uint64_t position;

    return parse_position(text, &limited, &position);
}

static void refuses_what_no_tape_can_reach(void **state)
{
    (void)state;

    assert_int_equal(parse_in(9000, false, "9000f"), TAPEMAP_OK); /* where a full tape ends */
    assert_int_equal(parse_in(9000, false, "9001f"), TAPEMAP_E_OUTSIDE);
    assert_int_equal(parse_in(9000, false, "10s"), TAPEMAP_E_OUTSIDE);
    assert_int_equal(parse_in(9000, false, "18446744073709551614f"), TAPEMAP_E_OUTSIDE);
    assert_int_equal(parse_in(9000, true, "0f"), TAPEMAP_OK);
    assert_int_equal(parse_in(9000, true, "9001f"), TAPEMAP_OK);
    assert_int_equal(parse_in(9000, true, "8784h"), TAPEMAP_OK); /* a leap year */
    assert_int_equal(parse_in(9000, true, "31622405000f"), TAPEMAP_OK); /* that from the head */
    assert_int_equal(parse_in(9000, true, "31622405001f"), TAPEMAP_E_OUTSIDE);
    assert_int_equal(parse_in(9000, true, "18446744073709551614f"), TAPEMAP_E_OUTSIDE);
}

static void counts_on_from_the_beginning_of_a_stretch(void **state)
{
    struct position_scale stretch = scale;
    uint64_t position;
    (void)state;

    stretch.has_from = true;
    stretch.from = 5000000;
    assert_int_equal(parse_position("+90s", &stretch, &position), TAPEMAP_OK);
    assert_int_equal(position, 9320000);
    assert_int_equal(parse_position("+7f", &stretch, &position), TAPEMAP_OK);
    assert_int_equal(position, 5000007);
    assert_int_equal(parse_position("90s", &stretch, &position), TAPEMAP_OK);
    assert_int_equal(position, 4320000);
    assert_int_equal(parse_position("-1s", &stretch, &position), TAPEMAP_OK);
    assert_int_equal(position, 9952000);
    assert_int_equal(parse_position("+18446744073709551615f", &stretch, &position),
                     TAPEMAP_E_OUTSIDE);
    stretch.is_ring = false;
    assert_int_equal(parse_position("+7000001f", &stretch, &position), TAPEMAP_E_OUTSIDE);
}

static void copes_with_an_oldest_frame_past_the_head(void **state)
{
    const struct position_scale moved = {.head = 5, .oldest = 9, .sample_rate_hz = 48000};
    uint64_t position;
    (void)state;

    assert_int_equal(parse_position("-1s", &moved, &position), TAPEMAP_OK);
    assert_int_equal(position, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(understands_every_form),
        cmocka_unit_test(refuses_everything_else),
        cmocka_unit_test(refuses_what_no_tape_can_reach),
        cmocka_unit_test(counts_on_from_the_beginning_of_a_stretch),
        cmocka_unit_test(copes_with_an_oldest_frame_past_the_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
