/* SPDX-License-Identifier: MIT */
/* The overview's time axis, columns and labels. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "overview.h"

#define SECOND UINT64_C(1000000000)
#define RATE 1000u

/* 2026-10-24 22:00 UTC is midnight in Berlin; at 01:00 UTC clocks go back from 3 to 2. */
#define AUTUMN_MIDNIGHT UINT64_C(1792879200)
#define AUTUMN_CHANGE (AUTUMN_MIDNIGHT + 3 * 3600)
/* 2027-03-27 23:00 UTC is midnight; at 01:00 UTC clocks go on from 2 to 3. */
#define SPRING_MIDNIGHT UINT64_C(1806188400)
#define SPRING_CHANGE (SPRING_MIDNIGHT + 2 * 3600)

static int64_t berlin(uint64_t utc_ns)
{
    uint64_t utc_s = utc_ns / 1000000000u;
    bool is_summer = utc_s < AUTUMN_CHANGE || utc_s >= SPRING_CHANGE;
    return (is_summer ? 7200 : 3600) * INT64_C(1000000000);
}

/* Frame 0 was recorded at *context. */
static bool utc_at(void *context, uint64_t position, uint64_t *utc_ns)
{
    *utc_ns = *(const uint64_t *)context + position * (SECOND / RATE);
    return true;
}

static bool position_at(void *context, uint64_t utc_ns, uint64_t *position)
{
    const uint64_t begin = *(const uint64_t *)context;
    *position = utc_ns > begin ? (utc_ns - begin) / (SECOND / RATE) : 0;
    return true;
}

static uint64_t begin_ns;
static struct overview_tick ticks[OVERVIEW_MOST_TICKS];

static size_t ticks_of(uint64_t begin_s, uint64_t seconds, unsigned most)
{
    begin_ns = begin_s * SECOND;
    const struct overview overview = {
        .to = seconds * RATE, .sample_rate_hz = RATE,
        .clock = {&begin_ns, utc_at, position_at, berlin},
    };
    return overview_ticks(&overview, most, ticks);
}

static void assert_tick(size_t i, const char *label, const char *date, double place)
{
    assert_string_equal(ticks[i].label, label);
    assert_string_equal(ticks[i].date, date);
    assert_true(fabs(ticks[i].place - place) < 0.001);
}

static void stands_on_round_local_times(void **state)
{
    (void)state;
    assert_int_equal(ticks_of(AUTUMN_MIDNIGHT - 12 * 3600 + 130, 600, 6), 5);
    assert_tick(0, "12:04", "", 110.0 / 600);
    assert_tick(4, "12:12", "", 590.0 / 600);
    assert_int_equal(ticks_of(AUTUMN_MIDNIGHT - 12 * 3600, 3, 6), 7);
    assert_tick(1, "12:00:00.500", "", 0.5 / 3);
}

static void shows_dates_when_it_crosses_midnight(void **state)
{
    (void)state;
    assert_int_equal(ticks_of(AUTUMN_MIDNIGHT - 1800, 3600, 6), 7);
    assert_tick(0, "23:30", "Sat Oct 24", 0);
    assert_tick(1, "23:40", "", 1.0 / 6);
    assert_tick(3, "00:00", "Sun Oct 25", 0.5);
}

static void shows_the_hour_that_comes_twice_twice(void **state)
{
    (void)state;
    assert_int_equal(ticks_of(AUTUMN_MIDNIGHT + 3600, 4 * 3600, 4), 5);
    assert_tick(0, "01:00", "", 0);
    assert_tick(1, "02:00", "", 0.25);
    assert_tick(2, "02:00", "", 0.5);
    assert_tick(3, "03:00", "", 0.75);
}

static void leaves_out_the_hour_that_does_not_come(void **state)
{
    (void)state;
    assert_int_equal(ticks_of(SPRING_MIDNIGHT, 4 * 3600, 4), 5);
    assert_tick(1, "01:00", "", 0.25);
    assert_tick(2, "03:00", "", 0.5);
    assert_tick(3, "04:00", "", 0.75);
}

static void keeps_to_midnights_over_a_change_of_clocks(void **state)
{
    (void)state;
    assert_int_equal(ticks_of(AUTUMN_MIDNIGHT, 4 * 86400, 4), 4);
    assert_tick(0, "Sun Oct 25", "", 0);
    assert_tick(1, "Mon Oct 26", "", 25.0 / 96);
    assert_tick(3, "Wed Oct 28", "", 73.0 / 96);
    assert_int_equal(ticks_of(SPRING_MIDNIGHT, 86400, 4), 5);
    assert_tick(1, "06:00", "", 5.0 / 24);
    assert_tick(3, "18:00", "", 17.0 / 24);
}

static void counts_from_the_beginning_without_a_clock(void **state)
{
    (void)state;
    const struct overview overview = {.to = 100 * RATE, .sample_rate_hz = RATE};
    assert_int_equal(overview_ticks(&overview, 4, ticks), 4);
    assert_tick(0, "0:00:00", "", 0);
    assert_tick(3, "0:01:30", "", 0.9);
}

