/* SPDX-License-Identifier: MIT */
/* Where a change of tapes, a loss, a pause and a full disk meet; the clock is scripted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "guard_store.h"
#include "scripted_series.h"

#define RATE SCRIPT_RATE_HZ
#define PACKET (RATE / 100)

static void prepare_device(struct scripted_series *series)
{
    memset(series, 0, sizeof *series);
    script_prepare_device(&series->script, 120 * RATE);
}

static void open_device(struct scripted_series *series)
{
    prepare_device(series);
    series_open(series);
}

static void open_file(struct scripted_series *series, bool is_written)
{
    prepare_device(series);
    series->script.config.waits_for_room = true;
    series->script.config.tape.is_file = true;
    series->script.is_written = is_written;
    series_open(series);
}

static uint64_t head_of(const struct scripted_series *series, unsigned tape)
{
    return load_acquire_u64(&series_control(series, tape)->head);
}

static void deliver(struct scripted_series *series, unsigned packets)
{
    for (unsigned i = 0; i < packets; i++) {
        script_advance_ms(&series->script, 10);
        series_push(series, PACKET);
        series->script.now.clock -= SCRIPT_CLOCK_HZ / 100; /* series_tick advances it itself */
        series->script.now.utc_ns -= 10000000;
        assert_true(series_tick(series));
    }
}

static void tick(struct scripted_series *series, unsigned ticks)
{
    for (unsigned i = 0; i < ticks; i++)
        assert_true(series_tick(series));
}

static void lose(struct scripted_series *series)
{
    deck_sink_lost(series_deck(series));
    assert_true(deck_tick(series_deck(series), series->script.now));
}

static void announce(struct scripted_series *series)
{
    struct deck_source source = {"the device", true, false, {TAPEMAP_S16, 2, RATE}};
    deck_source_starts(series_deck(series), &source);
    assert_true(deck_tick(series_deck(series), series->script.now));
}

/* A seam at `position`, of a tape that the head is far from. */
static void plan_seam(struct scripted_series *series, uint64_t position)
{
    series_offer(series);
    assert_int_equal(deck_set_boundary(series_deck(series), position), position);
}

static unsigned count_records(const struct scripted_series *series, unsigned tape,
                              enum tapemap_record_kind kind)
{
    struct scripted_tape script = series_script(series, tape);
    return script_count_records(&script, kind);
}

static struct tapemap_record last_record(const struct scripted_series *series, unsigned tape,
                                         enum tapemap_record_kind kind)
{
    struct scripted_tape script = series_script(series, tape);
    return script_last_record(&script, kind);
}

/* As many as the clock makes since the script began. */
static uint64_t frames_due(const struct scripted_series *series)
{
    return (series->script.now.clock - SCRIPT_CLOCK_HZ) / (SCRIPT_CLOCK_HZ / 100) * PACKET;
}

static void a_source_lost_exactly_at_the_seam_leaves_one_gap_on_the_next_tape(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    plan_seam(&series, 2 * RATE);
    deliver(&series, 200);
    lose(&series);
    tick(&series, 300);
    assert_int_equal(series.left, 1);
    announce(&series);
    deliver(&series, 100);
    assert_int_equal(count_records(&series, 0, TAPEMAP_RECORD_GAP), 0);
    assert_int_equal(count_records(&series, 1, TAPEMAP_RECORD_GAP), 1);
    assert_int_equal(last_record(&series, 1, TAPEMAP_RECORD_GAP).position, 0);
    assert_int_equal(series_end(&series), frames_due(&series));
    series_close(&series);
}

static void a_seam_in_kept_silence_makes_one_gap_on_each_tape(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    plan_seam(&series, 2 * RATE + 100);
    deliver(&series, 100);
    lose(&series);
    tick(&series, 300);
    announce(&series);
    deliver(&series, 100);
    assert_int_equal(count_records(&series, 0, TAPEMAP_RECORD_GAP), 1);
    assert_int_equal(count_records(&series, 1, TAPEMAP_RECORD_GAP), 1);
    assert_int_equal(last_record(&series, 0, TAPEMAP_RECORD_GAP).frames, RATE + 100);
    assert_int_equal(series_end(&series), frames_due(&series));
    series_close(&series);
}

