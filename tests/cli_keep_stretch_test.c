/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "keep_stretch.h"

static void assert_stretch(struct keep_stretch found, uint64_t from, uint64_t to, uint64_t unmade)
{
    assert_int_equal(found.from, from);
    assert_int_equal(found.to, to);
    assert_int_equal(found.unmade, unmade);
}

static void takes_the_newest_frames(void **state)
{
    (void)state;
    assert_stretch(keep_around(1000, 0, 300, 0), 700, 1000, 0);
    assert_stretch(keep_around(1000, 0, 1000, 0), 0, 1000, 0);
    assert_stretch(keep_around(1000, 0, 1001, 0), 0, 1000, 1);
    assert_stretch(keep_around(0, 0, UINT64_MAX, 0), 0, 0, UINT64_MAX);
}

static void takes_frames_on_both_sides_of_a_position(void **state)
{
    (void)state;
    assert_stretch(keep_around(1000, 0, 300, 200), 700, 1200, 0);
    assert_stretch(keep_around(100, 0, 300, 200), 0, 300, 200);
    assert_stretch(keep_around(1000, 0, 0, 200), 1000, 1200, 0);
    assert_stretch(keep_around(1000, 0, 0, UINT64_MAX), 1000, UINT64_MAX, 0);
}

static void takes_frames_around_what_came_long_ago(void **state)
{
    (void)state;
    assert_stretch(keep_around(1000, 400, 300, 200), 300, 800, 0);
    assert_stretch(keep_around(1000, 1000, 300, 200), 0, 200, 300);
    assert_stretch(keep_around(1000, 1100, 300, 200), 0, 100, 400);
    assert_stretch(keep_around(1000, 1200, 300, 200), 0, 0, 500);
    assert_stretch(keep_around(1000, UINT64_MAX, UINT64_MAX, 200), 0, 0, UINT64_MAX);
}

static struct tapemap_record gap(uint64_t position, uint64_t frames)
{
    return (struct tapemap_record){
        .kind = TAPEMAP_RECORD_GAP, .position = position, .frames = frames};
}

static void takes_marks_of_the_frames_that_are_kept(void **state)
{
    struct tapemap_record mark = {.kind = TAPEMAP_RECORD_MARK, .position = 100};
    struct tapemap_record anchor = {.kind = TAPEMAP_RECORD_ANCHOR, .position = 100};
    (void)state;

    assert_false(keep_stretch_take(&anchor, 0, 1000, 0));
    assert_false(keep_stretch_take(&mark, 101, 1000, 0));
    assert_false(keep_stretch_take(&mark, 0, 100, 0));
    assert_true(keep_stretch_take(&mark, 100, 101, 7));
    assert_int_equal(mark.position, 7);
}

static void takes_the_part_of_a_gap_that_is_kept(void **state)
{
    struct tapemap_record record = gap(100, 50);
    (void)state;

    assert_false(keep_stretch_take(&record, 150, 1000, 0));
    assert_true(keep_stretch_take(&record, 120, 140, 1000));
    assert_int_equal(record.position, 1000);
    assert_int_equal(record.frames, 20);
    record = gap(100, 50);
    assert_true(keep_stretch_take(&record, 90, 1000, 5));
    assert_int_equal(record.position, 15);
    assert_int_equal(record.frames, 50);
    record = gap(UINT64_MAX - 10, 50);
    assert_false(keep_stretch_take(&record, 0, UINT64_MAX, 0));
}

static void takes_nothing_whose_place_in_the_file_is_past_all_numbers(void **state)
{
    struct tapemap_record record = gap(UINT64_MAX - 50, 50);
    (void)state;

    assert_false(keep_stretch_take(&record, 0, UINT64_MAX, 1));
    assert_int_equal(record.position, UINT64_MAX - 50);
    assert_true(keep_stretch_take(&record, 0, UINT64_MAX, 0));
    record = gap(1000, 50);
    assert_false(keep_stretch_take(&record, 1000, 2000, UINT64_MAX - 49));
    assert_true(keep_stretch_take(&record, 1000, 2000, UINT64_MAX - 50));
    assert_int_equal(record.position, UINT64_MAX - 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_newest_frames),
        cmocka_unit_test(takes_frames_on_both_sides_of_a_position),
        cmocka_unit_test(takes_frames_around_what_came_long_ago),
        cmocka_unit_test(takes_marks_of_the_frames_that_are_kept),
        cmocka_unit_test(takes_the_part_of_a_gap_that_is_kept),
        cmocka_unit_test(takes_nothing_whose_place_in_the_file_is_past_all_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
