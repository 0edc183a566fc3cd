/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "scripted_series.h"

static void prepare(struct scripted_series *series, uint64_t capacity_frames)
{
    memset(series, 0, sizeof *series);
    script_prepare(&series->script, capacity_frames, false);
}

static uint64_t boundary_after(struct scripted_series *series, uint64_t frames)
{
    return deck_set_boundary(series_deck(series), frames);
}

static void every_frame_is_on_one_tape_or_the_next(void **state)
{
    (void)state;
    for (int is_file = 0; is_file <= 1; is_file++) {
        struct scripted_series series;
        prepare(&series, 100000);
        series.script.config.tape.is_file = is_file;
        series.script.is_written = is_file;
        series_open(&series);
        for (unsigned seam = 0; seam < 30; seam++) {
            assert_int_equal(boundary_after(&series, 7000 + 7 * seam), 7000 + 7 * seam);
            series_offer(&series);
            while (series.left == seam) {
                series_pull(&series, 441);
                series_tick(&series);
            }
        }
        uint64_t frames = series_end(&series);
        assert_int_equal(frames, series.delivered);
        assert_int_equal(series.left, 30);
        assert_int_equal(load_acquire_u64(&series_control(&series, 29)->head), 7000 + 7 * 29);
        series_verify_ramp(&series, 0, frames);
        series_close(&series);
    }
}

static void a_tape_shorter_than_what_is_granted_ends_where_it_should(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 100000);
    series.script.config.tape.boundary_frame = 1000; /* of every tape */
    series_open(&series);
    while (series.left < 20) {
        if (deck_may_offer(series_deck(&series)))
            series_offer(&series);
        series_pull(&series, 3000);
        series_tick(&series);
    }
    assert_int_equal(series_control(&series, 20)->series_position, 20000);
    series_verify_ramp(&series, 0, series_end(&series));
    series_close(&series);
}

static void a_block_is_cut_at_the_boundary(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 100000);
    series_open(&series);
    assert_int_equal(boundary_after(&series, 4800), 4800);
    series_offer(&series);
    series_pull(&series, 4700);
    series_pull(&series, 480); /* a hundred here, and the rest on the next tape */
    assert_int_equal(series.delivered, 5180);
    series_tick(&series);
    assert_int_equal(load_acquire_u64(&series_control(&series, 0)->head), 4800);
    assert_int_equal(load_acquire_u64(&series_control(&series, 1)->head), 380);
    assert_int_equal(series_end(&series), 5180);
    series_verify_ramp(&series, 0, 5180);
    series_close(&series);
}

static void a_boundary_that_comes_too_late_lies_behind_what_is_granted(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 100000);
    series_open(&series);
    series_pull(&series, 480);
    series_tick(&series); /* grants 4800 frames from there */
    series_offer(&series);
    assert_int_equal(boundary_after(&series, 2000), 5280);
    while (series.left == 0) {
        series_pull(&series, 480);
        series_tick(&series);
    }
    assert_int_equal(series_control(&series, 1)->series_position, 5280);
    series_verify_ramp(&series, 0, series_end(&series));
    series_close(&series);
}

static void a_pulled_source_waits_at_the_boundary_for_the_next_tape(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 100000);
    series_open(&series);
    boundary_after(&series, 6000);
    for (int i = 0; i < 100; i++) {
        series_pull(&series, 480);
        assert_true(series_tick(&series));
    }
    assert_int_equal(series.delivered, 6000);
    series_offer(&series);
    series_pull(&series, 480);
    series_tick(&series);
    assert_int_equal(series_end(&series), 6480);
    series_verify_ramp(&series, 0, 6480);
    series_close(&series);
}

static void a_boundary_without_a_next_tape_can_be_given_up(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 100000);
    series_open(&series);
    boundary_after(&series, 6000);
    for (int i = 0; i < 20; i++) {
        series_pull(&series, 480);
        series_tick(&series);
    }
    assert_int_equal(boundary_after(&series, TAPE_ENDLESS), TAPE_ENDLESS);
    series_tick(&series);
    series_pull(&series, 480);
    assert_int_equal(series_end(&series), 6480);
    series_verify_ramp(&series, 0, 6480);
    series_close(&series);
}

static void a_device_records_past_the_boundary_until_there_is_a_next_tape(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 100000);
    series_open(&series);
    for (int i = 0; i < 50; i++) { /* nothing is offered, so no boundary is set */
        series_push(&series, 480);
        series_tick(&series);
    }
    series_offer(&series);
    assert_int_equal(boundary_after(&series, 10000), 50 * 480 + 4800);
    while (series.left == 0) {
        series_push(&series, 480);
        series_tick(&series);
    }
    uint64_t frames = series_end(&series);
    assert_int_equal(frames, series.delivered);
    series_verify_ramp(&series, 0, frames);
    series_close(&series);
}

