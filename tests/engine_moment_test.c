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
    script_prepare(&series->script, 120 * RATE, false);
    series->script.config.is_clocked = true;
    series->script.config.keeps_time = true;
    series->script.config.tape.window_bytes = 16u << 20;
    series_open(series);
}

static struct deck *deck_of(struct scripted_series *series)
{
    return series->script.deck;
}

static void deliver(struct scripted_series *series, unsigned packets)
{
    for (; packets > 0; packets--) {
        script_advance_ms(&series->script, 10);
        series_push(series, PACKET);
        assert_true(deck_tick(deck_of(series), series->script.now));
    }
}

static struct scripted_tape script_of(const struct scripted_series *series, unsigned tape)
{
    struct scripted_tape script = series->script;
    script.audio = series->audio[tape];
    script.index = series->index[tape];
    return script;
}

static void mark(struct scripted_series *series, uint64_t position, const char *text)
{
    struct failure failure;
    assert_int_equal(deck_request_mark(deck_of(series), series_control(series, 0), &position, text,
                                       &failure),
                     TAPEMAP_OK);
}

static void a_mark_on_a_tape_that_was_just_left_is_on_that_tape(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    series_offer(&series);
    assert_int_equal(deck_set_boundary(deck_of(&series), 2 * RATE), 2 * RATE);
    deliver(&series, 201); /* left, and not taken yet */
    mark(&series, 1000, "between the ticks");
    assert_true(deck_tick(deck_of(&series), series.script.now));
    mark(&series, 2000, "before it is taken");
    struct tape *left = deck_take_left(deck_of(&series), series.script.now);
    assert_non_null(left);
    struct scripted_tape script = script_of(&series, 0);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_MARK), 2);
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_MARK).position, 2000);
    tape_end(left, TAPEMAP_REASON_ROTATED, "", series.script.now);
    series.left++;
    series_end(&series);
    script = script_of(&series, 1);
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
    assert_int_equal(deck_set_boundary(deck_of(&series), 10 * RATE), 10 * RATE);
    deliver(&series, 100);
    deck_sink_lost(deck_of(&series));
    assert_true(deck_tick(deck_of(&series), series.script.now));
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
    tape_append_expect(tape_appender(deck_tape(deck_of(&series))), series.script.now.clock);
    script_advance_ms(&series.script, 60000);
    deliver(&series, 300);
    series_end(&series);
    struct scripted_tape script = script_of(&series, 0);
    uint64_t begin = series_control(&series, 0)->created_utc_ns;
    for (uint64_t i = 0; i < script_records(&script); i++) {
        struct tapemap_record record = script_record(&script, i);
        uint64_t at = begin + record.position * 1000000 / 48;
        if (record.kind == TAPEMAP_RECORD_ANCHOR)
            assert_in_range(record.utc_ns, at - 100000000, at + 100000000);
    }
    series_close(&series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_on_a_tape_that_was_just_left_is_on_that_tape),
        cmocka_unit_test(a_tape_begun_in_the_silence_of_a_long_sleep_has_its_true_time),
        cmocka_unit_test(no_anchor_gives_owed_silence_the_time_of_what_comes_after_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
