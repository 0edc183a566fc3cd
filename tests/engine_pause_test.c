/* SPDX-License-Identifier: MIT */
/* A deck that is paused on request; the clock is scripted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "scripted_tape.h"

#define RATE SCRIPT_RATE_HZ

static void open_device(struct scripted_tape *script)
{
    script_prepare_device(script, 120 * RATE);
    script_open(script);
}

static void deliver(struct scripted_tape *script, uint32_t ms)
{
    for (uint32_t passed = 0; passed < ms; passed += 10) {
        script_advance_ms(script, 10);
        script_append_ramp(script, RATE / 100);
        deck_tick(script->deck, script->now);
    }
}

static void tick_for_ms(struct scripted_tape *script, uint32_t ms)
{
    for (uint32_t passed = 0; passed < ms; passed += 10) {
        script_advance_ms(script, 10);
        assert_true(deck_tick(script->deck, script->now));
    }
}

static uint64_t state_of(const struct scripted_tape *script)
{
    return load_acquire_u64(&script_control(script)->state);
}

static void the_head_stands_still_between_two_anchors(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script);
    deliver(&script, 3330);
    deck_request_pause(script.deck, true);
    deliver(&script, 60000);
    uint64_t head = script_head(&script);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_PAUSED);
    assert_in_range(head, 3330 * (RATE / 1000), 3340 * (RATE / 1000));
    struct tapemap_record before = script_last_record(&script, TAPEMAP_RECORD_ANCHOR);
    deck_request_pause(script.deck, false);
    deck_tick(script.deck, script.now);
    struct tapemap_record after = script_last_record(&script, TAPEMAP_RECORD_ANCHOR);
    assert_int_equal(before.position, head);
    assert_int_equal(after.position, head);
    assert_int_equal(after.clock, script.now.clock);
    assert_in_range(after.clock - before.clock, SCRIPT_CLOCK_HZ / 100 * 5998,
                    SCRIPT_CLOCK_HZ / 100 * 6001);
    deliver(&script, 30000);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_RECORDING);
    assert_int_equal(script_head(&script), head + 30 * RATE);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_frames), 0);
    script_verify_ramp(&script, 0, script_head(&script));
    script_close(&script);
}

/* Whoever delivers has looked at the clock, and comes in when the deck has gone on. */
static void no_anchor_goes_back_behind_the_end_of_a_pause(void **state)
{
    (void)state;
    struct scripted_tape script;
    uint64_t clock = 0;
    open_device(&script);
    deliver(&script, 2000);
    deck_request_pause(script.deck, true);
    tick_for_ms(&script, 500);
    deck_request_pause(script.deck, false);
    tick_for_ms(&script, 10);
    struct instant going_on = script.now;
    script.now.clock -= 50;
    script_append_ramp(&script, RATE / 100);
    script.now = going_on;
    deck_tick(script.deck, script.now);
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_ANCHOR).clock, going_on.clock);
    deck_end(script.deck, script.now);
    for (uint64_t i = 0; i < script_records(&script); i++) {
        struct tapemap_record record = script_record(&script, i);
        if (record.kind == TAPEMAP_RECORD_ANCHOR) {
            assert_true(record.clock >= clock);
            clock = record.clock;
        }
    }
    script_close(&script);
}

static void a_device_is_lost_in_a_pause_too(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script);
    deliver(&script, 2000);
    deck_request_pause(script.deck, true);
    tick_for_ms(&script, 12000);
    assert_int_equal(deck_lost_source(script.deck), 1);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_PAUSED);
    assert_int_equal(script_head(&script), 2 * RATE);
    deck_request_pause(script.deck, false);
    tick_for_ms(&script, 3000);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_SOURCE_LOST);
    assert_in_range(script_head(&script), 5 * RATE - RATE / 100, 5 * RATE);
    script_close(&script);
}

static void a_device_that_is_found_in_a_pause_leaves_no_gap(void **state)
{
    (void)state;
    struct scripted_tape script;
    struct deck_source source = {"the device", true, false, {TAPEMAP_S16, 2, RATE}};
    open_device(&script);
    deliver(&script, 2000);
    deck_request_pause(script.deck, true);
    tick_for_ms(&script, 100);
    deck_sink_lost(script.deck);
    tick_for_ms(&script, 100);
    deck_source_starts(script.deck, &source);
    deliver(&script, 1000);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_PAUSED);
    assert_int_equal(script_head(&script), 2 * RATE);
    deck_request_pause(script.deck, false);
    deck_tick(script.deck, script.now);
    deliver(&script, 1000);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_RECORDING);
    assert_int_equal(script_head(&script), 3 * RATE);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_count), 0);
    script_close(&script);
}

static void a_pause_in_a_loss_ends_the_gap_and_begins_another(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_device(&script);
    deliver(&script, 1000);
    deck_sink_lost(script.deck);
    tick_for_ms(&script, 2000);
    deck_request_pause(script.deck, true);
    tick_for_ms(&script, 5000);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_GAP), 1);
    deck_request_pause(script.deck, false);
    tick_for_ms(&script, 1000);
    assert_in_range(script_head(&script), 4 * RATE - RATE / 50, 4 * RATE + RATE / 50);
    deck_shut(script.deck);
    deck_end(script.deck, script.now);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_GAP), 2);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_frames),
                     script_head(&script) - RATE);
    script_close(&script);
}

static void a_source_that_is_pulled_waits(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 10 * RATE, false);
    script_open(&script);
    deliver(&script, 1000);
    deck_request_pause(script.deck, true);
    tick_for_ms(&script, 50);
    assert_false(deck_takes_frames(script.deck));
    assert_int_equal(script_append_ramp(&script, 480), 0);
    deck_request_pause(script.deck, false);
    tick_for_ms(&script, 10);
    assert_true(deck_takes_frames(script.deck));
    assert_int_equal(script_append_ramp(&script, 480), 480);
    script_close(&script);
}

/* Who paused a deck so as not to be recorded is not recorded because its recorder has died. */
static void a_recorder_that_died_in_a_pause_is_followed_by_one_that_is_paused(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct scripted_tape script;
    open_device(&died);
    deliver(&died, 1000);
    deck_request_pause(died.deck, true);
    deliver(&died, 100);
    uint64_t head = script_head(&died);
    script_advance_ms(&died, 30000);
    script_resume(&script, &died);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_PAUSED);
    assert_false(deck_takes_frames(script.deck));
    deliver(&script, 1000);
    assert_int_equal(script_head(&script), head);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_PAUSED);
    deck_request_pause(script.deck, false);
    tick_for_ms(&script, 10);
    deliver(&script, 1000);
    assert_int_equal(state_of(&script), TAPEMAP_STATE_RECORDING);
    assert_int_equal(script_head(&script), head + RATE);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_count), 0);
    script_close(&script);
    script_close(&died);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_stands_still_between_two_anchors),
        cmocka_unit_test(no_anchor_goes_back_behind_the_end_of_a_pause),
        cmocka_unit_test(a_device_is_lost_in_a_pause_too),
        cmocka_unit_test(a_device_that_is_found_in_a_pause_leaves_no_gap),
        cmocka_unit_test(a_pause_in_a_loss_ends_the_gap_and_begins_another),
        cmocka_unit_test(a_source_that_is_pulled_waits),
        cmocka_unit_test(a_recorder_that_died_in_a_pause_is_followed_by_one_that_is_paused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
