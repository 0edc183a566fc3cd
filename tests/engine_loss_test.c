/* SPDX-License-Identifier: MIT */
/* A deck that keeps time while its source is lost; the clock is scripted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "scripted_tape.h"

#define RATE SCRIPT_RATE_HZ
#define HOUR_MS 3600000u

static void open_device(struct scripted_tape *script, uint64_t capacity_frames)
{
    script_prepare_device(script, capacity_frames);
    script_open(script);
}

static bool tick_every(struct scripted_tape *script, uint32_t ms, uint32_t step_ms)
{
    bool goes_on = true;
    for (uint32_t passed = 0; passed < ms && goes_on; passed += step_ms) {
        script_advance_ms(script, step_ms);
        goes_on = deck_tick(script->deck, script->now);
    }
    return goes_on;
}

/* A device of 10 ms packets, from now on. */
static void deliver(struct scripted_tape *script, uint32_t ms)
{
    for (uint32_t passed = 0; passed < ms; passed += 10) {
        script_advance_ms(script, 10);
        script_append_ramp(script, RATE / 100);
        deck_tick(script->deck, script->now);
    }
}

static void lose(struct scripted_tape *script)
{
    deck_sink_lost(script->deck);
    deck_tick(script->deck, script->now);
}

static void announce(struct scripted_tape *script)
{
    struct deck_source source = {"the device", true, false, {TAPEMAP_S16, 2, RATE}};
    deck_source_starts(script->deck, &source);
    deck_tick(script->deck, script->now);
}

static uint64_t state_of(const struct scripted_tape *script)
{
    return load_acquire_u64(&script_control(script)->state);
}

/* How many frames the clock makes since the script began, as the head of a device that never failed
   would be, its first packet included. */
static uint64_t frames_by_clock(const struct scripted_tape *script)
{
    return (script->now.clock - SCRIPT_CLOCK_HZ) / (SCRIPT_CLOCK_HZ / 1000) * (RATE / 1000);
}

static void keeps_time_with_one_gap_of_the_true_length(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, 60 * RATE);
    deliver(&script, 3000);
    lose(&script);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_SOURCE_LOST);
    assert_int_equal(deck_lost_source(script.deck), 1);
    assert_true(tick_every(&script, 7007, 7));
    assert_int_equal(script_head(&script), frames_by_clock(&script));
    const struct tapemap_control *control = script_control(&script);
    assert_int_equal(load_acquire_u64(&control->gap_count), 1);
    assert_true(load_acquire_u64(&control->gap_frames) == 7007 * (RATE / 1000));
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_GAP), 0);
    announce(&script);
    deliver(&script, 2000);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_RECORDING);
    assert_int_equal(script_head(&script), frames_by_clock(&script));
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_GAP), 1);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_SOURCE), 2);
    struct tapemap_record gap = script_last_record(&script, TAPEMAP_RECORD_GAP);
    assert_int_equal(gap.position, 3 * RATE);
    /* With the packet that said that the device is back. */
    assert_int_equal(gap.frames, 7007 * (RATE / 1000) + RATE / 100);
    assert_int_equal(load_acquire_u64(&control->gap_frames), gap.frames);
    script_verify_ramp(&script, 0, gap.position);
    script_verify_silence(&script, gap.position, gap.position + gap.frames);
    script_verify_ramp(&script, gap.position + gap.frames, script_head(&script));
    script_close(&script);
}

static void takes_no_late_frames_of_a_lost_source(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, 60 * RATE);
    deliver(&script, 1000);
    lose(&script);
    static const int16_t late[2 * 4800] = {1, 1};
    deck_sink_frames(script.deck, late, 4800, script.now.clock);
    deck_sink_overflow(script.deck, script.now.clock);
    assert_int_equal(script_head(&script), RATE);
    assert_false(deck_takes_frames(script.deck));
    script_close(&script);
}

static void counts_the_ten_seconds_before_a_silent_source_was_lost(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, 60 * RATE);
    deliver(&script, 2000);
    assert_true(tick_every(&script, 10500, 10));
    assert_int_equal(state_of(&script), TAPEMAP_STATE_SOURCE_LOST);
    assert_int_equal(script_head(&script), 12500 * (RATE / 1000));
    script_close(&script);
}

/* The source is lost: all of the time until it is back is on the tape. */
static void time_is_kept_until_it_is_back(struct scripted_tape *script)
{
    assert_true(tick_every(script, 3000, 10));
    assert_int_equal(script_head(script), frames_by_clock(script));
    announce(script);
    deliver(script, 1000);
    assert_int_equal(script_head(script), frames_by_clock(script));
}

