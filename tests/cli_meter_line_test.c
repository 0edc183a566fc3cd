/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "meter_line.h"

static void takes_the_peak_from_the_newest_bin_and_rms_from_all(void **state)
{
    (void)state;
    /* Two channels, three bins of 100 frames; channel 0 was loud before the newest bin. */
    const struct tapemap_peak peaks[] = {
        {-1.0f, 1.0f, 50.0f}, {0.0f, 0.0f, 0.0f}, {-1.0f, 1.0f, 25.0f},
        {0.0f, 0.0f, 0.0f},   {-0.5f, 0.1f, 0.0f}, {0.0f, 0.0f, 0.0f},
    };
    struct meter_level first = meter_level(peaks, 2, 0, 300);
    struct meter_level second = meter_level(peaks, 2, 1, 300);
    assert_true(fabs(first.peak_db + 6.0206) < 0.001);
    assert_true(fabs(first.rms_db + 6.0206) < 0.001);
    assert_true(second.peak_db < -1e6 && second.rms_db < -1e6);
}

static void assert_bar(double rms_db, double peak_db, const char *expected)
{
    const struct meter_level level = {peak_db, rms_db};
    char bar[16];
    meter_bar(level, 12, bar);
    assert_string_equal(bar, expected);
}

static void draws_bars_from_minus_60_to_0(void **state)
{
    (void)state;
    assert_bar(-HUGE_VAL, -HUGE_VAL, "            ");
    assert_bar(-30.0, -10.0, "######----  ");
    assert_bar(0.0, 0.0, "############");
    assert_bar(12.0, HUGE_VAL, "############");
    assert_bar(-90.0, -55.0, "-           ");
    assert_bar((double)NAN, (double)NAN, "            ");
}

static void prints_every_channel_when_width_does_not_matter(void **state)
{
    (void)state;
    const struct meter_level levels[] = {{-6.0, -12.0}, {-HUGE_VAL, -HUGE_VAL}};
    char line[256];
    meter_line(levels, 2, "0:10.0", 0, line, sizeof line);
    assert_string_equal(line, "    0:10.0   1 [################--  ]   -6.0  -12.0"
                              "   2 [                    ]   -inf   -inf");
}

static void loud(struct meter_level levels[256])
{
    for (uint32_t i = 0; i < 256; i++)
        levels[i] = (struct meter_level){-1.5, -10.25};
}

static void keeps_to_a_terminal_of_79_columns(void **state)
{
    (void)state;
    struct meter_level levels[256];
    char line[512];
    loud(levels);
    for (uint32_t channels = 1; channels <= 256; channels++) {
        meter_line(levels, channels, "1:02:03.4", 79, line, sizeof line);
        assert_true(strlen(line) <= 79);
        assert_int_equal(strstr(line, " +") != NULL, channels > 2);
    }
    assert_non_null(strstr(line, " +254"));
}

static void keeps_to_a_terminal_of_any_width(void **state)
{
    (void)state;
    struct meter_level levels[256];
    char line[512];
    loud(levels);
    for (unsigned columns = 1; columns <= 500; columns++) {
        for (uint32_t channels = 1; channels <= 256; channels += 15) {
            memset(line, 'x', sizeof line);
            meter_line(levels, channels, "168:02:03.4", columns, line, sizeof line);
            assert_true(strlen(line) <= columns);
        }
    }
}

static void shows_more_channels_on_a_wide_terminal(void **state)
{
    (void)state;
    struct meter_level levels[256];
    char line[512];
    loud(levels);
    meter_line(levels, 8, "0:10.0", 119, line, sizeof line);
    assert_non_null(strstr(line, "   3 ["));
    assert_non_null(strstr(line, " +5"));
    meter_line(levels, 8, "0:10.0", 239, line, sizeof line);
    assert_non_null(strstr(line, "   8 ["));
    assert_null(strstr(line, " +"));
    meter_line(levels, 8, "0:10.0", 40, line, sizeof line);
    assert_string_equal(line, "    0:10.0 +8");
}

static void cuts_rather_than_overflows(void **state)
{
    (void)state;
    const struct meter_level levels[] = {{-6.0, -12.0}, {-6.0, -12.0}};
    char line[64];
    memset(line, 'x', sizeof line);
    meter_line(levels, 2, "0:10.0", 0, line, 60);
    assert_int_equal(strlen(line), 10 + 41);
    assert_int_equal(line[60], 'x');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_peak_from_the_newest_bin_and_rms_from_all),
        cmocka_unit_test(draws_bars_from_minus_60_to_0),
        cmocka_unit_test(prints_every_channel_when_width_does_not_matter),
        cmocka_unit_test(keeps_to_a_terminal_of_79_columns),
        cmocka_unit_test(keeps_to_a_terminal_of_any_width),
        cmocka_unit_test(shows_more_channels_on_a_wide_terminal),
        cmocka_unit_test(cuts_rather_than_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
