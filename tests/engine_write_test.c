/* SPDX-License-Identifier: MIT */
/* File tapes whose audio the appending thread writes: full speed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "guard_store.h"
#include "layout_check.h"
#include "pcm.h"
#include "scripted_tape.h"

static void open_written(struct scripted_tape *script, bool waits_for_room)
{
    script_prepare(script, 1u << 30, false);
    script->config.tape.is_file = true;
    script->config.waits_for_room = waits_for_room;
    script->is_written = true;
    script_open(script);
}

/* What a reader would conclude from the control block; fails the test when it finds it corrupt. */
static struct layout_progress check(struct scripted_tape *script)
{
    struct layout_tape tape;
    struct layout_progress progress;
    const struct tapemap_control *control = script_control(script);
    assert_int_equal(layout_check_control(control, 2 * TAPEMAP_GRANULE_BYTES, &tape), TAPEMAP_OK);
    assert_int_equal(layout_check_progress(control, &tape, &progress), TAPEMAP_OK);
    return progress;
}

static enum tapemap_reason end(struct scripted_tape *script)
{
    deck_end(script->deck, script->now);
    return (enum tapemap_reason)load_acquire_u64(&script_control(script)->reason);
}

static void one_write_crosses_windows_and_growths(void **state)
{
    (void)state;
    const struct audio_format formats[] = {
        {TAPEMAP_S16, 2, 48000}, {TAPEMAP_S24, 5, 96000}, {TAPEMAP_S32, 256, 8000}};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct scripted_tape script;
        script_prepare(&script, 1u << 30, false);
        script.config.tape.is_file = true;
        script.config.tape.format = formats[i];
        script.config.tape.ahead_frames =
            (100u << 10) / (formats[i].channels * pcm_sample_bytes(formats[i].sample_format));
        script.is_written = true;
        script_open(&script);
        size_t packet = (90u << 10) / script_control(&script)->frame_bytes;
        uint64_t head = 40 * (uint64_t)packet;
        script_record_to(&script, head, packet); /* a window is 128 KiB */
        assert_int_equal(script_head(&script), head);
        assert_true(load_acquire_u64(&script_control(&script)->generation) > 20);
        check(&script);
        script_verify_ramp(&script, 0, head);
        script_verify_peaks(&script);
        script_close(&script);
    }
}

static void what_is_called_committed_is_what_was_written(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_written(&script, false);
    assert_int_equal(check(&script).committed_bytes, TAPEMAP_GRANULE_BYTES);
    script_record_to(&script, 1000, 480);
    assert_int_equal(check(&script).committed_bytes, TAPEMAP_GRANULE_BYTES + 4096);
    script_record_to(&script, 2048, 480);
    assert_int_equal(check(&script).committed_bytes, TAPEMAP_GRANULE_BYTES + 8192);
    assert_int_equal(guard_store_committed_bytes(script.audio), TAPEMAP_GRANULE_BYTES + 8192);
    script_close(&script);
}

static void a_disk_that_is_full_in_the_middle_of_a_write_ends_the_tape_there(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 1u << 30, false);
    script.config.tape.is_file = true;
    script.config.tape.format = (struct audio_format){TAPEMAP_S24, 5, 96000}; /* 15 bytes */
    script.is_written = true;
    script_open(&script);
    guard_store_limit(script.audio, 2500 * 1024);
    script_record_to(&script, 4000000, 4000);
    assert_int_equal(end(&script), TAPEMAP_REASON_DISK_FULL);
    struct layout_progress progress = check(&script);
    assert_int_equal(progress.head, (2500 * 1024 - TAPEMAP_DATA_OFFSET) / 15);
    assert_int_equal(progress.committed_bytes, 2500 * 1024);
    script_verify_ramp(&script, 0, progress.head);
    script_close(&script);
}

static void a_write_that_fails_is_tried_again_when_the_recorder_waits(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_written(&script, true);
    script_record_to(&script, 10000, 480);
    guard_store_limit(script.audio, guard_store_committed_bytes(script.audio));
    for (int i = 0; i < 100; i++) {
        script_append_ramp(&script, 4000);
        script_advance_ms(&script, 10);
        assert_true(deck_tick(script.deck, script.now));
    }
    assert_int_equal(load_acquire_u64(&script_control(&script)->state), TAPEMAP_STATE_WAITING);
    guard_store_limit(script.audio, UINT64_MAX);
    script_record_to(&script, 100000, 480);
    assert_int_equal(load_acquire_u64(&script_control(&script)->state), TAPEMAP_STATE_RECORDING);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_count), 0);
    script_verify_ramp(&script, 0, 100000);
    script_close(&script);
}

static void silence_is_written_over_marks(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_written(&script, false);
    script_record_to(&script, 10000, 480);
    tape_insert_silence(deck_tape(script.deck), 100000, 10000);
    deck_tick(script.deck, script.now);
    script_record_to(&script, 120000, 480);
    script_verify_ramp(&script, 0, 10000);
    script_verify_silence(&script, 10000, 110000); /* six marks lay there */
    script_verify_ramp(&script, 110000, 120000);
    script_close(&script);
}

static void silence_that_the_disk_refuses_stays_due(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_written(&script, true);
    script_record_to(&script, 10000, 480);
    tape_insert_silence(deck_tape(script.deck), 100000, 10000);
    deck_tick(script.deck, script.now);
    guard_store_limit(script.audio, guard_store_committed_bytes(script.audio) + 8192);
    for (int i = 0; i < 10; i++) {
        script_append_ramp(&script, 480);
        assert_true(deck_tick(script.deck, script.now));
    }
    assert_in_range(script_head(&script), 10000, 14000);
    assert_int_equal(script_head(&script) + tape_silence_due(deck_tape(script.deck)), 110000);
    guard_store_limit(script.audio, UINT64_MAX);
    script_record_to(&script, 120000, 480);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_frames), 100000);
    script_verify_silence(&script, 10000, 110000);
    script_verify_ramp(&script, 110000, 120000);
    script_close(&script);
}

static void a_tape_changes_between_being_written_and_being_mapped(void **state)
{
    (void)state;
    for (int was_written = 0; was_written <= 1; was_written++) {
        struct scripted_tape died;
        struct scripted_tape script;
        script_prepare(&died, 1u << 30, false);
        died.config.tape.is_file = true;
        died.is_written = was_written;
        script_open(&died);
        script_record_to(&died, 100000, 480);
        bool is_written = died.is_written;
        died.is_written = !is_written;
        script_resume(&script, &died);
        died.is_written = is_written;
        uint64_t due = tape_silence_due(deck_tape(script.deck));
        script_record_to(&script, 300000, 480);
        script_verify_ramp(&script, 0, 100000);
        script_verify_silence(&script, 100000, 100000 + due);
        script_verify_ramp(&script, 100000 + due, 300000);
        check(&script);
        script_close(&script);
        script_close(&died);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_write_crosses_windows_and_growths),
        cmocka_unit_test(what_is_called_committed_is_what_was_written),
        cmocka_unit_test(a_disk_that_is_full_in_the_middle_of_a_write_ends_the_tape_there),
        cmocka_unit_test(a_write_that_fails_is_tried_again_when_the_recorder_waits),
        cmocka_unit_test(silence_is_written_over_marks),
        cmocka_unit_test(silence_that_the_disk_refuses_stays_due),
        cmocka_unit_test(a_tape_changes_between_being_written_and_being_mapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
