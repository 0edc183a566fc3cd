/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "guard_store.h"
#include "scripted_tape.h"

static void keeps_every_frame_across_windows(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 300000, false);
    script_open(&script);
    script_record_to(&script, 250000, 1777);
    assert_int_equal(script_head(&script), 250000);
    script_verify_ramp(&script, 0, 250000);
    script_close(&script);
}

static void keeps_every_frame_of_odd_frame_sizes(void **state)
{
    (void)state;
    const struct audio_format formats[] = {
        {TAPEMAP_S24, 1, 44100}, {TAPEMAP_S24, 5, 96000}, {TAPEMAP_F32, 7, 48000},
        {TAPEMAP_S32, 256, 8000}, {TAPEMAP_S16, 3, 192000},
    };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct scripted_tape script;
        script_prepare(&script, 40000, false);
        script.config.tape.format = formats[i];
        script.config.tape.ahead_frames = 500;
        script_open(&script);
        script_record_to(&script, 30011, 333);
        script_verify_ramp(&script, 0, 30011);
        script_close(&script);
    }
}

static void takes_only_what_is_granted(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 300000, false);
    script_open(&script);
    size_t taken = script_append_ramp(&script, 20000);
    assert_int_equal(taken, 4800);
    assert_int_equal(script_append_ramp(&script, 1), 0);
    deck_tick(script.deck, script.now);
    assert_int_equal(script_append_ramp(&script, 1), 1);
    script_close(&script);
}

static void publishes_the_head_after_its_frames_are_committed(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 300000, false);
    script_open(&script);
    for (uint64_t head = 1000; head < 200000; head += 1000) {
        script_record_to(&script, head, 1000);
        uint64_t committed = load_acquire_u64(&script_control(&script)->committed_bytes);
        assert_true(TAPEMAP_DATA_OFFSET + script_head(&script) * 4 <= committed);
    }
    script_close(&script);
}

static void ends_on_the_exact_frame_of_its_duration(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 300000, false);
    script.config.tape.end_frame = 12345;
    script_open(&script);
    script_record_to(&script, 100000, 1000);
    deck_end(script.deck, script.now);
    assert_int_equal(script_head(&script), 12345);
    assert_int_equal(load_acquire_u64(&script_control(&script)->state), TAPEMAP_STATE_ENDED);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason), TAPEMAP_REASON_DURATION);
    script_verify_ramp(&script, 0, 12345);
    script_close(&script);
}

static void ends_when_the_linear_tape_is_full(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 50001, false);
    script_open(&script);
    script_record_to(&script, 100000, 777);
    deck_end(script.deck, script.now);
    assert_int_equal(script_head(&script), 50001);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason), TAPEMAP_REASON_CAPACITY);
    script_verify_ramp(&script, 0, 50001);
    script_close(&script);
}

static void stops_at_the_committed_boundary_and_keeps_what_it_has(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 4000000, false);
    script_open(&script);
    guard_store_limit(script.audio, 2500 * 1024);
    script_record_to(&script, 4000000, 480);
    deck_end(script.deck, script.now);
    uint64_t committed = load_acquire_u64(&script_control(&script)->committed_bytes);
    uint64_t head = script_head(&script);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason),
                     TAPEMAP_REASON_COMMIT_LIMIT);
    assert_true(committed <= 2500 * 1024);
    assert_int_equal(head, (committed - TAPEMAP_DATA_OFFSET) / 4);
    assert_true(committed > 2490 * 1024); /* less than three pages are left unused */
    assert_true(strlen(script_control(&script)->reason_text) > 20);
    script_verify_ramp(&script, 0, head);
    script_close(&script);
}

static void goes_on_when_memory_comes_back_before_the_boundary(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 1000000, false);
    script.config.tape.ahead_frames = 48000;
    script_open(&script);
    guard_store_limit(script.audio, guard_store_committed_bytes(script.audio));
    script_record_to(&script, 20000, 480);
    guard_store_limit(script.audio, UINT64_MAX);
    script_record_to(&script, 700000, 480);
    assert_int_equal(script_head(&script), 700000);
    script_verify_ramp(&script, 0, 700000);
    script_close(&script);
}