/* The packet that says that the source is back comes at the seam, or some before or after it. */
static void a_source_that_is_back_at_the_seam_leaves_one_gap_on_each_tape(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        struct scripted_series series;
        open_device(&series);
        plan_seam(&series, 2 * RATE + 100);
        deliver(&series, 100);
        lose(&series);
        tick(&series, 94 + i);
        announce(&series);
        deliver(&series, 100);
        struct tapemap_record first = last_record(&series, 0, TAPEMAP_RECORD_GAP);
        assert_int_equal(count_records(&series, 0, TAPEMAP_RECORD_GAP), 1);
        unsigned gaps = count_records(&series, 1, TAPEMAP_RECORD_GAP);
        if (first.position + first.frames == 2 * RATE + 100)
            assert_int_equal(gaps, 1);
        struct tapemap_record back;
        if (count_records(&series, 1, TAPEMAP_RECORD_SOURCE) > 0) {
            back = last_record(&series, 1, TAPEMAP_RECORD_SOURCE);
            assert_in_range(back.position, 0, 8 * PACKET);
        } else {
            back = last_record(&series, 0, TAPEMAP_RECORD_SOURCE);
            assert_true(back.position < 2 * RATE + 100); /* at the seam it is of the next tape */
        }
        assert_int_equal(back.detail, 1);
        assert_int_equal(series_end(&series), frames_due(&series));
        series_close(&series);
    }
}

/* The second frames, whose gap is counted by them, come late. */
static void what_the_second_frames_find_missing_behind_the_seam_is_the_same_gap(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    plan_seam(&series, 2 * RATE + 100);
    deliver(&series, 100);
    lose(&series);
    tick(&series, 100);
    announce(&series);
    deliver(&series, 1); /* its silence goes over the seam */
    tick(&series, 5);
    deliver(&series, 100);
    assert_int_equal(count_records(&series, 0, TAPEMAP_RECORD_GAP), 1);
    assert_int_equal(count_records(&series, 1, TAPEMAP_RECORD_GAP), 1);
    assert_int_equal(series_end(&series), frames_due(&series));
    series_close(&series);
}

static void a_loss_before_the_first_frame_of_a_tape_counts_from_the_seam(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    plan_seam(&series, 2 * RATE);
    deliver(&series, 200);
    tick(&series, 50); /* nothing comes */
    lose(&series);
    tick(&series, 100);
    announce(&series);
    deliver(&series, 100);
    assert_int_equal(series_end(&series), frames_due(&series));
    series_close(&series);
}

static void a_pause_before_the_second_frames_is_no_gap(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    deliver(&series, 100);
    lose(&series);
    tick(&series, 100);
    announce(&series);
    deliver(&series, 1);
    deck_request_pause(series_deck(&series), true);
    tick(&series, 1000);
    uint64_t paused = head_of(&series, 0);
    deck_request_pause(series_deck(&series), false);
    tick(&series, 1);
    deliver(&series, 100);
    assert_in_range(head_of(&series, 0), paused + RATE, paused + RATE + 3 * PACKET);
    series_end(&series);
    series_close(&series);
}

static void a_pause_at_the_seam_is_not_dated_back(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    plan_seam(&series, 2 * RATE);
    deliver(&series, 200);
    deck_request_pause(series_deck(&series), true);
    tick(&series, 1000);
    deck_request_pause(series_deck(&series), false);
    tick(&series, 1);
    uint64_t went_on = series.script.now.utc_ns;
    deliver(&series, 100);
    assert_int_equal(series.left, 1);
    assert_in_range(series_control(&series, 1)->created_utc_ns, went_on - 20000000,
                    went_on + 20000000);
    series_end(&series);
    series_close(&series);
}

static void a_pause_over_a_planned_seam_takes_nothing_from_either_tape(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    plan_seam(&series, 2 * RATE + 100);
    deliver(&series, 150);
    deck_request_pause(series_deck(&series), true);
    tick(&series, 500);
    deck_request_pause(series_deck(&series), false);
    tick(&series, 1);
    deliver(&series, 200);
    uint64_t frames = series_end(&series);
    assert_int_equal(frames, 350 * PACKET);
    series_verify_ramp(&series, 0, frames);
    series_close(&series);
}

static void a_source_that_delivers_once_and_dies_is_counted_once(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    deliver(&series, 100);
    lose(&series);
    tick(&series, 100);
    announce(&series);
    deliver(&series, 1);
    tick(&series, 1050); /* ten seconds: it is lost again */
    assert_int_equal(deck_lost_source(series_deck(&series)), 2);
    assert_int_equal(head_of(&series, 0), frames_due(&series));
    announce(&series);
    deliver(&series, 100);
    assert_int_equal(series_end(&series), frames_due(&series));
    series_close(&series);
}