static void a_machine_that_slept_gets_a_gap_as_long_as_its_sleep(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, (uint64_t)4 * 3600 * RATE);
    deliver(&script, 2000);
    lose(&script);
    script_advance_ms(&script, 3 * HOUR_MS);
    script.now.utc_ns -= (uint64_t)HOUR_MS * 1000000; /* and somebody set the clock */
    time_is_kept_until_it_is_back(&script);
    script_close(&script);
}

static void a_device_that_delivers_once_after_a_sleep_and_goes_hides_nothing_of_it(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, (uint64_t)4 * 3600 * RATE);
    deliver(&script, 20000);
    script_advance_ms(&script, 3 * HOUR_MS);
    deliver(&script, 10);
    lose(&script);
    time_is_kept_until_it_is_back(&script);
    script_close(&script);
}

/* Half an hour of silence takes several windows. */
static void a_sleep_that_the_device_survives_is_one_gap(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, (uint64_t)3600 * RATE);
    deliver(&script, 20000);
    script_advance_ms(&script, HOUR_MS / 2);
    deliver(&script, 10000);
    assert_int_equal(script_head(&script), frames_by_clock(&script));
    /* The packets that came while silence was still being made are another. */
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_count), 2);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_open_frames), 0);
    struct tapemap_record gap = script_last_record(&script, TAPEMAP_RECORD_GAP);
    assert_in_range(gap.frames, 1, RATE);
    assert_true(load_acquire_u64(&script_control(&script)->gap_frames) ==
                gap.frames + (uint64_t)1800 * RATE);
    script_close(&script);
}

static void is_exact_after_hours_and_journals_one_gap_an_hour(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, (uint64_t)4 * 3600 * RATE);
    deliver(&script, 1000);
    lose(&script);
    assert_true(tick_every(&script, HOUR_MS, 1009)); /* no steps that divide anything */
    script.now.utc_ns += (uint64_t)HOUR_MS * 1000000;
    assert_true(tick_every(&script, HOUR_MS, 1009));
    assert_int_equal(script_head(&script), frames_by_clock(&script));
    assert_in_range(script_count_records(&script, TAPEMAP_RECORD_GAP), 1, 2);
    deck_shut(script.deck);
    deck_request_end(script.deck, TAPEMAP_REASON_REQUESTED, NULL);
    deck_end(script.deck, script.now);
    assert_in_range(script_count_records(&script, TAPEMAP_RECORD_GAP), 2, 3);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_frames),
                     script_head(&script) - RATE);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_count),
                     script_count_records(&script, TAPEMAP_RECORD_GAP));
    script_close(&script);
}

static void ends_at_its_duration_in_the_middle_of_a_loss(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 60 * RATE, false);
    script.config.is_clocked = true;
    script.config.keeps_time = true;
    script.config.tape.end_frame = 5 * RATE;
    script_open(&script);
    deliver(&script, 2000);
    lose(&script);
    assert_false(tick_every(&script, 4000, 10));
    deck_end(script.deck, script.now);
    assert_int_equal(script_head(&script), 5 * RATE);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason), TAPEMAP_REASON_DURATION);
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_GAP).frames, 3 * RATE);
    script_close(&script);
}

static void a_full_tape_ends_a_deck_without_a_source_too(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, 4 * RATE);
    deliver(&script, 1000);
    lose(&script);
    assert_false(tick_every(&script, 5000, 10));
    deck_end(script.deck, script.now);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason), TAPEMAP_REASON_CAPACITY);
    script_close(&script);
}

static void a_source_that_fails_again_costs_no_time(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, 60 * RATE);
    deliver(&script, 1000);
    lose(&script);
    announce(&script);
    assert_true(tick_every(&script, 2000, 10));
    lose(&script); /* it never delivered */
    assert_int_equal(deck_lost_source(script.deck), 2);
    announce(&script);
    assert_true(tick_every(&script, 9500, 10));
    assert_int_equal(deck_lost_source(script.deck), 2);
    assert_true(tick_every(&script, 1000, 10)); /* ten seconds without a frame */
    assert_int_equal(deck_lost_source(script.deck), 3);
    announce(&script);
    deliver(&script, 1000);
    assert_int_equal(script_head(&script), frames_by_clock(&script));
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_SOURCE), 2);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_GAP), 1);
    script_close(&script);
}

static void keeps_time_for_a_device_that_never_delivered(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, 60 * RATE);
    assert_true(tick_every(&script, 11000, 10));
    assert_int_equal(state_of(&script), TAPEMAP_STATE_SOURCE_LOST);
    assert_int_equal(script_head(&script), frames_by_clock(&script));
    announce(&script);
    deliver(&script, 1000);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_RECORDING);
    assert_int_equal(script_head(&script), frames_by_clock(&script));
    script_close(&script);
}

