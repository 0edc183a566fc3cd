/* SPDX-License-Identifier: MIT */
/* File tapes: sections that grow, marks ahead of the head, a full disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "guard_store.h"
#include "layout_check.h"
#include "scripted_tape.h"

static void open_file(struct scripted_tape *script, uint64_t capacity_frames)
{
    script_prepare(script, capacity_frames, false);
    script->config.tape.is_file = true;
    script_open(script);
}

/* What a reader would conclude from the control block; fails the test when it finds it corrupt. */
static struct layout_progress check(struct scripted_tape *script)
{
    struct layout_tape tape;
    struct layout_progress progress;
    const struct tapemap_control *control = script_control(script);
    assert_int_equal(layout_check_control(control, 2 * TAPEMAP_GRANULE_BYTES, &tape), TAPEMAP_OK);
    assert_true(tape.is_file);
    assert_int_equal(layout_check_progress(control, &tape, &progress), TAPEMAP_OK);
    return progress;
}

static void a_file_begins_with_one_window_and_is_bounded_by_its_capacity_alone(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_file(&script, 1ull << 40);
    const struct tapemap_control *control = script_control(&script);
    assert_int_equal(control->section_bytes, 4 * TAPEMAP_GRANULE_BYTES);
    assert_int_equal(control->capacity_frames, 1ull << 40);
    assert_int_equal(control->kept_frames, 1ull << 40);
    assert_int_equal(control->flags, TAPEMAP_FLAG_FILE);
    assert_int_equal(check(&script).grown_bytes, control->section_bytes);
    script_close(&script);
}

static void keeps_every_frame_across_growths(void **state)
{
    (void)state;
    const struct audio_format formats[] = {
        {TAPEMAP_S16, 2, 48000}, {TAPEMAP_S24, 5, 96000}, {TAPEMAP_S32, 256, 8000}};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct scripted_tape script;
        script_prepare(&script, 1u << 30, false);
        script.config.tape.is_file = true;
        script.config.tape.format = formats[i];
        script.config.tape.ahead_frames = 500;
        script_open(&script);
        uint64_t head = 0;
        uint64_t generation = 0;
        while (head * script_control(&script)->frame_bytes < 3u << 20) {
            head += 777;
            script_record_to(&script, head, 100);
            struct layout_progress progress = check(&script);
            uint64_t now = load_acquire_u64(&script_control(&script)->generation);
            assert_true(now >= generation);
            generation = now;
            assert_true(progress.grown_bytes <= script.audio->bytes);
        }
        assert_int_equal(script_head(&script), head);
        assert_in_range(generation, 22, 25); /* a window each */
        script_verify_ramp(&script, 0, head);
        script_close(&script);
    }
}

static uint64_t bytes_before_growth;
static const struct store_ops *watched_ops;
static struct scripted_tape *watched_script;

/* The appender still has room when the section grows, and the growth is published afterwards. */
static enum tapemap_status watched_grow(struct store *store, uint64_t bytes)
{
    const struct tapemap_control *control = script_control(watched_script);
    struct tape_appender *appender = tape_appender(deck_tape(watched_script->deck));
    assert_true(load_relaxed_u64(&appender->granted) >= script_head(watched_script) + 3000);
    bytes_before_growth = load_acquire_u64(&control->grown_bytes);
    assert_int_equal(bytes_before_growth, store->bytes);
    return watched_ops->grow(store, bytes);
}

static void keeps_every_frame_with_extents_and_windows_of_any_size(void **state)
{
    (void)state;
    const uint64_t sizes[][2] = {{65536, 65536}, {2 * 65536, 7 * 65536}, {5 * 65536, 13 * 65536}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct scripted_tape script;
        script_prepare(&script, 1u << 30, false);
        script.config.tape.is_file = true;
        script.config.tape.format.sample_format = TAPEMAP_S24;
        script.config.tape.window_bytes = sizes[i][0];
        script_open(&script);
        guard_store_set_extent(script.audio, sizes[i][1]);
        script_record_to(&script, 700000, 1777);
        assert_int_equal(script_head(&script), 700000);
        assert_int_equal(check(&script).grown_bytes, script.audio->bytes);
        script_verify_ramp(&script, 0, 700000);
        script_verify_peaks(&script);
        script_close(&script);
    }
}

static void grows_before_the_head_is_near_the_end(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_file(&script, 1u << 30);
    struct store_ops ops = *script.audio->ops;
    watched_ops = script.audio->ops;
    watched_script = &script;
    ops.grow = watched_grow;
    script.audio->ops = &ops;
    script_record_to(&script, 400000, 480);
    assert_true(bytes_before_growth > TAPEMAP_DATA_OFFSET + 300000 * 4);
    script_verify_ramp(&script, 0, 400000);
    script_close(&script);
}

