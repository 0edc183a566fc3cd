/* SPDX-License-Identifier: MIT */
/* Going on with a tape whose recorder died: at any tick, and inside one. */
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

#define NS_PER_SECOND 1000000000u

static void open_file(struct scripted_tape *script)
{
    script_prepare(script, 1u << 30, false);
    script->config.tape.is_file = true;
    script_open(script);
}

static uint64_t gap_frames(struct scripted_tape *script)
{
    return load_acquire_u64(&script_control(script)->gap_frames);
}

/* What the dead recorder published is there, byte for byte. */
static void verify_journal(struct scripted_tape *resumed, struct scripted_tape *died,
                           uint64_t records)
{
    uint64_t now = script_records(resumed);
    assert_true(now > records);
    for (uint64_t i = 0; i < now; i++) {
        struct tapemap_record record = script_record(resumed, i);
        assert_int_equal(layout_check_record(&record, i), TAPEMAP_OK);
        if (i < records) {
            struct tapemap_record before = script_record(died, i);
            assert_memory_equal(&record, &before, sizeof record);
        }
    }
    struct tapemap_record first = script_record(resumed, records);
    assert_int_equal(first.kind, TAPEMAP_RECORD_STATE);
    assert_int_equal(first.detail, TAPEMAP_STATE_STARTING);
    assert_string_equal(first.text, "resumed");
}

static void check_progress(struct scripted_tape *resumed)
{
    struct layout_tape facts;
    assert_int_equal(
        layout_check_control(script_control(resumed), 2 * TAPEMAP_GRANULE_BYTES, &facts),
        TAPEMAP_OK);
    assert_int_equal(load_acquire_u64(&script_control(resumed)->grown_bytes),
                     resumed->audio->bytes);
}

/* Records on with a tape that was just resumed where it was at `head`, and looks at everything. */
static void record_on_and_verify(struct scripted_tape *resumed, uint64_t head)
{
    uint64_t owed = tape_appender(deck_tape(resumed->deck))->silence_owed;
    check_progress(resumed);
    uint64_t gap_before = gap_frames(resumed);
    assert_int_equal(script_head(resumed), head);
    deck_tick(resumed->deck, resumed->now);
    assert_int_equal(load_acquire_u64(&script_control(resumed)->state), TAPEMAP_STATE_STARTING);
    uint64_t end = head + owed + 70000;
    script_record_to(resumed, end, 480);
    assert_int_equal(script_head(resumed), end);
    assert_int_equal(load_acquire_u64(&script_control(resumed)->state), TAPEMAP_STATE_RECORDING);
    assert_int_equal(gap_frames(resumed) - gap_before, owed);
    check_progress(resumed);
    script_verify_silence(resumed, head, head + owed);
    script_verify_ramp(resumed, head + owed, end);
    script_verify_peaks(resumed);
}

static void goes_on_after_a_kill_at_any_tick(void **state)
{
    (void)state;
    srand(4);
    for (unsigned round = 0; round < 40; round++) {
        struct scripted_tape died;
        struct scripted_tape resumed;
        open_file(&died);
        script_record_to(&died, 1 + (uint64_t)(rand() % 150000), 1 + (size_t)(rand() % 2000));
        for (int i = rand() % 4; i > 0; i--) /* published, and no tick since */
            script_append_ramp(&died, (size_t)(rand() % 900));
        uint64_t head = script_head(&died);
        uint64_t records = script_records(&died);
        script_advance_ms(&died, (uint32_t)(rand() % 3000));
        script_resume(&resumed, &died);
        assert_int_equal(load_acquire_u64(&script_control(&resumed)->resume_count), 1);
        record_on_and_verify(&resumed, head);
        script_verify_ramp(&resumed, 0, head);
        verify_journal(&resumed, &died, records);
        script_close(&resumed);
        script_close(&died);
    }
}

/* ---- Inside a tick: at one of the calls of a store ---- */

static struct scripted_tape victim;
static struct scripted_tape heir;
static const struct store_ops *victim_ops;
static unsigned calls_to_live;
static uint64_t head_at_death;

static void live_or_die(void)
{
    if (calls_to_live == 0 || --calls_to_live > 0)
        return;
    head_at_death = script_head(&victim);
    script_resume(&heir, &victim);
}

static enum tapemap_status dying_map(struct store *store, uint64_t offset, size_t bytes,
                                     void **view)
{
    live_or_die();
    return victim_ops->map(store, offset, bytes, view);
}