static void survives_a_single_frame(void **state)
{
    (void)state;
    const struct overview overview = {.from = 77, .to = 78, .sample_rate_hz = RATE};
    assert_true(overview_ticks(&overview, 10, ticks) <= 2);
}

static void asks_for_the_largest_cells_with_four_to_a_column(void **state)
{
    (void)state;
    struct overview_plan plan = overview_plan(0, 1000 * 1023, 1000);
    assert_int_equal(plan.bin_frames, 0);
    assert_int_equal(plan.bins, 1000);
    plan = overview_plan(100, 100 + 1000 * 1024, 1000);
    assert_int_equal(plan.bin_frames, 256);
    assert_int_equal(plan.first, 256);
    /* A week: nothing below the cells of 2^20 frames is touched. */
    const uint64_t week = UINT64_C(604800) * 48000;
    plan = overview_plan(12345, 12345 + week, 1146);
    assert_int_equal(plan.first % (1 << 20), 0);
    assert_int_equal(plan.bin_frames % (1 << 20), 0);
    assert_true(plan.bins >= 4 * 1146 - 4 && plan.bins < 8 * 1146);
    assert_true(plan.first + plan.bins * plan.bin_frames <= 12345 + week);
    assert_true(12345 + week - plan.first - plan.bins * plan.bin_frames < plan.bin_frames);
}

static void gathers_bins_into_columns(void **state)
{
    (void)state;
    struct overview_cell cells[2];
    uint64_t frames[2] = {0};
    struct overview overview = {.from = 100, .to = 300, .channels = 1, .columns = 2,
                                .cells = cells};
    const struct tapemap_peak quiet = {-0.1F, 0.2F, 4.0F};
    const struct tapemap_peak loud = {-0.5F, 0.1F, 21.0F};
    const struct overview_span bins[] = {{100, 150}, {150, 200}, {200, 300}};
    overview_columns_begin(&overview);
    assert_int_equal(overview_column_of(&overview, &bins[1]), 0);
    assert_int_equal(overview_column_of(&overview, &bins[2]), 1);
    overview_columns_add(&overview, frames, 0, 50, &quiet);
    overview_columns_add(&overview, frames, 0, 50, &loud);
    overview_columns_end(&overview, frames);
    assert_true(cells[0].min == -0.5F && cells[0].max == 0.2F && cells[0].rms == 0.5F);
    assert_true(cells[1].min == 0.0F && cells[1].max == 0.0F && cells[1].rms == 0.0F);
}

static struct overview marked(struct overview_mark *marks, size_t count)
{
    return (struct overview){.to = 1000, .marks = marks, .mark_count = count};
}

static void staggers_labels_and_drops_what_finds_no_room(void **state)
{
    (void)state;
    struct overview_mark marks[] = {
        {100, "first"}, {110, "second"}, {120, "third"}, {300, "fourth"}, {990, "at the edge"},
    };
    struct overview overview = marked(marks, 5);
    const struct overview_label_room room = {1000, 10, 4, 2, 20};
    struct overview_labels labels;
    assert_true(overview_place_labels(&overview, &room, &labels));
    assert_int_equal(labels.count, 4);
    assert_int_equal(labels.dropped, 1);
    assert_int_equal(labels.rows, 2);
    assert_int_equal(labels.labels[1].row, 1);
    assert_string_equal(labels.labels[2].text, "fourth");
    assert_int_equal(labels.labels[2].row, 0);
    assert_true(labels.labels[3].text_x + labels.labels[3].width <= 990);
    free(labels.labels);
}

static void cuts_long_labels_between_characters(void **state)
{
    (void)state;
    struct overview_mark marks[] = {{0, "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC"},
                                    {5, ""}};
    struct overview overview = marked(marks, 2);
    const struct overview_label_room room = {1000, 10, 4, 1, 5};
    struct overview_labels labels;
    assert_true(overview_place_labels(&overview, &room, &labels));
    assert_int_equal(labels.count, 1);
    assert_int_equal(labels.dropped, 0);
    assert_string_equal(labels.labels[0].text, "\xC3\xA4\xC3\xB6\xC3\xBC..");
    free(labels.labels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stands_on_round_local_times),
        cmocka_unit_test(shows_dates_when_it_crosses_midnight),
        cmocka_unit_test(shows_the_hour_that_comes_twice_twice),
        cmocka_unit_test(leaves_out_the_hour_that_does_not_come),
        cmocka_unit_test(keeps_to_midnights_over_a_change_of_clocks),
        cmocka_unit_test(counts_from_the_beginning_without_a_clock),
        cmocka_unit_test(survives_a_single_frame),
        cmocka_unit_test(asks_for_the_largest_cells_with_four_to_a_column),
        cmocka_unit_test(gathers_bins_into_columns),
        cmocka_unit_test(staggers_labels_and_drops_what_finds_no_room),
        cmocka_unit_test(cuts_long_labels_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