static void silence_that_is_owed_goes_on_over_the_seam(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 100000);
    series_open(&series);
    boundary_after(&series, 10000);
    series_offer(&series);
    while (series.delivered < 9600) {
        series_push(&series, 480);
        series_tick(&series);
    }
    tape_insert_silence(deck_tape(series_deck(&series)), 3000, 9000);
    series.delivered += 3000; /* what was lost: the ramp goes on behind it */
    for (int i = 0; i < 20; i++) {
        series_tick(&series);
        series_push(&series, 480);
    }
    series_tick(&series);
    uint64_t frames = series_end(&series);
    assert_int_equal(frames, series.delivered);
    series_verify_ramp(&series, 0, 9600);
    series_verify_silence(&series, 9600, 12600);
    series_verify_ramp(&series, 12600, frames);
    assert_int_equal(load_acquire_u64(&series_control(&series, 0)->gap_frames), 400);
    assert_int_equal(load_acquire_u64(&series_control(&series, 1)->gap_frames), 2600);
    series_close(&series);
}

static void silence_that_is_planned_while_the_source_goes_over_is_not_lost(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 100000);
    series_open(&series);
    boundary_after(&series, 4800);
    series_offer(&series);
    series_push(&series, 4800);
    /* The keeper knows of no seam. */
    tape_insert_silence(deck_tape(series_deck(&series)), 70, 4800);
    series_push(&series, 480);
    series_tick(&series);
    series.delivered += 70;
    series_push(&series, 480);
    series_tick(&series);
    assert_int_equal(series_end(&series), 4800 + 480 + 70 + 480);
    series_verify_silence(&series, 5280, 5350);
    series_verify_ramp(&series, 5350, 5830);
    series_close(&series);
}

static void a_loss_is_found_although_the_tape_has_changed(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 700000);
    series.script.config.is_clocked = true;
    series_open(&series);
    for (unsigned i = 0; i < 3000; i++) {
        uint64_t there = series.made * 240000;
        if (deck_may_offer(series_deck(&series)) && series.delivered + 20000 > there) {
            series_offer(&series);
            boundary_after(&series, 240000);
        }
        if (i == 1400)
            script_advance_ms(&series.script, 30); /* three packets that never come */
        series_push(&series, 480);
        series_tick(&series);
    }
    series_end(&series);
    uint64_t gaps = 0;
    for (unsigned i = 0; i < series.made && i <= series.left; i++)
        gaps += load_acquire_u64(&series_control(&series, i)->gap_frames);
    assert_true(series.left >= 4);
    assert_int_equal(gaps, 3 * 480);
    series_close(&series);
}

static void the_next_tape_is_dated_when_it_begins(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 100000);
    series_open(&series);
    series_offer(&series); /* long before */
    uint64_t opened = series.script.now.utc_ns;
    boundary_after(&series, 48480); /* in the middle of a block */
    while (series.left == 0) {
        script_advance_ms(&series.script, 10);
        series_push(&series, 960); /* the frames of the 20 ms that end now */
        series_tick(&series);
    }
    uint64_t created = series_control(&series, 1)->created_utc_ns;
    assert_int_equal(created, opened + 1000000000);
    series_end(&series);
    series_close(&series);
}

static void no_tape_is_older_than_the_one_before_it(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 100000);
    series_open(&series);
    uint64_t opened = series_control(&series, 0)->created_utc_ns;
    assert_int_equal(boundary_after(&series, 4800), 4800);
    series_offer(&series);
    /* Both begin at once: all was appended before time went on. Of two clocks one is read later. */
    series.script.now.utc_ns -= 1000;
    series_pull(&series, 4700);
    series_pull(&series, 480);
    series_tick(&series);
    assert_int_equal(series_control(&series, 1)->created_utc_ns, opened);
    series_end(&series);
    series_close(&series);
}

static void a_duration_is_that_of_all_tapes_together(void **state)
{
    (void)state;
    for (int seams = 1; seams <= 2; seams++) {
        struct scripted_series series;
        prepare(&series, 100000);
        series.script.config.tape.end_frame = 20000;
        series_open(&series);
        assert_int_equal(boundary_after(&series, 25000), TAPE_ENDLESS);
        for (int i = 0; i < seams; i++) {
            boundary_after(&series, seams == 1 ? 19990 : 9990);
            series_offer(&series);
            while (series.left == (unsigned)i) {
                series_pull(&series, 480);
                series_tick(&series);
            }
        }
        for (bool goes_on = true; goes_on; goes_on = series_tick(&series))
            series_pull(&series, 480);
        assert_int_equal(series_end(&series), 20000);
        assert_int_equal(
            load_acquire_u64(&series_control(&series, series.left)->reason),
            TAPEMAP_REASON_DURATION);
        series_close(&series);
    }
}

