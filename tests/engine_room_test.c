/* SPDX-License-Identifier: MIT */
/* A disk that is full and has room again, for a recorder that waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "guard_store.h"
#include "scripted_tape.h"

#define PACKET 480u

static void open_waiting(struct scripted_tape *script, bool is_clocked)
{
    script_prepare(script, 1u << 30, false);
    script->config.tape.is_file = true;
    script->config.tape.window_bytes = 16u << 20; /* as much silence goes in at once */
    script->config.waits_for_room = true;
    script->config.is_clocked = is_clocked;
    script_open(script);
}

static uint64_t state_of(struct scripted_tape *script)
{
    return load_acquire_u64(&script_control(script)->state);
}

/* A device that delivers `packets` packets of the ramp as time has it: what finds no room is lost,
   and positions keep step. Returns whether the deck goes on. */
static bool deliver(struct scripted_tape *script, uint64_t *position, unsigned packets)
{
    bool goes_on = true;
    int16_t frames[2 * PACKET];
    for (unsigned i = 0; i < packets && goes_on; i++) {
        script_make_ramp(script, *position, PACKET, frames);
        *position += PACKET;
        deck_sink_frames(script->deck, frames, PACKET, script->now.clock);
        script_advance_ms(script, 10);
        goes_on = deck_tick(script->deck, script->now);
    }
    return goes_on;
}

static uint64_t gap_frames(struct scripted_tape *script)
{
    return load_acquire_u64(&script_control(script)->gap_frames);
}

static void waits_for_room_and_keeps_the_true_length_in_the_gap(void **state)
{
    (void)state;
    for (int is_clocked = 0; is_clocked <= 1; is_clocked++) {
        struct scripted_tape script;
        uint64_t position = 0;
        open_waiting(&script, is_clocked);
        assert_true(deliver(&script, &position, 2000));
        guard_store_limit(script.audio, guard_store_committed_bytes(script.audio));
        assert_true(deliver(&script, &position, 6000)); /* a minute */
        uint64_t full_at = script_head(&script);
        assert_int_equal(state_of(&script), TAPEMAP_STATE_WAITING);
        guard_store_limit(script.audio, UINT64_MAX);
        assert_true(deliver(&script, &position, 2000));
        assert_int_equal(state_of(&script), TAPEMAP_STATE_RECORDING);
        assert_int_equal(script_head(&script), position);
        uint64_t again_at = full_at + gap_frames(&script);
        script_verify_ramp(&script, 0, full_at);
        script_verify_silence(&script, full_at, again_at);
        script_verify_ramp(&script, again_at, position);
        assert_in_range(again_at, 8000 * PACKET, 8020 * PACKET);
        script_close(&script);
    }
}

static void waiting_is_journalled_once_with_a_sentence(void **state)
{
    (void)state;
    struct scripted_tape script;
    uint64_t position = 0;
    open_waiting(&script, false);
    guard_store_limit(script.audio, guard_store_committed_bytes(script.audio));
    assert_true(deliver(&script, &position, 1000));
    struct tapemap_record record = script_last_record(&script, TAPEMAP_RECORD_STATE);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_STATE), 3);
    assert_int_equal(record.detail, TAPEMAP_STATE_WAITING);
    assert_int_equal(record.position, script_head(&script));
    assert_non_null(strstr(record.text, "disk is full"));
    script_close(&script);
}

static void a_disk_that_flaps_is_counted_and_does_not_flood_the_journal(void **state)
{
    (void)state;
    struct scripted_tape script;
    uint64_t position = 0;
    unsigned waits = 0;
    open_waiting(&script, false);
    for (unsigned i = 0; i < 300; i++) { /* for a minute and more */
        guard_store_limit(script.audio, guard_store_committed_bytes(script.audio));
        for (unsigned j = 0; j < 3000 && state_of(&script) != TAPEMAP_STATE_WAITING; j++)
            assert_true(deliver(&script, &position, 1));
        waits += state_of(&script) == TAPEMAP_STATE_WAITING;
        guard_store_limit(script.audio, guard_store_committed_bytes(script.audio) + (64u << 10));
        for (unsigned j = 0; j < 3000 && state_of(&script) == TAPEMAP_STATE_WAITING; j++)
            assert_true(deliver(&script, &position, 1));
    }
    deck_end(script.deck, script.now);
    uint64_t told = 0;
    for (uint64_t i = 0; i < script_records(&script); i++) {
        struct tapemap_record record = script_record(&script, i);
        unsigned long long more;
        if (sscanf(record.text, "the disk was full %llu more times", &more) == 1)
            told += more;
        else
            told += strncmp(record.text, "the disk is full", 16) == 0;
    }
    assert_int_equal(waits, 300);
    assert_int_equal(told, waits);
    uint64_t seconds = position / SCRIPT_RATE_HZ;
    assert_true(seconds > 60);
    assert_in_range(script_count_records(&script, TAPEMAP_RECORD_STATE), 8,
                    3 + 3 * (seconds / 10 + 1));
    script_close(&script);
}