static void what_a_killed_recorder_gathered_is_journalled_once(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct scripted_tape script;
    script_prepare(&died, 600 * RATE, false);
    died.config.is_clocked = true;
    died.config.keeps_time = true;
    died.config.tape.is_file = true;
    script_open(&died);
    deliver(&died, 2000);
    lose(&died);
    tick_every(&died, 5000, 10);
    script_resume(&script, &died);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_GAP), 1);
    struct tapemap_record gap = script_last_record(&script, TAPEMAP_RECORD_GAP);
    assert_int_equal(gap.position, 2 * RATE);
    assert_int_equal(gap.frames, 5 * RATE);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_frames), 5 * RATE);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_count), 1);
    script_close(&script);
    script_close(&died);
}

static void the_fallback_is_a_warning_until_the_source_is_back(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, 60 * RATE);
    deliver(&script, 1000);
    lose(&script);
    struct deck_source fallback = {"tone:silence", false, true, {TAPEMAP_S16, 2, RATE}};
    deck_source_starts(script.deck, &fallback);
    deliver(&script, 1000);
    const struct tapemap_control *control = script_control(&script);
    assert_int_equal(load_relaxed_u64(&control->warnings), TAPEMAP_WARNING_FALLBACK);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_RECORDING);
    deck_source_stops(script.deck);
    deck_tick(script.deck, script.now);
    assert_int_equal(deck_lost_source(script.deck), 1); /* only of the first one */
    announce(&script);
    deliver(&script, 1000);
    assert_int_equal(load_relaxed_u64(&control->warnings), 0);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_WARNING), 2);
    assert_in_range(script_head(&script), frames_by_clock(&script) - 1, frames_by_clock(&script));
    script_close(&script);
}

static void a_resumed_tape_warns_of_nothing_until_it_is_so_again(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct scripted_tape script;
    struct deck_source fallback = {"tone:silence", false, true, {TAPEMAP_S16, 2, RATE}};
    open_device(&died, 60 * RATE);
    deliver(&died, 1000);
    lose(&died);
    deck_source_starts(died.deck, &fallback);
    deliver(&died, 1000);
    assert_int_equal(load_relaxed_u64(&script_control(&died)->warnings),
                     TAPEMAP_WARNING_FALLBACK);
    script_resume(&script, &died); /* with the source that it is for */
    deliver(&script, 1000);
    assert_int_equal(load_relaxed_u64(&script_control(&script)->warnings), 0);
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_WARNING).detail, 0);
    script_close(&script);
    script_close(&died);
}

static void an_abandoned_deck_stands_what_its_source_still_says(void **state)
{
    (void)state;
    struct scripted_tape script;
    struct deck_source source = {"late", true, false, {TAPEMAP_S16, 2, RATE}};
    static const int16_t late[2 * 480] = {1, 1};
    open_device(&script, 60 * RATE);
    deliver(&script, 1000);
    lose(&script);
    announce(&script);
    assert_true(deck_shut(script.deck));
    deck_end(script.deck, script.now);
    deck_abandon(script.deck);
    deck_sink_frames(script.deck, late, 480, script.now.clock);
    assert_int_equal(deck_append(script.deck, late, 480, script.now.clock), 0);
    deck_sink_overflow(script.deck, script.now.clock);
    deck_sink_lost(script.deck);
    deck_source_starts(script.deck, &source);
    deck_source_stops(script.deck);
    assert_false(deck_takes_frames(script.deck));
    script_close(&script);
}

static void append_level(struct scripted_tape *script, uint32_t ms, int16_t level)
{
    int16_t frames[2 * RATE / 100];
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++)
        frames[i] = level;
    for (uint32_t passed = 0; passed < ms; passed += 10) {
        script_advance_ms(script, 10);
        deck_sink_frames(script->deck, frames, RATE / 100, script->now.clock);
        deck_tick(script->deck, script->now);
    }
}

static void nothing_but_zeros_where_there_was_sound_is_a_warning(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, 90 * RATE);
    const struct tapemap_shared_u64 *warnings = &script_control(&script)->warnings;
    append_level(&script, 12000, 0); /* never any sound: nothing to miss */
    assert_int_equal(load_relaxed_u64(warnings), 0);
    append_level(&script, 100, 1);
    append_level(&script, 9800, 0);
    assert_int_equal(load_relaxed_u64(warnings), 0);
    append_level(&script, 300, 0);
    assert_int_equal(load_relaxed_u64(warnings), TAPEMAP_WARNING_SILENT_INPUT);
    append_level(&script, 20, 1);
    assert_int_equal(load_relaxed_u64(warnings), 0);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_WARNING), 2);
    lose(&script);
    tick_every(&script, 20000, 10); /* silence for a loss is no input */
    assert_int_equal(load_relaxed_u64(warnings), 0);
    announce(&script);
    append_level(&script, 9800, 0);
    assert_int_equal(load_relaxed_u64(warnings), 0);
    append_level(&script, 400, 0);
    assert_int_equal(load_relaxed_u64(warnings), TAPEMAP_WARNING_SILENT_INPUT);
    script_close(&script);
}

