/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "scripted_tape.h"

static void lost_frames_become_silence_of_the_same_length(void **state)
{
    (void)state;
    for (int is_ring = 0; is_ring <= 1; is_ring++) {
        struct scripted_tape script;
        script_prepare(&script, 150000, is_ring);
        script_open(&script);
        script_record_to(&script, 160000 * (uint64_t)is_ring + 30000, 480);
        uint64_t before = script_head(&script);
        tape_insert_silence(deck_tape(script.deck), 70001, before - 5000);
        deck_tick(script.deck, script.now); /* grants the room for it */
        script_record_to(&script, before + 90000, 480);
        script_verify_ramp(&script, before - 1000, before);
        script_verify_silence(&script, before, before + 70001);
        script_verify_ramp(&script, before + 70001, before + 90000);
        assert_int_equal(load_acquire_u64(&script_control(&script)->gap_frames), 70001);
        struct tapemap_record gap = script_last_record(&script, TAPEMAP_RECORD_GAP);
        assert_int_equal(gap.position + gap.frames, before + 70001);
        script_close(&script);
    }
}

static void what_a_device_could_not_store_is_journalled_as_a_gap(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 100000, false);
    script_open(&script);
    static const int16_t frames[2 * 6000] = {0};
    deck_sink_frames(script.deck, frames, 6000, script.now.clock); /* only 4800 are granted */
    deck_tick(script.deck, script.now);
    script_record_to(&script, 12000, 480);
    struct tapemap_record gap = script_last_record(&script, TAPEMAP_RECORD_GAP);
    assert_int_equal(gap.position, 4800);
    assert_int_equal(gap.frames, 1200);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_count), 1);
    script_close(&script);
}

static void overflow_flags_are_counted_and_journalled(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 100000, false);
    script_open(&script);
    for (int i = 0; i < 200; i++) /* more than the queue holds */
        deck_sink_overflow(script.deck, script.now.clock);
    deck_tick(script.deck, script.now);
    assert_int_equal(load_acquire_u64(&script_control(&script)->overflow_count), 200);
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_OVERFLOW).detail, 200);
    script_close(&script);
}

static void a_lost_source_ends_the_deck_and_says_so(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 100000, false);
    script_open(&script);
    script_record_to(&script, 4800, 480);
    deck_sink_lost(script.deck);
    assert_false(deck_tick(script.deck, script.now));
    deck_end(script.deck, script.now);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason),
                     TAPEMAP_REASON_SOURCE_LOST);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_SOURCE), 1);
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_STATE).detail,
                     TAPEMAP_STATE_ENDED);
    script_close(&script);
}

static bool tick_for_ms(struct scripted_tape *script, uint32_t ms)
{
    bool goes_on = true;
    for (uint32_t passed = 0; passed < ms; passed += 10) {
        script_advance_ms(script, 10);
        goes_on = deck_tick(script->deck, script->now);
    }
    return goes_on;
}

static void a_recorder_that_slept_does_not_call_its_device_lost(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 3000000, false);
    script.config.is_clocked = true;
    script.config.tape.window_bytes = 16u << 20; /* as much silence as that goes in at once */
    script_open(&script);
    script_record_to(&script, 5 * SCRIPT_RATE_HZ, 480);
    script_advance_ms(&script, 30000); /* the machine slept */
    assert_true(deck_tick(script.deck, script.now));
    script_record_to(&script, 50 * SCRIPT_RATE_HZ, 480);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_frames),
                     30 * SCRIPT_RATE_HZ);
    script_close(&script);
}

static void a_device_that_delivers_nothing_for_ten_seconds_is_lost(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 100000, false);
    script.config.is_clocked = true;
    script_open(&script);
    assert_true(tick_for_ms(&script, 9900)); /* a slow start is no loss */
    script_record_to(&script, 480, 480);
    assert_true(tick_for_ms(&script, 9900));
    assert_false(tick_for_ms(&script, 110));
    deck_end(script.deck, script.now);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason),
                     TAPEMAP_REASON_SOURCE_LOST);
    script_close(&script);
}

static void good_frames_do_not_wait_behind_much_silence(void **state)
{
    (void)state;
    for (int is_ring = 0; is_ring <= 1; is_ring++) {
        struct scripted_tape script;
        script_prepare(&script, 3000000, is_ring);
        script_open(&script);
        script_record_to(&script, 48000, 480);
        tape_insert_silence(deck_tape(script.deck), 1000000, 48000);
        script_record_to(&script, 1100000, 480);
        assert_int_equal(load_acquire_u64(&script_control(&script)->gap_frames), 1000000);
        script_close(&script);
    }
}