static enum tapemap_status dying_commit(struct store *store, uint64_t offset, void *address,
                                        size_t bytes)
{
    enum tapemap_status status = victim_ops->commit(store, offset, address, bytes);
    live_or_die();
    return status;
}

static enum tapemap_status dying_grow(struct store *store, uint64_t bytes)
{
    live_or_die();
    enum tapemap_status status = victim_ops->grow(store, bytes);
    live_or_die();
    return status;
}

static void goes_on_after_a_kill_before_and_after_each_growth(void **state)
{
    (void)state;
    for (unsigned calls = 1; calls <= 24; calls++) {
        open_file(&victim);
        struct store_ops ops = *victim.audio->ops;
        victim_ops = victim.audio->ops;
        ops.map = dying_map;
        ops.commit = dying_commit;
        ops.grow = dying_grow;
        victim.audio->ops = &ops;
        calls_to_live = calls;
        script_record_to(&victim, 300000, 1777);
        assert_int_equal(calls_to_live, 0);
        record_on_and_verify(&heir, head_at_death);
        script_verify_ramp(&heir, 0, head_at_death);
        script_close(&heir);
        script_close(&victim);
    }
}

static void a_tape_is_resumed_again_and_again(void **state)
{
    (void)state;
    struct scripted_tape tapes[6];
    open_file(&tapes[0]);
    script_record_to(&tapes[0], 20000, 480);
    for (unsigned i = 1; i < 6; i++) {
        uint64_t head = script_head(&tapes[i - 1]);
        uint64_t generation = load_acquire_u64(&script_control(&tapes[i - 1])->generation);
        script_advance_ms(&tapes[i - 1], 1000);
        script_resume(&tapes[i], &tapes[i - 1]);
        assert_true(load_acquire_u64(&script_control(&tapes[i])->generation) > generation);
        record_on_and_verify(&tapes[i], head);
        assert_int_equal(load_acquire_u64(&script_control(&tapes[i])->resume_count), i);
    }
    for (unsigned i = 0; i < 6; i++)
        script_close(&tapes[i]);
}

/* ---- The gap ---- */

static void the_gap_is_the_time_that_passed_since_the_head(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct scripted_tape resumed;
    open_file(&died);
    script_record_to(&died, 504480, 480); /* half a second past an anchor */
    script_advance_ms(&died, 7250);
    script_resume(&resumed, &died);
    /* The newest frames came 10 ms before the clock stood where it stood. */
    record_on_and_verify(&resumed, 504480);
    struct tapemap_record gap = script_last_record(&resumed, TAPEMAP_RECORD_GAP);
    assert_int_equal(script_count_records(&resumed, TAPEMAP_RECORD_GAP), 1);
    assert_int_equal(load_acquire_u64(&script_control(&resumed)->gap_count), 1);
    assert_int_equal(gap.position, 504480);
    assert_in_range(gap_frames(&resumed), 7250 * 48, 7270 * 48);
    assert_in_range(gap.position + gap.frames, 504480 + 7250 * 48, 504480 + 7270 * 48);
    script_close(&resumed);
    script_close(&died);
}

static void without_an_anchor_the_gap_counts_from_the_beginning(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct scripted_tape resumed;
    open_file(&died);
    script_append_ramp(&died, 480); /* and no tick */
    script_advance_ms(&died, 2000);
    script_resume(&resumed, &died);
    record_on_and_verify(&resumed, 480);
    assert_in_range(gap_frames(&resumed), 95520 - 1, 95520);
    script_close(&resumed);
    script_close(&died);
}

static void a_device_that_starts_late_makes_the_gap_longer(void **state)
{
    (void)state;
    static const int16_t frames[2 * 480] = {0};
    struct scripted_tape died;
    struct scripted_tape resumed;
    open_file(&died);
    script_record_to(&died, 48000, 480);
    script_advance_ms(&died, 1000);
    died.config.is_clocked = true;
    script_resume(&resumed, &died);
    uint64_t owed = tape_appender(deck_tape(resumed.deck))->silence_owed;
    script_advance_ms(&resumed, 1500); /* until the first packet is whole */
    deck_sink_frames(resumed.deck, frames, 480, resumed.now.clock);
    for (int i = 0; i < 20; i++) {
        deck_tick(resumed.deck, resumed.now);
        script_advance_ms(&resumed, 10);
        deck_sink_frames(resumed.deck, frames, 480, resumed.now.clock);
    }
    deck_tick(resumed.deck, resumed.now);
    assert_int_equal(script_head(&resumed), 48000 + owed + 1700 * 48);
    script_close(&resumed);
    script_close(&died);
}