static void a_growth_that_fails_ends_the_tape_at_the_last_room(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_file(&script, 1u << 30);
    guard_store_limit_growth(script.audio, 1u << 20);
    script_record_to(&script, 1000000, 480);
    deck_end(script.deck, script.now);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason),
                     TAPEMAP_REASON_DISK_FULL);
    assert_int_equal(script_head(&script) * 4, (7u << 17) - TAPEMAP_DATA_OFFSET);
    check(&script);
    script_verify_ramp(&script, 0, script_head(&script));
    script_close(&script);
}

static void a_growth_that_succeeds_at_the_second_try_costs_nothing(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_file(&script, 1u << 30);
    guard_store_limit_growth(script.audio, 1u << 18);
    script_record_to(&script, 14000, 480); /* 16384 is where the next window begins */
    guard_store_limit_growth(script.audio, UINT64_MAX);
    script_record_to(&script, 300000, 480);
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_count), 0);
    script_verify_ramp(&script, 0, 300000);
    script_close(&script);
}

static void a_full_disk_ends_the_tape_and_is_used_to_the_last_page(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_file(&script, 1u << 30);
    guard_store_limit(script.audio, 2500 * 1024);
    script_record_to(&script, 4000000, 480);
    deck_end(script.deck, script.now);
    struct layout_progress progress = check(&script);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason),
                     TAPEMAP_REASON_DISK_FULL);
    assert_int_equal(progress.head, (progress.committed_bytes - TAPEMAP_DATA_OFFSET) / 4);
    assert_in_range(progress.committed_bytes, 2490 * 1024, 2500 * 1024);
    assert_non_null(strstr(script_control(&script)->reason_text, "disk"));
    script_verify_ramp(&script, 0, progress.head);
    script_close(&script);
}

static void a_disk_that_is_full_for_the_index_is_called_so(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_file(&script, 1u << 30);
    guard_store_limit(script.index, guard_store_committed_bytes(script.index));
    script_record_to(&script, 8000000, 4800);
    deck_end(script.deck, script.now);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason),
                     TAPEMAP_REASON_DISK_FULL);
    assert_true(script_head(&script) < 8000000);
    check(&script);
    script_verify_ramp(&script, 0, script_head(&script));
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_STATE).detail,
                     TAPEMAP_STATE_ENDED);
    script_close(&script);
}

static void silence_wipes_the_marks_ahead_of_the_head(void **state)
{
    (void)state;
    struct scripted_tape script;
    open_file(&script, 1u << 30);
    script_record_to(&script, 10000, 480);
    tape_insert_silence(deck_tape(script.deck), 100000, 10000);
    deck_tick(script.deck, script.now);
    script_record_to(&script, 120000, 480);
    script_verify_ramp(&script, 0, 10000);
    script_verify_silence(&script, 10000, 110000); /* six marks lay there */
    script_verify_ramp(&script, 110000, 120000);
    script_close(&script);
}

static void one_tick_commits_a_bounded_part_of_a_long_silence(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 1u << 30, false);
    script.config.tape.is_file = true;
    script.config.tape.window_bytes = 64u << 20;
    script_open(&script);
    script_record_to(&script, 480, 480);
    tape_insert_silence(deck_tape(script.deck), 20u << 20, 480); /* 80 MiB */
    uint64_t before = check(&script).committed_bytes;
    for (int tick = 0; tick < 8; tick++) {
        script_append_ramp(&script, 480);
        deck_tick(script.deck, script.now);
        uint64_t after = check(&script).committed_bytes;
        assert_true(after - before <= 17u << 20);
        before = after;
    }
    assert_int_equal(load_acquire_u64(&script_control(&script)->gap_frames), 20u << 20);
    script_close(&script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_begins_with_one_window_and_is_bounded_by_its_capacity_alone),
        cmocka_unit_test(keeps_every_frame_across_growths),
        cmocka_unit_test(keeps_every_frame_with_extents_and_windows_of_any_size),
        cmocka_unit_test(grows_before_the_head_is_near_the_end),
        cmocka_unit_test(a_growth_that_fails_ends_the_tape_at_the_last_room),
        cmocka_unit_test(a_growth_that_succeeds_at_the_second_try_costs_nothing),
        cmocka_unit_test(a_full_disk_ends_the_tape_and_is_used_to_the_last_page),
        cmocka_unit_test(a_disk_that_is_full_for_the_index_is_called_so),
        cmocka_unit_test(silence_wipes_the_marks_ahead_of_the_head),
        cmocka_unit_test(one_tick_commits_a_bounded_part_of_a_long_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