static void goes_on_when_the_index_gets_its_memory_back(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 3000000, false);
    script.config.tape.ahead_frames = 96000;
    script_open(&script);
    script_record_to(&script, 1000000, 480);
    guard_store_limit(script.index, guard_store_committed_bytes(script.index));
    script_record_to(&script, 1090000, 480);
    guard_store_limit(script.index, UINT64_MAX);
    script_record_to(&script, 2500000, 480);
    assert_int_equal(script_head(&script), 2500000);
    script_close(&script);
}

static void respects_its_own_commit_limit(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 8000000, false);
    script.config.tape.commit_limit_bytes = 3u << 20;
    script_open(&script);
    script_record_to(&script, 8000000, 480);
    assert_true(guard_store_committed_bytes(script.audio) +
                    guard_store_committed_bytes(script.index) <=
                3u << 20);
    assert_true(script_head(&script) * 4 > 1u << 20);
    script_verify_ramp(&script, 0, script_head(&script));
    script_close(&script);
}

static void goes_on_after_a_window_could_not_be_mapped_once(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 300000, false);
    script_open(&script);
    script_record_to(&script, 5000, 480);
    guard_store_fail_next_map(script.audio, TAPEMAP_E_MEMORY);
    script_record_to(&script, 200000, 480);
    assert_int_equal(script_head(&script), 200000);
    script_verify_ramp(&script, 0, 200000);
    script_close(&script);
}

static void ring_keeps_the_newest_frames(void **state)
{
    (void)state;
    /* Smaller and larger than a window, and with a lap that divides nothing. */
    const uint64_t capacities[] = {7001, 33333, 100000, 131072};
    for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
        struct scripted_tape script;
        script_prepare(&script, capacities[i], true);
        script_open(&script);
        script_record_to(&script, 5 * capacities[i] + 123, 479);
        uint64_t head = script_head(&script);
        uint64_t oldest = load_acquire_u64(&script_control(&script)->oldest_frame);
        assert_int_equal(head, 5 * capacities[i] + 123);
        assert_true(oldest <= head - capacities[i]);
        assert_true(oldest + script_control(&script)->capacity_frames >= head);
        script_verify_ramp(&script, oldest, head);
        script_close(&script);
    }
}

static void ring_retires_frames_before_it_overwrites_them(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 20000, true);
    script_open(&script);
    script_record_to(&script, 60000, 480);
    uint64_t oldest = load_acquire_u64(&script_control(&script)->oldest_frame);
    /* All that is granted may be written without another word: what is not retired must stay. */
    while (script_append_ramp(&script, 100) > 0)
        continue;
    script_verify_ramp(&script, oldest, script_head(&script));
    script_close(&script);
}

static void ring_of_long_recordings_commits_no_more(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 30000, true);
    script_open(&script);
    script_record_to(&script, 1200000, 4000); /* four levels of peaks have cells now */
    uint64_t audio = guard_store_committed_bytes(script.audio);
    unsigned views = guard_store_view_count(script.audio) + guard_store_view_count(script.index);
    script_record_to(&script, 3000000, 4000);
    assert_int_equal(guard_store_committed_bytes(script.audio), audio);
    assert_int_equal(
        guard_store_view_count(script.audio) + guard_store_view_count(script.index), views);
    script_close(&script);
}

static void anchors_are_taken_once_a_second(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 3000000, false);
    script_open(&script);
    script_record_to(&script, 480 * 1000, 480); /* ten seconds */
    unsigned anchors = script_count_records(&script, TAPEMAP_RECORD_ANCHOR);
    assert_in_range(anchors, 10, 11);
    struct tapemap_record anchor = script_last_record(&script, TAPEMAP_RECORD_ANCHOR);
    uint64_t elapsed_ns = anchor.utc_ns - SCRIPT_START_UTC_NS;
    /* The first 480 frames are appended at time 0. */
    assert_int_equal(anchor.position, elapsed_ns / 1000000 * 48 + 480);
    assert_int_equal(anchor.clock - SCRIPT_CLOCK_HZ, elapsed_ns / 100);
    script_close(&script);
}