static void waiting_beats_on_and_ends_on_request(void **state)
{
    (void)state;
    struct scripted_tape script;
    uint64_t position = 0;
    open_waiting(&script, true);
    guard_store_limit(script.audio, guard_store_committed_bytes(script.audio));
    assert_true(deliver(&script, &position, 3000));
    assert_int_equal(load_relaxed_u64(&script_control(&script)->heartbeat_clock),
                     script.now.clock);
    deck_request_end(script.deck, TAPEMAP_REASON_REQUESTED, NULL);
    assert_false(deck_tick(script.deck, script.now));
    deck_end(script.deck, script.now);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason),
                     TAPEMAP_REASON_REQUESTED);
    script_verify_ramp(&script, 0, script_head(&script));
    script_close(&script);
}

static void a_device_that_dies_while_the_disk_is_full_is_still_noticed(void **state)
{
    (void)state;
    struct scripted_tape script;
    uint64_t position = 0;
    open_waiting(&script, true);
    guard_store_limit(script.audio, guard_store_committed_bytes(script.audio));
    assert_true(deliver(&script, &position, 3000));
    bool goes_on = true;
    for (unsigned i = 0; i < 1100 && goes_on; i++) {
        script_advance_ms(&script, 10);
        goes_on = deck_tick(script.deck, script.now);
    }
    assert_false(goes_on);
    script_close(&script);
}

static void a_flood_of_flags_leaves_the_journal_room_while_the_index_has_none(void **state)
{
    (void)state;
    struct scripted_tape script;
    uint64_t position = 0;
    open_waiting(&script, false);
    guard_store_limit(script.audio, guard_store_committed_bytes(script.audio));
    guard_store_limit(script.index, guard_store_committed_bytes(script.index));
    for (unsigned i = 0; i < 2000; i++) {
        deck_sink_overflow(script.deck, script.now.clock);
        assert_true(deliver(&script, &position, 1));
    }
    guard_store_limit(script.audio, UINT64_MAX);
    guard_store_limit(script.index, UINT64_MAX);
    assert_true(deliver(&script, &position, 2000));
    assert_int_equal(state_of(&script), TAPEMAP_STATE_RECORDING);
    assert_int_equal(script_head(&script), position);
    assert_int_equal(load_acquire_u64(&script_control(&script)->overflow_count), 2000);
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_STATE).detail,
                     TAPEMAP_STATE_RECORDING);
    script_close(&script);
}

/* Room comes a little at a time: silence takes hours to be put in, and none is counted twice. */
static void room_that_comes_slowly_makes_no_gap_longer(void **state)
{
    (void)state;
    struct scripted_tape script;
    uint64_t position = 0;
    open_waiting(&script, true);
    assert_true(deliver(&script, &position, 2000));
    uint64_t limit = guard_store_committed_bytes(script.audio);
    guard_store_limit(script.audio, limit);
    assert_true(deliver(&script, &position, 6000));
    for (unsigned i = 0; i < 3000; i++) {
        limit += 2 * PACKET * 4; /* twice as fast as frames come */
        guard_store_limit(script.audio, limit);
        assert_true(deliver(&script, &position, 1));
    }
    assert_true(script_head(&script) < position);
    guard_store_limit(script.audio, UINT64_MAX);
    assert_true(deliver(&script, &position, 2000));
    assert_int_equal(script_head(&script), position);
    script_verify_ramp(&script, position - PACKET * 1900, position);
    script_close(&script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_for_room_and_keeps_the_true_length_in_the_gap),
        cmocka_unit_test(waiting_is_journalled_once_with_a_sentence),
        cmocka_unit_test(a_disk_that_flaps_is_counted_and_does_not_flood_the_journal),
        cmocka_unit_test(waiting_beats_on_and_ends_on_request),
        cmocka_unit_test(a_device_that_dies_while_the_disk_is_full_is_still_noticed),
        cmocka_unit_test(a_flood_of_flags_leaves_the_journal_room_while_the_index_has_none),
        cmocka_unit_test(room_that_comes_slowly_makes_no_gap_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