static void a_clock_that_began_anew_and_a_utc_that_went_back_do_no_harm(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct scripted_tape resumed;
    open_file(&died);
    died.now.clock = 1ull << 50;
    script_record_to(&died, 1000000, 480);
    died.now.clock = SCRIPT_CLOCK_HZ; /* a second after the boot */
    died.now.utc_ns -= 3600ull * NS_PER_SECOND;
    died.config.is_clocked = true;
    script_resume(&resumed, &died);
    const struct tapemap_control *control = script_control(&resumed);
    assert_true(load_relaxed_u64(&control->head_clock) <= resumed.now.clock);
    script_record_to(&resumed, 2000000, 480);
    assert_int_equal(gap_frames(&resumed), 0);
    assert_in_range(script_count_records(&resumed, TAPEMAP_RECORD_ANCHOR), 40, 44);
    script_verify_ramp(&resumed, 0, 2000000);
    script_close(&resumed);
    script_close(&died);
}

static void a_clock_that_began_anew_leaves_the_gap_to_utc(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct scripted_tape resumed;
    open_file(&died);
    died.now.clock = 1ull << 50;
    script_record_to(&died, 100000, 480);
    died.now.clock = SCRIPT_CLOCK_HZ; /* a second after the boot */
    died.now.utc_ns += 90ull * NS_PER_SECOND;
    script_resume(&resumed, &died);
    record_on_and_verify(&resumed, 100000);
    assert_in_range(gap_frames(&resumed), 90 * 48000, 90 * 48000 + 960);
    script_verify_ramp(&resumed, 0, 100000);
    script_close(&resumed);
    script_close(&died);
}

static void what_was_written_but_not_published_is_gone(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct scripted_tape resumed;
    open_file(&died);
    script_record_to(&died, 30000, 480);
    struct tape_appender *appender = tape_appender(deck_tape(died.deck));
    const struct tape_span *span = &appender->spans[appender->span];
    memset(span->base + (30000 - span->first) * 4, 0xAA, 2000 * 4);
    script_advance_ms(&died, 500);
    script_resume(&resumed, &died);
    record_on_and_verify(&resumed, 30000); /* first of all silence */
    script_close(&resumed);
    script_close(&died);
}

static void silence_that_was_published_and_not_journalled_is_journalled(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct scripted_tape resumed;
    open_file(&died);
    script_record_to(&died, 30000, 480);
    tape_append_lost(tape_appender(deck_tape(died.deck)), 700);
    assert_int_equal(script_append_ramp(&died, 480), 480);
    script_resume(&resumed, &died); /* killed before the next tick */
    struct tapemap_record gap = script_last_record(&resumed, TAPEMAP_RECORD_GAP);
    assert_int_equal(gap.position, 30000);
    assert_int_equal(gap.frames, 700);
    assert_int_equal(load_relaxed_u64(&script_control(&resumed)->gap_frames), 700);
    unsigned gaps = script_count_records(&resumed, TAPEMAP_RECORD_GAP);
    script_close(&resumed);
    deck_tick(died.deck, died.now); /* it lived on, and has journalled it */
    script_resume(&resumed, &died);
    assert_int_equal(script_count_records(&resumed, TAPEMAP_RECORD_GAP), gaps);
    script_close(&resumed);
    script_close(&died);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_on_after_a_kill_at_any_tick),
        cmocka_unit_test(goes_on_after_a_kill_before_and_after_each_growth),
        cmocka_unit_test(a_tape_is_resumed_again_and_again),
        cmocka_unit_test(the_gap_is_the_time_that_passed_since_the_head),
        cmocka_unit_test(without_an_anchor_the_gap_counts_from_the_beginning),
        cmocka_unit_test(a_device_that_starts_late_makes_the_gap_longer),
        cmocka_unit_test(a_clock_that_began_anew_and_a_utc_that_went_back_do_no_harm),
        cmocka_unit_test(a_clock_that_began_anew_leaves_the_gap_to_utc),
        cmocka_unit_test(what_was_written_but_not_published_is_gone),
        cmocka_unit_test(silence_that_was_published_and_not_journalled_is_journalled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