static void a_duration_ends_a_tape_before_its_boundary(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 100000);
    series.script.config.tape.end_frame = 5500;
    series.script.config.tape.boundary_frame = 1000;
    series_open(&series);
    for (bool goes_on = true; goes_on; goes_on = series_tick(&series)) {
        if (deck_may_offer(series_deck(&series)))
            series_offer(&series);
        series_pull(&series, 300);
    }
    assert_int_equal(series_end(&series), 5500);
    assert_int_equal(series.left, 5);
    series_close(&series);
}

static void a_full_tape_is_followed_by_the_next_one(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 10000);
    series_open(&series);
    assert_int_equal(boundary_after(&series, 50000), 10000);
    for (int i = 0; i < 50; i++) { /* there is none yet: that is no end */
        series_pull(&series, 480);
        assert_true(series_tick(&series));
    }
    series_offer(&series);
    while (series.left == 0) {
        series_pull(&series, 480);
        assert_true(series_tick(&series));
    }
    series_verify_ramp(&series, 0, series_end(&series));
    series_close(&series);
}

static void a_ring_has_no_boundary(void **state)
{
    (void)state;
    struct scripted_series series;
    memset(&series, 0, sizeof series);
    script_prepare(&series.script, 10000, true);
    series_open(&series);
    assert_int_equal(boundary_after(&series, 5000), TAPE_ENDLESS);
    series_end(&series);
    series_close(&series);
}

static void a_deck_that_ends_leaves_the_offered_tape_unused(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 10000);
    series_open(&series);
    series_offer(&series);
    boundary_after(&series, 5000);
    series_pull(&series, 480);
    deck_end(series_deck(&series), series.script.now);
    assert_null(deck_take_left(series_deck(&series), series.script.now));
    assert_ptr_equal(deck_take_unused(series_deck(&series)), series.tapes[1]);
    assert_int_equal(load_acquire_u64(&series_control(&series, 0)->next_tape_id), 0);
    series_close(&series);
}

static void a_seam_that_no_tick_has_seen_is_completed_at_the_end(void **state)
{
    (void)state;
    struct scripted_series series;
    prepare(&series, 10000);
    series_open(&series);
    series_offer(&series);
    boundary_after(&series, 4800);
    series_pull(&series, 4800);
    series_pull(&series, 480);
    assert_int_equal(series_end(&series), 5280);
    assert_int_equal(series.left, 1);
    series_close(&series);
}

/* Lengths of blocks and tapes, losses and late offers, as a generator has them. */
static void all_is_there_whatever_the_lengths(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (int round = 0; round < 20; round++) {
        struct scripted_series series;
        prepare(&series, 100000);
        series.script.config.tape.is_file = round % 2;
        series_open(&series);
        while (series.left < 12) {
            random = random * 1664525 + 1013904223;
            if (deck_may_offer(series_deck(&series)) && random >> 28 == 0)
                series_offer(&series);
            if ((random >> 24) % 16 == 3)
                boundary_after(&series, (random >> 8) % 9000);
            series_pull(&series, 1 + (random >> 16) % 3000);
            if (random >> 30 != 0)
                series_tick(&series);
        }
        uint64_t frames = series_end(&series);
        assert_int_equal(frames, series.delivered);
        series_verify_ramp(&series, 0, frames);
        series_close(&series);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_frame_is_on_one_tape_or_the_next),
        cmocka_unit_test(a_tape_shorter_than_what_is_granted_ends_where_it_should),
        cmocka_unit_test(a_block_is_cut_at_the_boundary),
        cmocka_unit_test(a_boundary_that_comes_too_late_lies_behind_what_is_granted),
        cmocka_unit_test(a_pulled_source_waits_at_the_boundary_for_the_next_tape),
        cmocka_unit_test(a_boundary_without_a_next_tape_can_be_given_up),
        cmocka_unit_test(a_device_records_past_the_boundary_until_there_is_a_next_tape),
        cmocka_unit_test(silence_that_is_owed_goes_on_over_the_seam),
        cmocka_unit_test(silence_that_is_planned_while_the_source_goes_over_is_not_lost),
        cmocka_unit_test(a_loss_is_found_although_the_tape_has_changed),
        cmocka_unit_test(the_next_tape_is_dated_when_it_begins),
        cmocka_unit_test(no_tape_is_older_than_the_one_before_it),
        cmocka_unit_test(a_duration_is_that_of_all_tapes_together),
        cmocka_unit_test(a_duration_ends_a_tape_before_its_boundary),
        cmocka_unit_test(a_full_tape_is_followed_by_the_next_one),
        cmocka_unit_test(a_ring_has_no_boundary),
        cmocka_unit_test(a_deck_that_ends_leaves_the_offered_tape_unused),
        cmocka_unit_test(a_seam_that_no_tick_has_seen_is_completed_at_the_end),
        cmocka_unit_test(all_is_there_whatever_the_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