static void a_level_may_be_named_below_which_all_is_silence(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 60 * RATE, false);
    script.config.is_clocked = true;
    script.config.tape.silence_level = 0.001f; /* 32.8 of a 16-bit sample */
    script.config.tape.window_bytes = 16u << 20;
    script_open(&script);
    const struct tapemap_shared_u64 *warnings = &script_control(&script)->warnings;
    append_level(&script, 12000, -32);
    append_level(&script, 100, -33);
    append_level(&script, 9800, 32);
    assert_int_equal(load_relaxed_u64(warnings), 0);
    append_level(&script, 300, -32);
    assert_int_equal(load_relaxed_u64(warnings), TAPEMAP_WARNING_SILENT_INPUT);
    append_level(&script, 20, 33);
    assert_int_equal(load_relaxed_u64(warnings), 0);
    script_close(&script);
}

/* As it may come about between two sources. */
static void the_loss_of_one_source_is_not_that_of_the_next(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script, 60 * RATE);
    deliver(&script, 1000);
    lose(&script);
    announce(&script);
    deliver(&script, 100);
    deck_sink_lost(script.deck);
    deck_tick(script.deck, script.now); /* the host is about to start another one */
    struct deck_source source = {"another", true, false, {TAPEMAP_S16, 2, RATE}};
    uint64_t number = deck_source_starts(script.deck, &source);
    assert_true(deck_lost_source(script.deck) < number);
    deliver(&script, 100);
    assert_true(deck_lost_source(script.deck) < number);
    lose(&script);
    assert_int_equal(deck_lost_source(script.deck), number);
    script_close(&script);
}

/* The record of the gap is there, and the recorder dies before it notes that. */
static void a_recorder_that_dies_behind_a_gap_record_leaves_the_right_count(void **state)
{
    (void)state;
    struct scripted_tape script;
    struct scripted_tape heir;
    open_device(&script, 60 * RATE);
    deliver(&script, 1000);
    lose(&script);
    assert_true(tick_every(&script, 2000, 10));
    announce(&script);
    while (script_count_records(&script, TAPEMAP_RECORD_GAP) == 0)
        deliver(&script, 10);
    uint64_t frames = script_last_record(&script, TAPEMAP_RECORD_GAP).frames;
    store_relaxed_u64(&tape_appender(deck_tape(script.deck))->control->gap_open_frames, frames);
    script_resume(&heir, &script);
    assert_int_equal(load_relaxed_u64(&script_control(&heir)->gap_frames), frames);
    assert_int_equal(load_relaxed_u64(&script_control(&heir)->gap_count), 1);
    assert_int_equal(load_relaxed_u64(&script_control(&heir)->gap_open_frames), 0);
    script_close(&heir);
    script_close(&script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_time_with_one_gap_of_the_true_length),
        cmocka_unit_test(takes_no_late_frames_of_a_lost_source),
        cmocka_unit_test(counts_the_ten_seconds_before_a_silent_source_was_lost),
        cmocka_unit_test(a_machine_that_slept_gets_a_gap_as_long_as_its_sleep),
        cmocka_unit_test(a_device_that_delivers_once_after_a_sleep_and_goes_hides_nothing_of_it),
        cmocka_unit_test(a_sleep_that_the_device_survives_is_one_gap),
        cmocka_unit_test(is_exact_after_hours_and_journals_one_gap_an_hour),
        cmocka_unit_test(ends_at_its_duration_in_the_middle_of_a_loss),
        cmocka_unit_test(a_full_tape_ends_a_deck_without_a_source_too),
        cmocka_unit_test(a_source_that_fails_again_costs_no_time),
        cmocka_unit_test(keeps_time_for_a_device_that_never_delivered),
        cmocka_unit_test(what_a_killed_recorder_gathered_is_journalled_once),
        cmocka_unit_test(the_fallback_is_a_warning_until_the_source_is_back),
        cmocka_unit_test(a_resumed_tape_warns_of_nothing_until_it_is_so_again),
        cmocka_unit_test(an_abandoned_deck_stands_what_its_source_still_says),
        cmocka_unit_test(nothing_but_zeros_where_there_was_sound_is_a_warning),
        cmocka_unit_test(a_level_may_be_named_below_which_all_is_silence),
        cmocka_unit_test(the_loss_of_one_source_is_not_that_of_the_next),
        cmocka_unit_test(a_recorder_that_dies_behind_a_gap_record_leaves_the_right_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
