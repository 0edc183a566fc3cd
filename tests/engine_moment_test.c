/* SPDX-License-Identifier: MIT */
/* What happens in the moment of a seam, or long after a machine slept; the clock is scripted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "scripted_series.h"

#define RATE SCRIPT_RATE_HZ
#define PACKET (RATE / 100)

static void open_device(struct scripted_series *series)
{
    memset(series, 0, sizeof *series);
    script_prepare_device(&series->script, 120 * RATE);
    series_open(series);
}

static void deliver(struct scripted_series *series, unsigned packets)
{
    for (; packets > 0; packets--) {
        script_advance_ms(&series->script, 10);
        series_push(series, PACKET);
        assert_true(deck_tick(series_deck(series), series->script.now));
    }
}

static void mark(struct scripted_series *series, uint64_t position, const char *text)
{
    struct failure failure;
    assert_int_equal(deck_request_mark(series_deck(series), series_control(series, 0), &position,
                                       text, &failure),
                     TAPEMAP_OK);
}

static void a_mark_on_a_tape_that_was_just_left_is_on_that_tape(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    series_offer(&series);
    assert_int_equal(deck_set_boundary(series_deck(&series), 2 * RATE), 2 * RATE);
    deliver(&series, 201); /* left, and not taken yet */
    mark(&series, 1000, "between the ticks");
    assert_true(deck_tick(series_deck(&series), series.script.now));
    mark(&series, 2000, "before it is taken");
    struct tape *left = deck_take_left(series_deck(&series), series.script.now);
    assert_non_null(left);
    struct scripted_tape script = series_script(&series, 0);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_MARK), 2);
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_MARK).position, 2000);
    tape_end(left, TAPEMAP_REASON_ROTATED, "", series.script.now);
    series.left++;
    series_end(&series);
    script = series_script(&series, 1);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_MARK), 0);
    series_close(&series);
}

/* Most of its silence is still due when the seam comes, much later than it stands for. */
static void a_tape_begun_in_the_silence_of_a_long_sleep_has_its_true_time(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    series_offer(&series);
    assert_int_equal(deck_set_boundary(series_deck(&series), 10 * RATE), 10 * RATE);
    deliver(&series, 100);
    deck_sink_lost(series_deck(&series));
    assert_true(deck_tick(series_deck(&series), series.script.now));
    script_advance_ms(&series.script, 60000);
    while (series.left == 0)
        assert_true(series_tick(&series));
    assert_in_range(series_control(&series, 1)->created_utc_ns -
                        series_control(&series, 0)->created_utc_ns,
                    UINT64_C(9999999000), UINT64_C(10000001000));
    series_end(&series);
    series_close(&series);
}

/* An anchor says when its frame was captured. */
static void no_anchor_gives_owed_silence_the_time_of_what_comes_after_it(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    deliver(&series, 100);
    /* As of a tape that is gone on with after a minute. */
    tape_append_expect(tape_appender(deck_tape(series_deck(&series))), series.script.now.clock);
    script_advance_ms(&series.script, 60000);
    deliver(&series, 300);
    series_end(&series);
    struct scripted_tape script = series_script(&series, 0);
    uint64_t begin = series_control(&series, 0)->created_utc_ns;
    for (uint64_t i = 0; i < script_records(&script); i++) {
        struct tapemap_record record = script_record(&script, i);
        uint64_t at = begin + record.position * 1000000 / 48;
        if (record.kind == TAPEMAP_RECORD_ANCHOR)
            assert_in_range(record.utc_ns, at - 100000000, at + 100000000);
    }
    series_close(&series);
}

/* Of the packet that goes over the seam, 50 frames less than it seems come before it: the source's
   thread counted them, or the keeper. */
static void a_seam_behind_a_short_loss_has_its_true_time(void **state)
{
    (void)state;
    for (int by_keeper = 0; by_keeper <= 1; by_keeper++) {
        struct scripted_series series;
        open_device(&series);
        series_offer(&series);
        deck_set_boundary(series_deck(&series), 2 * RATE + 200);
        deliver(&series, 200);
        struct tape_appender *left = tape_appender(series.tapes[0]);
        if (by_keeper)
            store_release_u64(&left->silence_due, 50);
        else
            tape_append_lost(left, 50);
        deliver(&series, 100);
        while (series.left == 0)
            assert_true(series_tick(&series));
        uint64_t behind_seam = 50 + PACKET - 200; /* of the first of these packets */
        uint64_t seam_ns = UINT64_C(2010000000) - behind_seam * UINT64_C(1000000000) / RATE;
        assert_in_range(series_control(&series, 1)->created_utc_ns -
                            series_control(&series, 0)->created_utc_ns,
                        seam_ns - 1000, seam_ns + 1000);
        series_end(&series);
        assert_int_equal(load_acquire_u64(&series_control(&series, 0)->gap_frames), 50);
        series_close(&series);
    }
}

/* The keeper hands silence over when the last frame of the tape is there already. */
static void silence_that_comes_when_a_tape_is_full_goes_to_the_next(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    series_offer(&series);
    assert_int_equal(deck_set_boundary(series_deck(&series), 2 * RATE), 2 * RATE);
    deliver(&series, 200);
    struct tape_appender *left = tape_appender(series.tapes[0]);
    store_release_u64(&left->silence_due, 70);
    script_advance_ms(&series.script, 10);
    series_push(&series, PACKET);
    for (unsigned i = 0; i < 5; i++)
        assert_true(series_tick(&series));
    assert_int_equal(load_relaxed_u64(&left->silence_due), 0);
    assert_int_equal(load_acquire_u64(&series_control(&series, 0)->head), 2 * RATE);
    assert_int_equal(load_acquire_u64(&series_control(&series, 1)->head), 70 + PACKET);
    series_verify_silence(&series, 2 * RATE, 2 * RATE + 70);
    series_end(&series);
    series_close(&series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_on_a_tape_that_was_just_left_is_on_that_tape),
        cmocka_unit_test(a_tape_begun_in_the_silence_of_a_long_sleep_has_its_true_time),
        cmocka_unit_test(a_seam_behind_a_short_loss_has_its_true_time),
        cmocka_unit_test(silence_that_comes_when_a_tape_is_full_goes_to_the_next),
        cmocka_unit_test(no_anchor_gives_owed_silence_the_time_of_what_comes_after_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
