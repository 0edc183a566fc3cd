/* SPDX-License-Identifier: MIT */
/* From one tape to the next: what a reader finds at a seam while the deck goes over it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "fake_tape.h"
#include "series.h"

static const struct fake_config config = {
    .format = TAPEMAP_S16, .channels = 2, .sample_rate_hz = 48000, .capacity_frames = 10000,
};

static void says_what_comes_next_as_the_recorder_says_it(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct series_next next = {0};
    (void)state;

    fake_tape_create(&tape, &config);
    const struct reader_config opening = fake_tape_reader_config(&tape);
    assert_int_equal(reader_open(&reader, &opening), TAPEMAP_OK);
    assert_int_equal(series_get_next(&reader, &next), TAPEMAP_E_NOT_YET);
    memset(tape.control->next_path, 'x', sizeof tape.control->next_path);
    store_release_u64(&tape.control->next_tape_id, 77);
    assert_int_equal(series_get_next(&reader, &next), TAPEMAP_OK);
    assert_int_equal(next.tape_id, 77);
    assert_int_equal(strlen(next.path), sizeof next.path - 1);
    store_release_u64(&tape.control->state, TAPEMAP_STATE_ENDED);
    assert_int_equal(series_get_next(&reader, &next), TAPEMAP_OK);
    store_release_u64(&tape.control->next_tape_id, 0);
    assert_int_equal(series_get_next(&reader, &next), TAPEMAP_E_NO_TAPE);
    reader_close(&reader);
    fake_tape_destroy(&tape);
}

static void takes_the_next_tape_of_the_series_or_one_that_begins_anew(void **state)
{
    struct layout_tape tape = {0};
    (void)state;

    assert_true(series_continues(&tape, 5));
    tape.series_position = 100;
    assert_false(series_continues(&tape, 5));
    tape.previous_tape_id = 6;
    assert_false(series_continues(&tape, 5));
    tape.previous_tape_id = 5;
    assert_true(series_continues(&tape, 5));
}

static void assert_beside(const char *own, const char *path, const char *expected)
{
    char *beside = series_path_beside(own, path);

    assert_string_equal(beside ? beside : "nothing", expected);
    free(beside);
}

static void looks_beside_the_file_whatever_the_slashes(void **state)
{
    (void)state;

    assert_beside("D:\\moved\\a.wav", "C:\\rec\\deck\\b.wav", "D:\\moved\\b.wav");
    assert_beside("moved/a.wav", "C:\\rec\\b.wav", "moved/b.wav");
    assert_beside("a.wav", "/rec/b.wav", "b.wav");
    assert_beside("C:a.wav", "b.wav", "C:b.wav");
    assert_beside("x\\a.wav", "C:\\rec\\", "nothing");
    assert_beside("x\\a.wav", "", "nothing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_comes_next_as_the_recorder_says_it),
        cmocka_unit_test(takes_the_next_tape_of_the_series_or_one_that_begins_anew),
        cmocka_unit_test(looks_beside_the_file_whatever_the_slashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
