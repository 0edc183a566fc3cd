/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
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

static void assert_bar(double rms_db, double peak_db, double hold_db, const char *expected)
{
    const struct meter_channel channel = {{peak_db, rms_db}, hold_db, 0};
    struct draw_bytes out = {0};
    meter_bar(&channel, 12, true, &out);
    assert_string_equal(out.data, expected);
    free(out.data);
}

static void draws_bars_from_minus_60_to_0(void **state)
{
    (void)state;
    assert_bar(-HUGE_VAL, -HUGE_VAL, -HUGE_VAL, "            ");
    assert_bar(-30.0, -10.0, -10.0, "######----  ");
    assert_bar(-30.0, -10.0, 0.0, "######---- |");
    assert_bar(0.0, 0.0, 0.0, "############");
    assert_bar(12.0, HUGE_VAL, HUGE_VAL, "############");
    assert_bar(-90.0, -55.0, -90.0, "-           ");
    assert_bar((double)NAN, (double)NAN, (double)NAN, "            ");
}

static struct meter_channel channels[256];

static struct meter_picture picture_of(uint32_t count)
{
    for (uint32_t i = 0; i < 256; i++)
        channels[i] = (struct meter_channel){{-1.5, -10.25}, -0.5, 12};
    return (struct meter_picture){
        .name = "studio", .state = "recording", .time = "1:02:03.4", .note = "",
        .channels = channels, .channel_count = count, .has_levels = true, .has_loudness = true,
        .is_ascii = true, .loudness = {-23.0, -22.5, -HUGE_VAL, -1.0, true},
    };
}

static void prints_every_channel_in_a_line(void **state)
{
    (void)state;
    struct meter_picture picture = picture_of(2);
    struct draw_bytes out = {0};
    channels[0] = (struct meter_channel){{-6.0, -12.0}, -1.0, 0};
    channels[1] = (struct meter_channel){{-HUGE_VAL, -HUGE_VAL}, -HUGE_VAL, 3};
    meter_line(&picture, &out);
    assert_string_equal(out.data, " 1:02:03.4   1 [################--  ]   -6.0  -12.0"
                                  "   2 [                    ]   -inf   -inf 3 clips"
                                  "  M  -23.0 S  -22.5 I   -inf LUFS, true peak   -1.0 dBTP\n");
    free(out.data);
}

static void says_why_there_are_no_levels(void **state)
{
    (void)state;
    struct meter_picture picture = picture_of(2);
    struct draw_bytes out = {0};
    picture.has_levels = picture.has_loudness = false;
    meter_line(&picture, &out);
    assert_string_equal(out.data, " 1:02:03.4  no sound yet\n");
    free(out.data);
}

static void fills_a_screen_of_any_size_and_no_more(void **state)
{
    (void)state;
    for (uint32_t count = 1; count <= 256; count = count * 2 + 1) {
        for (unsigned columns = 20; columns <= 300; columns += 7) {
            for (unsigned lines = 3; lines <= 60; lines += lines < 8 ? 1 : 13) {
                struct meter_picture picture = picture_of(count);
                struct draw_bytes out = {0};
                picture.note = "a note";
                unsigned used = meter_screen(&picture, columns, lines, &out);
                assert_true(used < lines);
                assert_int_equal(out.used, used * (columns + 1));
                for (unsigned i = 1; i <= used; i++)
                    assert_int_equal(out.data[i * (columns + 1) - 1], '\n');
                free(out.data);
            }
        }
    }
}

static bool shows(const struct meter_picture *picture, unsigned columns, unsigned lines,
                  const char *text)
{
    struct draw_bytes out = {0};
    meter_screen(picture, columns, lines, &out);
    bool is_there = strstr(out.data, text) != NULL;
    free(out.data);
    return is_there;
}

static void puts_channels_side_by_side_before_it_leaves_any_out(void **state)
{
    (void)state;
    struct meter_picture picture = picture_of(64);
    assert_true(shows(&picture, 120, 25, "\n 64 ") || shows(&picture, 120, 25, "   64 "));
    assert_false(shows(&picture, 120, 25, "+"));
    assert_true(shows(&picture, 80, 25, "+4 channels"));
    assert_false(shows(&picture, 40, 70, "+"));
}

static void shows_more_figures_where_there_is_room(void **state)
{
    (void)state;
    struct meter_picture picture = picture_of(2);
    assert_false(shows(&picture, 30, 25, "RMS"));
    assert_true(shows(&picture, 40, 25, "PEAK    RMS\n"));
    assert_true(shows(&picture, 79, 25, "PEAK    RMS   HOLD  CLIPS"));
    assert_true(shows(&picture, 79, 25, "  -1.5  -10.2   -0.5     12"));
    assert_true(shows(&picture, 79, 25, "M -23.0  S -22.5  I  -inf LUFS    true peak   -1.0 dBTP"));
}

/* Title and a channel first, then loudness, a note, the heading. */
static void keeps_its_title_on_a_screen_of_few_lines(void **state)
{
    (void)state;
    struct meter_picture picture = picture_of(64);
    picture.note = "a note";
    for (unsigned lines = 3; lines < 9; lines++) {
        assert_true(shows(&picture, 39, lines, "studio  recording"));
        assert_true(shows(&picture, 39, lines, "\n  1 "));
        assert_int_equal(shows(&picture, 39, lines, "LUFS"), lines >= 4);
        assert_int_equal(shows(&picture, 39, lines, "true peak"), lines >= 5);
        assert_int_equal(shows(&picture, 39, lines, "a note"), lines >= 6);
        assert_int_equal(shows(&picture, 39, lines, "PEAK"), lines >= 7);
    }
}

static void says_why_there_is_no_true_peak(void **state)
{
    (void)state;
    struct meter_picture picture = picture_of(64);
    picture.loudness.has_true_peak = false;
    assert_true(shows(&picture, 79, 25, "LUFS    true peak: too many channels live "));
    assert_true(shows(&picture, 40, 25, "\ntrue peak: too many channels live "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_peak_from_the_newest_bin_and_rms_from_all),
        cmocka_unit_test(draws_bars_from_minus_60_to_0),
        cmocka_unit_test(prints_every_channel_in_a_line),
        cmocka_unit_test(says_why_there_are_no_levels),
        cmocka_unit_test(fills_a_screen_of_any_size_and_no_more),
        cmocka_unit_test(puts_channels_side_by_side_before_it_leaves_any_out),
        cmocka_unit_test(shows_more_figures_where_there_is_room),
        cmocka_unit_test(keeps_its_title_on_a_screen_of_few_lines),
        cmocka_unit_test(says_why_there_is_no_true_peak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
