/* SPDX-License-Identifier: MIT */
/* Going on with a tape in memory, linear or a ring, that somebody held while its recorder died. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "guard_store.h"
#include "layout_check.h"
#include "pcm_peaks.h"
#include "scripted_tape.h"

#define FRONT_BYTES (2 * (size_t)TAPEMAP_GRANULE_BYTES)
#define KEPT 60000u /* a second and a quarter, in three windows */
#define LINEAR (1u << 20)
#define HOUR_NS 3600000000000u

static void open_memory(struct scripted_tape *script, uint64_t capacity, bool is_ring)
{
    script_prepare(script, capacity, is_ring);
    script->config.tape.gap_by_clock = true;
    script_open(script);
}

static uint64_t gap_frames(struct scripted_tape *script)
{
    return load_acquire_u64(&script_control(script)->gap_frames);
}

static uint64_t oldest_frame(struct scripted_tape *script)
{
    return load_acquire_u64(&script_control(script)->oldest_frame);
}

/* Every cell that a reader may use (L110) is that of its frames. */
static void verify_level(struct scripted_tape *script, const struct tapemap_index *index,
                         const unsigned char *audio, uint32_t level)
{
    const struct tapemap_control *control = script_control(script);
    const struct tapemap_region *region = &index->levels[level];
    uint64_t size = (uint64_t)TAPEMAP_LEVEL0_FRAMES << (4 * level);
    uint64_t end = load_acquire_u64(&index->peaks_frames) / size;
    const unsigned char *cells = (const unsigned char *)index + region->offset;
    for (uint64_t i = (oldest_frame(script) + size - 1) / size; i < end; i++) {
        struct tapemap_peak expected[2];
        struct tapemap_peak found[2];
        pcm_peaks_clear(expected, 2);
        for (uint64_t position = i * size; position < (i + 1) * size; position++) {
            struct tapemap_peak one[2];
            pcm_peaks(TAPEMAP_S16, audio + position % control->capacity_frames * 4, 1, 2, one);
            pcm_peaks_merge(expected, one, 2);
        }
        memcpy(found, cells + i % region->capacity * sizeof found, sizeof found);
        for (uint32_t channel = 0; channel < 2; channel++) {
            assert_true(found[channel].min == expected[channel].min);
            assert_true(found[channel].max == expected[channel].max);
        }
    }
}

static void verify_peaks(struct scripted_tape *script)
{
    const void *index;
    const void *audio;
    size_t index_bytes = (size_t)script->index->bytes;
    size_t audio_bytes = (size_t)script->audio->bytes;
    assert_int_equal(guard_store_map_reader(script->index, 0, index_bytes, &index), TAPEMAP_OK);
    assert_int_equal(guard_store_map_reader(script->audio, 0, audio_bytes, &audio), TAPEMAP_OK);
    uint64_t head = script_head(script);
    assert_int_equal(load_acquire_u64(&((const struct tapemap_index *)index)->peaks_frames),
                     head - head % TAPEMAP_LEVEL0_FRAMES);
    for (uint32_t level = 0; level < TAPEMAP_LEVELS; level++)
        verify_level(script, index, (const unsigned char *)audio + TAPEMAP_DATA_OFFSET, level);
    guard_store_unmap_reader(script->audio, audio, audio_bytes);
    guard_store_unmap_reader(script->index, index, index_bytes);
}

static uint64_t later(uint64_t one, uint64_t other)
{
    return one > other ? one : other;
}

static void check_progress(struct scripted_tape *script)
{
    struct layout_tape facts;
    assert_int_equal(layout_check_control(script_control(script), FRONT_BYTES, &facts),
                     TAPEMAP_OK);
}

/* A tape that was just resumed, where [0, head) was the ramp and a gap of `lost` follows: records
   on by `frames` and looks at all that can be read. */
static void record_on_and_verify(struct scripted_tape *resumed, uint64_t head, uint64_t lost,
                                 uint64_t frames)
{
    uint64_t oldest = oldest_frame(resumed);
    check_progress(resumed);
    for (uint64_t i = 0; i < script_records(resumed); i++)
        script_record(resumed, i);
    script_verify_ramp(resumed, oldest < head ? oldest : head, head);
    deck_tick(resumed->deck, resumed->now);
    check_progress(resumed);
    uint64_t end = head + lost + frames;
    script_record_to(resumed, end, 480);
    deck_tick(resumed->deck, resumed->now);
    assert_int_equal(script_head(resumed), end);
    assert_true(oldest_frame(resumed) >= oldest);
    oldest = oldest_frame(resumed);
    assert_true(!resumed->config.tape.is_ring || end - oldest >= (end < KEPT ? end : KEPT));
    if (oldest < head)
        script_verify_ramp(resumed, oldest, head);
    if (oldest < head + lost)
        script_verify_silence(resumed, later(oldest, head), head + lost);
    script_verify_ramp(resumed, later(oldest, head + lost), end);
    verify_peaks(resumed);
    check_progress(resumed);
}