static void ends_by_failure_when_a_window_cannot_be_mapped(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 4000000, false);
    script.config.tape.ahead_frames = 100000; /* more than two windows hold */
    script_open(&script);
    size_t recorded = 0;
    for (size_t taken = 1; taken > 0; recorded += taken)
        taken = script_append_ramp(&script, 480);
    /* Both windows are full: the next tick makes their peaks, the one after it maps the third. */
    assert_true(deck_tick(script.deck, script.now));
    guard_store_fail_next_map(script.audio, TAPEMAP_E_MEMORY);
    assert_false(deck_tick(script.deck, script.now));
    deck_end(script.deck, script.now);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason), TAPEMAP_REASON_FAILURE);
    assert_string_equal(script_control(&script)->reason_text,
                        "the tape has no room for more: the program ran out of memory; close "
                        "other programs");
    script_verify_ramp(&script, 0, recorded);
    script_close(&script);
}

/* Ticks without a frame; false when the deck wants to end. */
static void a_source_that_just_fits_the_tape_is_no_full_tape(void **state)
{
    (void)state;
    struct scripted_tape script;
    enum tapemap_reason reason;
    script_prepare(&script, 4800, false);
    script_open(&script);
    assert_int_equal(script_append_ramp(&script, 4800), 4800);
    assert_true(deck_tick(script.deck, script.now));
    assert_false(tape_is_full(deck_tape(script.deck), &reason));
    assert_int_equal(script_append_ramp(&script, 1), 0);
    assert_true(tape_is_full(deck_tape(script.deck), &reason));
    assert_int_equal(reason, TAPEMAP_REASON_CAPACITY);
    script_close(&script);
}

static void random_appends_and_ticks_lose_nothing(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 12; seed++) {
        struct scripted_tape script;
        script_prepare(&script, 90000 + seed * 77, seed % 2);
        script.config.tape.ahead_frames = 1 + seed * 397;
        script_open(&script);
        srand(seed);
        while (script_head(&script) < 260000) {
            if (rand() % 3 == 0)
                deck_tick(script.deck, script.now);
            size_t taken = script_append_ramp(&script, 1 + (size_t)(rand() % 3000));
            enum tapemap_reason reason;
            if (taken == 0 && tape_is_full(deck_tape(script.deck), &reason))
                break;
        }
        deck_tick(script.deck, script.now);
        uint64_t oldest = load_acquire_u64(&script_control(&script)->oldest_frame);
        script_verify_ramp(&script, oldest, script_head(&script));
        script_close(&script);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_every_frame_across_windows),
        cmocka_unit_test(keeps_every_frame_of_odd_frame_sizes),
        cmocka_unit_test(takes_only_what_is_granted),
        cmocka_unit_test(publishes_the_head_after_its_frames_are_committed),
        cmocka_unit_test(ends_on_the_exact_frame_of_its_duration),
        cmocka_unit_test(ends_when_the_linear_tape_is_full),
        cmocka_unit_test(stops_at_the_committed_boundary_and_keeps_what_it_has),
        cmocka_unit_test(ends_by_failure_when_a_window_cannot_be_mapped),
        cmocka_unit_test(goes_on_when_memory_comes_back_before_the_boundary),
        cmocka_unit_test(goes_on_when_the_index_gets_its_memory_back),
        cmocka_unit_test(respects_its_own_commit_limit),
        cmocka_unit_test(goes_on_after_a_window_could_not_be_mapped_once),
        cmocka_unit_test(ring_keeps_the_newest_frames),
        cmocka_unit_test(ring_retires_frames_before_it_overwrites_them),
        cmocka_unit_test(ring_of_long_recordings_commits_no_more),
        cmocka_unit_test(anchors_are_taken_once_a_second),
        cmocka_unit_test(a_source_that_just_fits_the_tape_is_no_full_tape),
        cmocka_unit_test(random_appends_and_ticks_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