static void an_overflow_is_journalled_where_it_was_flagged(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 100000, false);
    script_open(&script);
    script_append_ramp(&script, 480);
    deck_sink_overflow(script.deck, script.now.clock);
    script_append_ramp(&script, 2000);
    deck_tick(script.deck, script.now);
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_OVERFLOW).position, 480);
    script_close(&script);
}

static void a_lost_packet_of_a_device_becomes_a_gap_of_its_length(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 2000000, false);
    script.config.is_clocked = true;
    script_open(&script);
    script_record_to(&script, 15 * SCRIPT_RATE_HZ, 480);
    script_advance_ms(&script, 30); /* three packets that never come */
    script_record_to(&script, 25 * SCRIPT_RATE_HZ, 480);
    struct tapemap_record gap = script_last_record(&script, TAPEMAP_RECORD_GAP);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_GAP), 1);
    assert_int_equal(gap.frames, 3 * 480);
    assert_true(gap.noticed <= 15 * SCRIPT_RATE_HZ + 480 && gap.noticed < gap.position);
    script_verify_silence(&script, gap.position, gap.position + gap.frames);
    script_verify_ramp(&script, gap.position + gap.frames, script_head(&script));
    script_close(&script);
}

static void the_first_reason_to_end_wins(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 100000, false);
    script_open(&script);
    deck_request_end(script.deck, TAPEMAP_REASON_FAILURE, "the first");
    deck_request_end(script.deck, TAPEMAP_REASON_REQUESTED, "the second");
    assert_false(deck_tick(script.deck, script.now));
    deck_end(script.deck, script.now);
    assert_string_equal(script_control(&script)->reason_text, "the first");
    script_close(&script);
}

static void shortens_a_long_reason_between_two_characters(void **state)
{
    (void)state;
    struct scripted_tape script;
    char reason[402] = "x";
    char expected[256] = "x";
    for (int i = 0; i < 200; i++)
        strcat(reason, "\xC3\xA4");
    for (int i = 0; i < 125; i++)
        strcat(expected, "\xC3\xA4");
    strcat(expected, "...");
    script_prepare(&script, 100000, false);
    script_open(&script);
    deck_request_end(script.deck, TAPEMAP_REASON_FAILURE, reason);
    deck_end(script.deck, script.now);
    assert_string_equal(script_control(&script)->reason_text, expected);
    struct tapemap_record end = script_last_record(&script, TAPEMAP_RECORD_STATE);
    strcpy(expected + 1 + 2 * 33, "...");
    assert_string_equal(end.text, expected);
    script_close(&script);
}

static void count_wake_up(void *context)
{
    ++*(unsigned *)context;
}

static void every_tick_that_sees_the_head_move_wakes_readers(void **state)
{
    (void)state;
    struct scripted_tape script;
    unsigned wakes = 0;
    script_prepare(&script, 100000, false);
    script.config.wake_readers = count_wake_up;
    script.config.wake_context = &wakes;
    script_open(&script);
    script_append_ramp(&script, 480);
    deck_tick_early(script.deck, script.now); /* the source delivers, and has not answered */
    assert_int_equal(wakes, 1);
    deck_tick(script.deck, script.now);
    assert_int_equal(wakes, 1);
    script_append_ramp(&script, 480);
    deck_tick(script.deck, script.now);
    assert_int_equal(wakes, 2);
    script_close(&script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_frames_become_silence_of_the_same_length),
        cmocka_unit_test(what_a_device_could_not_store_is_journalled_as_a_gap),
        cmocka_unit_test(overflow_flags_are_counted_and_journalled),
        cmocka_unit_test(a_lost_source_ends_the_deck_and_says_so),
        cmocka_unit_test(a_recorder_that_slept_does_not_call_its_device_lost),
        cmocka_unit_test(a_device_that_delivers_nothing_for_ten_seconds_is_lost),
        cmocka_unit_test(good_frames_do_not_wait_behind_much_silence),
        cmocka_unit_test(an_overflow_is_journalled_where_it_was_flagged),
        cmocka_unit_test(a_lost_packet_of_a_device_becomes_a_gap_of_its_length),
        cmocka_unit_test(the_first_reason_to_end_wins),
        cmocka_unit_test(shortens_a_long_reason_between_two_characters),
        cmocka_unit_test(every_tick_that_sees_the_head_move_wakes_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
