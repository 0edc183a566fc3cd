/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "quantity.h"

static void parses_bytes_with_units(void **state)
{
    (void)state;
    const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {
        {"65536", 65536},      {"64k", 65536},         {"512MiB", 512ull << 20},
        {"8TiB", 8ull << 40},  {"1GB", 1000000000},    {"0", 0},
        {"7B", 7},             {"18446744073709551615", UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint64_t bytes = 1;
        assert_true(quantity_parse_bytes(good[i].text, &bytes));
        assert_int_equal(bytes, good[i].bytes);
    }
}

static void refuses_bytes_it_does_not_understand(void **state)
{
    (void)state;
    const char *const bad[] = {"",    "-1",   "+1",     "1.5GiB", " 1", "1 ", "1XB", "GiB",
                               "1gb", "0x10", "1GiB ",  "18446744073709551616", "16777216TiB"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t bytes = 77;
        assert_false(quantity_parse_bytes(bad[i], &bytes));
        assert_int_equal(bytes, 77);
    }
}

static void parses_durations(void **state)
{
    (void)state;
    const struct {
        const char *text;
        uint64_t ms;
    } good[] = {
        {"250ms", 250},     {"90s", 90000},        {"1.5s", 1500},       {"10m", 600000},
        {"24h", 86400000},  {"7d", 604800000},     {"1:30", 90000},      {"1:30:00", 5400000},
        {"0:00.25", 250},   {"100:00:00", 360000000}, {"0.5h", 1800000}, {"0s", 0},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint64_t ns = 1;
        assert_true(quantity_parse_duration_ns(good[i].text, &ns));
        assert_int_equal(ns, good[i].ms * 1000000);
    }
}

static void refuses_durations_it_does_not_understand(void **state)
{
    (void)state;
    const char *const bad[] = {"",     "90",    "-1s",  "1.s",   ".5s",     "1:5",  "1:60",
                               "1:61:00", "s",  "1 s",  "10M",   "1:30:00:00", "1w", "1e3s",
                               "1.1234567891s", "99999999999999999999s", "999999999999d", "1:30s"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t ns = 77;
        assert_false(quantity_parse_duration_ns(bad[i], &ns));
        assert_int_equal(ns, 77);
    }
}

static void scales_without_losing_bits(void **state)
{
    (void)state;
    assert_int_equal(quantity_scale(UINT64_MAX, UINT64_MAX, UINT64_MAX), UINT64_MAX);
    assert_int_equal(quantity_scale(UINT64_MAX, 48000, 10000000), 88544371553805847u);
    assert_int_equal(quantity_scale(1ull << 63, 6, 4), UINT64_MAX - (1ull << 62) + 1);
    assert_int_equal(quantity_scale(1ull << 63, 2, 1), UINT64_MAX);
    assert_int_equal(quantity_scale(7, 3, 2), 10);
    assert_int_equal(quantity_scale(7, 3, 0), UINT64_MAX);
    assert_int_equal(quantity_scale(0, UINT64_MAX, 1), 0);
    assert_int_equal(quantity_scale(UINT64_MAX - 1, UINT64_MAX, UINT64_MAX), UINT64_MAX - 1);
}

static void frames_and_nanoseconds_round_to_the_nearest(void **state)
{
    (void)state;
    uint64_t value;
    assert_true(quantity_frames_from_ns(1000000000, 44100, &value));
    assert_int_equal(value, 44100);
    assert_true(quantity_frames_from_ns(11338, 44100, &value)); /* half a frame and a bit */
    assert_int_equal(value, 1);
    assert_true(quantity_ns_from_frames(1, 44100, &value));
    assert_int_equal(value, 22676);
    assert_false(quantity_ns_from_frames(UINT64_MAX, 8000, &value));
    assert_true(quantity_ns_from_frames(48000ull * 86400 * 366, 48000, &value));
    assert_int_equal(value, 86400ull * 366 * 1000000000);
}

static void no_frames_are_counted_without_a_rate(void **state)
{
    (void)state;
    uint64_t value = 77;
    assert_false(quantity_frames_from_ns(1000000000, 0, &value));
    assert_false(quantity_ns_from_frames(48000, 0, &value));
    assert_int_equal(value, 77);
}

static void prints_what_people_read(void **state)
{
    (void)state;
    char text[32];
    quantity_print_bytes(1023, text, sizeof text);
    assert_string_equal(text, "1023 B");
    quantity_print_bytes(1610612736, text, sizeof text);
    assert_string_equal(text, "1.5 GiB");
    quantity_print_bytes((1u << 20) - 1, text, sizeof text);
    assert_string_equal(text, "1.0 MiB");
    quantity_print_duration(3400000000, text, sizeof text);
    assert_string_equal(text, "0:03.4");
    quantity_print_duration(3723456000000, text, sizeof text);
    assert_string_equal(text, "1:02:03.4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_bytes_with_units),
        cmocka_unit_test(refuses_bytes_it_does_not_understand),
        cmocka_unit_test(parses_durations),
        cmocka_unit_test(refuses_durations_it_does_not_understand),
        cmocka_unit_test(scales_without_losing_bits),
        cmocka_unit_test(frames_and_nanoseconds_round_to_the_nearest),
        cmocka_unit_test(no_frames_are_counted_without_a_rate),
        cmocka_unit_test(prints_what_people_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