static void a_device_lost_while_the_disk_is_full_is_counted_once(void **state)
{
    (void)state;
    struct scripted_series series;
    open_file(&series, false);
    deliver(&series, 100);
    guard_store_limit(series.audio[0], guard_store_committed_bytes(series.audio[0]));
    deliver(&series, 2000); /* most of them find no room */
    assert_int_equal(load_acquire_u64(&series_control(&series, 0)->state), TAPEMAP_STATE_WAITING);
    lose(&series);
    tick(&series, 300);
    guard_store_limit(series.audio[0], UINT64_MAX);
    tick(&series, 100);
    assert_int_equal(head_of(&series, 0), frames_due(&series));
    announce(&series);
    deliver(&series, 100);
    assert_int_equal(series_end(&series), frames_due(&series));
    series_close(&series);
}

/* Its last frames find no room; what the device delivers meanwhile is silence over the seam. */
static void a_disk_that_is_full_before_the_seam_takes_no_time(void **state)
{
    (void)state;
    for (int is_written = 0; is_written <= 1; is_written++) {
        struct scripted_series series;
        open_file(&series, is_written);
        deliver(&series, 900);
        plan_seam(&series, 20 * RATE + 100);
        guard_store_limit(series.audio[0], guard_store_committed_bytes(series.audio[0]));
        deliver(&series, 1500);
        assert_int_equal(load_acquire_u64(&series_control(&series, 0)->state),
                         TAPEMAP_STATE_WAITING);
        guard_store_limit(series.audio[0], UINT64_MAX);
        deliver(&series, 200);
        assert_int_equal(series.left, 1);
        assert_int_equal(load_acquire_u64(&series_control(&series, 1)->state),
                         TAPEMAP_STATE_RECORDING);
        uint64_t gaps = load_acquire_u64(&series_control(&series, 0)->gap_frames) +
                        load_acquire_u64(&series_control(&series, 1)->gap_frames);
        uint64_t frames = series_end(&series);
        assert_int_equal(frames, series.delivered);
        struct tapemap_record gap = last_record(&series, 0, TAPEMAP_RECORD_GAP);
        series_verify_ramp(&series, 0, gap.position);
        series_verify_silence(&series, gap.position, gap.position + gaps);
        series_verify_ramp(&series, gap.position + gaps, frames);
        uint64_t seam_ns = (20 * RATE + 100) * UINT64_C(1000000000) / RATE;
        assert_in_range(series_control(&series, 1)->created_utc_ns -
                            series_control(&series, 0)->created_utc_ns,
                        seam_ns - 1000, seam_ns + 1000);
        series_close(&series);
    }
}

static void push_level(struct scripted_series *series, unsigned packets, int16_t level)
{
    int16_t frames[2 * PACKET];
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++)
        frames[i] = level;
    for (unsigned i = 0; i < packets; i++) {
        deck_sink_frames(series_deck(series), frames, PACKET,
                         series->script.now.clock + SCRIPT_CLOCK_HZ / 100);
        assert_true(series_tick(series));
    }
}

static void silence_of_ten_seconds_over_a_seam_is_a_warning(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    plan_seam(&series, 6 * RATE);
    push_level(&series, 100, 1);
    push_level(&series, 980, 0);
    assert_int_equal(series.left, 1);
    assert_int_equal(load_relaxed_u64(&series_control(&series, 1)->warnings), 0);
    push_level(&series, 30, 0);
    assert_int_equal(load_relaxed_u64(&series_control(&series, 1)->warnings),
                     TAPEMAP_WARNING_SILENT_INPUT);
    push_level(&series, 10, 1);
    assert_int_equal(load_relaxed_u64(&series_control(&series, 1)->warnings), 0);
    series_end(&series);
    series_close(&series);
}

static void an_end_while_lost_at_the_seam_completes_both_tapes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct scripted_series series;
        open_device(&series);
        plan_seam(&series, 2 * RATE);
        deliver(&series, 100);
        lose(&series);
        tick(&series, 98 + i);
        script_advance_ms(&series.script, 10);
        assert_true(deck_shut(series_deck(&series)));
        assert_int_equal(series_end(&series), frames_due(&series));
        assert_int_equal(series.left, i >= 2 ? 1 : 0);
        series_close(&series);
    }
}