static uint64_t lost_since(const struct scripted_tape *died)
{
    uint64_t clock = load_relaxed_u64(&script_control(died)->head_clock);
    return (died->now.clock - clock) * SCRIPT_RATE_HZ / SCRIPT_CLOCK_HZ;
}

static void goes_on_after_a_kill_at_any_tick_of_a_lap(void **state)
{
    (void)state;
    srand(5);
    for (unsigned round = 0; round < 60; round++) {
        struct scripted_tape died;
        struct scripted_tape resumed;
        bool is_ring = round % 3 != 0;
        open_memory(&died, is_ring ? KEPT : LINEAR, is_ring);
        script_record_to(&died, 1 + (uint64_t)rand() % (3 * KEPT), 1 + (size_t)(rand() % 2000));
        for (int i = rand() % 4; i > 0; i--) /* published, and no tick since */
            script_append_ramp(&died, (size_t)(rand() % 900));
        uint64_t head = script_head(&died);
        uint64_t gaps = gap_frames(&died);
        script_advance_ms(&died, (uint32_t)(rand() % 1200));
        uint64_t lost = lost_since(&died);
        script_resume(&resumed, &died);
        assert_int_equal(load_acquire_u64(&script_control(&resumed)->resume_count), 1);
        assert_int_equal(script_head(&resumed), head);
        record_on_and_verify(&resumed, head, lost, 70000);
        assert_int_equal(gap_frames(&resumed) - gaps, lost);
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
static uint64_t lost_at_death;

static void live_or_die(void)
{
    if (calls_to_live == 0 || --calls_to_live > 0)
        return;
    head_at_death = script_head(&victim);
    lost_at_death = lost_since(&victim);
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

static void goes_on_after_a_kill_before_and_after_each_step(void **state)
{
    (void)state;
    for (unsigned calls = 1; calls <= 24; calls++) {
        bool is_ring = calls % 2;
        open_memory(&victim, is_ring ? KEPT : LINEAR, is_ring);
        struct store_ops ops = *victim.audio->ops;
        victim_ops = victim.audio->ops;
        ops.map = dying_map;
        ops.commit = dying_commit;
        victim.audio->ops = &ops;
        calls_to_live = (calls + 1) / 2;
        script_record_to(&victim, 6 * KEPT, 1777);
        assert_int_equal(calls_to_live, 0);
        record_on_and_verify(&heir, head_at_death, lost_at_death, 70000);
        script_close(&heir);
        script_close(&victim);
    }
}

/* ---- Long gaps ---- */

static void verify_after_long_gap(struct scripted_tape *resumed, uint64_t head, uint64_t lost)
{
    assert_int_equal(script_head(resumed), head + lost);
    assert_int_equal(tape_silence_due(deck_tape(resumed->deck)), 0);
    assert_int_equal(gap_frames(resumed), lost);
    struct tapemap_record gap = script_last_record(resumed, TAPEMAP_RECORD_GAP);
    assert_int_equal(gap.position, head);
    assert_int_equal(gap.frames, lost);
    script_verify_silence(resumed, oldest_frame(resumed), head + lost);
    verify_peaks(resumed);
    record_on_and_verify(resumed, head, lost, 200000);
}

static void a_gap_longer_than_the_ring_leaves_silence_of_the_true_length(void **state)
{
    (void)state;
    static const uint64_t heads[] = {100, 50000, 64800, 100000, 700001};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct scripted_tape died;
        struct scripted_tape resumed;
        open_memory(&died, KEPT, true);
        script_record_to(&died, heads[i], 480);
        script_advance_ms(&died, 3600 * 1000 + 7);
        uint64_t lost = lost_since(&died);
        assert_in_range(lost, 3600u * 48000, 3601u * 48000);
        script_resume(&resumed, &died);
        verify_after_long_gap(&resumed, heads[i], lost);
        script_close(&resumed);
        script_close(&died);
    }
}

static struct scripted_tape passing;
static const struct store_ops *passing_ops;

/* The recorder that passes over the gap dies too, and the next one comes a second later. */
static void pass_or_die(void)
{
    if (calls_to_live == 0 || --calls_to_live > 0)
        return;
    script_advance_ms(&passing, 1000);
    script_resume(&heir, &passing);
}

static enum tapemap_status passing_map(struct store *store, uint64_t offset, size_t bytes,
                                       void **view)
{
    pass_or_die();
    return passing_ops->map(store, offset, bytes, view);
}

static enum tapemap_status passing_commit(struct store *store, uint64_t offset, void *address,
                                          size_t bytes)
{
    enum tapemap_status status = passing_ops->commit(store, offset, address, bytes);
    pass_or_die();
    return status;
}

static void a_recorder_that_dies_passing_over_a_long_gap_leaves_it_to_the_next(void **state)
{
    (void)state;
    for (unsigned calls = 1; calls <= 5; calls++) {
        struct scripted_tape died;
        struct failure failure;
        open_memory(&died, KEPT, true);
        script_record_to(&died, 30000, 480);
        script_advance_ms(&died, 60000);
        passing = died;
        passing.audio = guard_store_copy(died.audio);
        passing.index = guard_store_copy(died.index);
        passing_ops = passing.audio->ops;
        struct store_ops ops = *passing_ops;
        ops.map = passing_map;
        ops.commit = passing_commit;
        passing.audio->ops = &ops;
        calls_to_live = calls;
        assert_int_equal(deck_resume(&passing.config, passing.audio, passing.index, died.now,
                                     &passing.deck, &failure),
                         TAPEMAP_OK);
        assert_int_equal(calls_to_live, 0);
        uint64_t lost = lost_since(&died) + SCRIPT_RATE_HZ;
        uint64_t end = 30000 + lost;
        uint64_t owed = tape_silence_due(deck_tape(heir.deck));
        assert_in_range(script_head(&heir) + owed, end - 1, end);
        record_on_and_verify(&heir, 30000, script_head(&heir) + owed - 30000, 70000);
        assert_in_range(gap_frames(&heir), lost - 1, lost);
        script_close(&heir);
        script_close(&passing);
        script_close(&died);
    }
}

/* ---- Clocks ---- */

static void utc_that_was_set_by_an_hour_makes_no_gap(void **state)
{
    (void)state;
    for (int kind = 0; kind < 6; kind++) {
        struct scripted_tape died;
        struct scripted_tape resumed;
        script_prepare(&died, kind / 2 == 0 ? KEPT : LINEAR, kind / 2 == 0);
        died.config.tape.is_file = kind / 2 == 1;
        died.config.tape.gap_by_clock = true;
        script_open(&died);
        script_record_to(&died, 50000, 480);
        script_advance_ms(&died, 490);
        died.now.utc_ns += kind % 2 ? HOUR_NS : (uint64_t)0 - HOUR_NS;
        script_resume(&resumed, &died);
        assert_int_equal(tape_silence_due(deck_tape(resumed.deck)), 24000); /* and its last 10 ms */
        script_record_to(&resumed, 100000, 480);
        assert_int_equal(gap_frames(&resumed), 24000);
        script_close(&resumed);
        script_close(&died);
    }
}

static void recorders_that_die_before_the_gap_is_filled_do_not_shorten_it(void **state)
{
    (void)state;
    struct scripted_tape tapes[4];
    open_memory(&tapes[0], KEPT, true);
    script_record_to(&tapes[0], 40000, 480);
    for (unsigned i = 1; i < 4; i++) {
        script_advance_ms(&tapes[i - 1], 300);
        script_resume(&tapes[i], &tapes[i - 1]);
        deck_tick(tapes[i].deck, tapes[i].now);
    }
    record_on_and_verify(&tapes[3], 40000, (3 * 300 + 10) * 48, 70000);
    for (unsigned i = 0; i < 4; i++)
        script_close(&tapes[i]);
}

static void a_tape_without_a_frame_begins_when_its_first_one_comes(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct scripted_tape resumed;
    open_memory(&died, KEPT, true);
    deck_tick(died.deck, died.now);
    script_advance_ms(&died, 5000);
    script_resume(&resumed, &died);
    record_on_and_verify(&resumed, 0, 0, 70000);
    script_close(&resumed);
    script_close(&died);
}

/* ---- What is not as it was ---- */

static void silence_that_was_published_and_not_journalled_is_journalled(void **state)
{
    (void)state;
    for (int is_long = 0; is_long <= 1; is_long++) {
        struct scripted_tape died;
        struct scripted_tape resumed;
        open_memory(&died, KEPT, true);
        script_record_to(&died, 100000, 480);
        tape_append_lost(tape_appender(deck_tape(died.deck)), 700);
        assert_int_equal(script_append_ramp(&died, 480), 480);
        if (is_long)
            script_advance_ms(&died, 2000);
        uint64_t lost = lost_since(&died);
        script_resume(&resumed, &died);
        assert_int_equal(gap_frames(&resumed), is_long ? 700 + lost : 700);
        assert_int_equal(script_count_records(&resumed, TAPEMAP_RECORD_GAP), is_long ? 2 : 1);
        script_close(&resumed);
        script_close(&died);
    }
}

static void what_was_written_but_not_published_is_no_sound_in_the_gap(void **state)
{
    (void)state;
    for (int is_ring = 0; is_ring <= 1; is_ring++) {
        struct scripted_tape died;
        struct scripted_tape resumed;
        open_memory(&died, is_ring ? KEPT : LINEAR, is_ring);
        script_record_to(&died, 30000, 480);
        struct tape_appender *appender = tape_appender(deck_tape(died.deck));
        const struct tape_span *span = &appender->spans[appender->span];
        memset(span->base + (30000 - span->first) * 4, 0xAA, 2000 * 4);
        script_advance_ms(&died, 500);
        script_resume(&resumed, &died);
        record_on_and_verify(&resumed, 30000, 510 * 48, 40000);
        script_close(&resumed);
        script_close(&died);
    }
}

static void what_was_retired_stays_so(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct scripted_tape resumed;
    open_memory(&died, KEPT, true);
    script_record_to(&died, 200000, 480);
    tape_insert_silence(deck_tape(died.deck), 20000, 200000);
    deck_tick(died.deck, died.now); /* has granted it */
    uint64_t oldest = oldest_frame(&died);
    assert_int_equal(oldest, 200000 - KEPT + 20000);
    script_resume(&resumed, &died);
    assert_int_equal(oldest_frame(&resumed), oldest);
    script_close(&resumed);
    script_close(&died);
}

static void a_ring_shorter_than_a_cell_of_peaks_goes_on(void **state)
{
    (void)state;
    for (uint64_t head = 1; head < 20000; head = head * 3 + 17) {
        struct scripted_tape died;
        struct scripted_tape resumed;
        script_prepare(&died, 100, true);
        died.config.tape.ahead_frames = 90;
        died.config.tape.gap_by_clock = true;
        script_open(&died);
        script_record_to(&died, head, 77);
        script_append_ramp(&died, 60);
        uint64_t at = script_head(&died);
        script_resume(&resumed, &died);
        script_record_to(&resumed, at + 5000, 77);
        assert_int_equal(script_head(&resumed), at + 5000);
        script_verify_ramp(&resumed, at + 4900, at + 5000);
        verify_peaks(&resumed);
        script_close(&resumed);
        script_close(&died);
    }
}

static void the_commit_limit_counts_what_is_committed_already(void **state)
{
    (void)state;
    struct scripted_tape died;
    struct scripted_tape resumed;
    script_prepare(&died, 1u << 22, false);
    died.config.tape.commit_limit_bytes = 4u << 20;
    script_open(&died);
    script_record_to(&died, 200000, 480);
    script_resume(&resumed, &died);
    script_record_to(&died, 1u << 22, 480);
    script_record_to(&resumed, 1u << 22, 480);
    assert_int_equal(script_head(&resumed), script_head(&died));
    assert_true(guard_store_committed_bytes(resumed.audio) +
                    guard_store_committed_bytes(resumed.index) <= 4u << 20);
    script_close(&resumed);
    script_close(&died);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_on_after_a_kill_at_any_tick_of_a_lap),
        cmocka_unit_test(goes_on_after_a_kill_before_and_after_each_step),
        cmocka_unit_test(a_gap_longer_than_the_ring_leaves_silence_of_the_true_length),
        cmocka_unit_test(a_recorder_that_dies_passing_over_a_long_gap_leaves_it_to_the_next),
        cmocka_unit_test(utc_that_was_set_by_an_hour_makes_no_gap),
        cmocka_unit_test(recorders_that_die_before_the_gap_is_filled_do_not_shorten_it),
        cmocka_unit_test(a_tape_without_a_frame_begins_when_its_first_one_comes),
        cmocka_unit_test(silence_that_was_published_and_not_journalled_is_journalled),
        cmocka_unit_test(what_was_written_but_not_published_is_no_sound_in_the_gap),
        cmocka_unit_test(what_was_retired_stays_so),
        cmocka_unit_test(a_ring_shorter_than_a_cell_of_peaks_goes_on),
        cmocka_unit_test(the_commit_limit_counts_what_is_committed_already),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