static void a_mark_lands_where_it_was_asked_for_before_and_after_the_seam(void **state)
{
    (void)state;
    struct scripted_series series;
    struct failure failure;
    uint64_t at = DECK_AT_HEAD;
    uint64_t early = 100;
    open_device(&series);
    plan_seam(&series, 2 * RATE + 100);
    deliver(&series, 200);
    script_advance_ms(&series.script, 10);
    series_push(&series, PACKET); /* over the seam; the keeper has not seen it */
    assert_int_equal(deck_request_mark(series_deck(&series), series_control(&series, 0), &at,
                                       "head", &failure), TAPEMAP_OK);
    assert_int_equal(deck_request_mark(series_deck(&series), series_control(&series, 0), &early,
                                       "early", &failure), TAPEMAP_OK);
    assert_int_equal(at, 2 * RATE + 100);
    tick(&series, 1);
    assert_int_equal(series.left, 1);
    assert_int_equal(count_records(&series, 0, TAPEMAP_RECORD_MARK), 2);
    at = DECK_AT_HEAD;
    assert_int_equal(deck_request_mark(series_deck(&series), series_control(&series, 1), &at,
                                       "next", &failure), TAPEMAP_OK);
    tick(&series, 1);
    assert_int_equal(last_record(&series, 1, TAPEMAP_RECORD_MARK).position, PACKET - 100);
    series_end(&series);
    series_close(&series);
}

static void a_rotation_asked_for_in_a_pause_comes_after_it(void **state)
{
    (void)state;
    struct scripted_series series;
    open_device(&series);
    deliver(&series, 100);
    deck_request_pause(series_deck(&series), true);
    tick(&series, 100);
    deck_set_boundary(series_deck(&series), head_of(&series, 0) + 1);
    series_offer(&series);
    tick(&series, 100);
    assert_int_equal(series.left, 0);
    deck_request_pause(series_deck(&series), false);
    tick(&series, 1);
    deliver(&series, 300);
    assert_int_equal(series.left, 1);
    series_verify_ramp(&series, 0, series_end(&series));
    series_close(&series);
}

static void a_recorder_that_dies_lost_behind_a_seam_leaves_one_gap_to_tell(void **state)
{
    (void)state;
    for (int by_clock = 0; by_clock <= 1; by_clock++) {
        struct scripted_series series;
        struct scripted_tape died;
        struct scripted_tape script;
        open_device(&series);
        plan_seam(&series, 2 * RATE);
        deliver(&series, 150);
        lose(&series);
        tick(&series, 300);
        died = series_script(&series, 1);
        died.config.tape.gap_by_clock = by_clock;
        script_advance_ms(&died, 2000);
        script_resume(&script, &died);
        assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_GAP), 1);
        assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_GAP).frames, 25 * RATE / 10);
        script_advance_ms(&script, 10);
        deck_tick(script.deck, script.now);
        script_append_ramp(&script, PACKET);
        script_advance_ms(&script, 10);
        deck_tick(script.deck, script.now);
        assert_int_equal(load_acquire_u64(&script_control(&script)->gap_count), 2);
        assert_int_equal(script_head(&script), 45 * RATE / 10 + PACKET);
        script_close(&script);
        series_end(&series);
        series_close(&series);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_lost_exactly_at_the_seam_leaves_one_gap_on_the_next_tape),
        cmocka_unit_test(a_seam_in_kept_silence_makes_one_gap_on_each_tape),
        cmocka_unit_test(a_source_that_is_back_at_the_seam_leaves_one_gap_on_each_tape),
        cmocka_unit_test(what_the_second_frames_find_missing_behind_the_seam_is_the_same_gap),
        cmocka_unit_test(a_loss_before_the_first_frame_of_a_tape_counts_from_the_seam),
        cmocka_unit_test(a_pause_before_the_second_frames_is_no_gap),
        cmocka_unit_test(a_pause_at_the_seam_is_not_dated_back),
        cmocka_unit_test(a_pause_over_a_planned_seam_takes_nothing_from_either_tape),
        cmocka_unit_test(a_source_that_delivers_once_and_dies_is_counted_once),
        cmocka_unit_test(a_device_lost_while_the_disk_is_full_is_counted_once),
        cmocka_unit_test(a_disk_that_is_full_before_the_seam_takes_no_time),
        cmocka_unit_test(silence_of_ten_seconds_over_a_seam_is_a_warning),
        cmocka_unit_test(an_end_while_lost_at_the_seam_completes_both_tapes),
        cmocka_unit_test(a_mark_lands_where_it_was_asked_for_before_and_after_the_seam),
        cmocka_unit_test(a_rotation_asked_for_in_a_pause_comes_after_it),
        cmocka_unit_test(a_recorder_that_dies_lost_behind_a_seam_leaves_one_gap_to_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
