/* SPDX-License-Identifier: MIT */
/* What tape_flush has written, and in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "guard_store.h"
#include "scripted_tape.h"

#define MOST_CALLS 64u

struct flush_call {
    const struct store *store;
    uint64_t offset;
    uint64_t end;
    uint64_t durable; /* what the control block said at that moment */
};

static struct flush_call calls[MOST_CALLS];
static unsigned call_count;
static unsigned failing_call; /* 1: the first of the next flush; 0: none */
static struct scripted_tape script;
static struct store_ops audio_ops;
static struct store_ops index_ops;

static enum tapemap_status recording_flush(struct store *store, uint64_t offset, uint64_t end)
{
    const struct tapemap_control *control = script_control(&script);
    assert_true(call_count < MOST_CALLS);
    assert_true(offset < end && end <= store->bytes);
    if (store == script.audio)
        assert_true(end <= load_acquire_u64(&control->committed_bytes));
    calls[call_count++] = (struct flush_call){store, offset, end,
                                              load_acquire_u64(&control->durable_frames)};
    return call_count == failing_call ? TAPEMAP_E_SYSTEM : TAPEMAP_OK;
}

static void open_flushed(void)
{
    script_prepare(&script, 1u << 30, false);
    script.config.tape.is_file = true;
    script_open(&script);
    audio_ops = *script.audio->ops;
    index_ops = *script.index->ops;
    audio_ops.flush = recording_flush;
    index_ops.flush = recording_flush;
    script.audio->ops = &audio_ops;
    script.index->ops = &index_ops;
}

static enum tapemap_status flush(void)
{
    call_count = 0;
    return tape_flush(deck_tape(script.deck));
}

static uint64_t durable_frames(void)
{
    return load_acquire_u64(&script_control(&script)->durable_frames);
}

/* The published bytes of the index that lie in [from, to) are all in one of the calls. */
static bool was_flushed(const struct store *store, uint64_t from, uint64_t to)
{
    for (unsigned i = 0; i < call_count; i++)
        if (calls[i].store == store && calls[i].offset <= from && calls[i].end >= to)
            return true;
    return false;
}

static void flushes_audio_then_index_then_both_headers(void **state)
{
    (void)state;
    open_flushed();
    script_record_to(&script, 100000, 480);
    assert_int_equal(flush(), TAPEMAP_OK);
    assert_true(call_count >= 6); /* audio, journal, two levels, two headers */
    assert_ptr_equal(calls[0].store, script.audio);
    assert_int_equal(calls[0].offset, TAPEMAP_DATA_OFFSET);
    assert_int_equal(calls[0].end, TAPEMAP_DATA_OFFSET + 100000 * 4);
    for (unsigned i = 1; i + 2 < call_count; i++) {
        assert_ptr_equal(calls[i].store, script.index);
        assert_true(calls[i].offset >= TAPEMAP_GRANULE_BYTES);
    }
    for (unsigned i = 0; i < call_count; i++)
        assert_int_equal(calls[i].durable, 0);
    assert_ptr_equal(calls[call_count - 2].store, script.audio);
    assert_int_equal(calls[call_count - 2].offset, 0);
    assert_ptr_equal(calls[call_count - 1].store, script.index);
    assert_int_equal(calls[call_count - 1].offset, 0);
    assert_int_equal(durable_frames(), 100000);
    script_close(&script);
}

static void flushes_every_record_and_cell_that_is_published_since(void **state)
{
    (void)state;
    open_flushed();
    uint64_t records = 0;
    uint64_t frames = 0;
    for (uint64_t head = 70000; head < 1500000; head += 70000) {
        script_record_to(&script, head, 4800);
        assert_int_equal(flush(), TAPEMAP_OK);
        const void *view;
        size_t bytes = 2 * (size_t)TAPEMAP_GRANULE_BYTES;
        guard_store_map_reader(script.index, 0, bytes, &view);
        const struct tapemap_index *index = view;
        uint64_t records_now = load_acquire_u64(&index->journal_head);
        uint64_t frames_now = load_acquire_u64(&index->peaks_frames);
        if (records_now > records)
            assert_true(was_flushed(script.index, index->journal.offset + records * 128,
                                    index->journal.offset + records_now * 128));
        for (uint32_t i = 0; i < TAPEMAP_LEVELS; i++) {
            uint64_t cell_frames = 256ull << (4 * i);
            if (frames_now / cell_frames > frames / cell_frames)
                assert_true(was_flushed(
                    script.index, index->levels[i].offset + frames / cell_frames * 24,
                    index->levels[i].offset + frames_now / cell_frames * 24));
        }
        guard_store_unmap_reader(script.index, view, bytes);
        records = records_now;
        frames = frames_now;
    }
    script_close(&script);
}

static void goes_on_where_the_flush_before_ended(void **state)
{
    (void)state;
    open_flushed();
    script_record_to(&script, 100000, 480);
    assert_int_equal(flush(), TAPEMAP_OK);
    script_record_to(&script, 150000, 480);
    assert_int_equal(flush(), TAPEMAP_OK);
    assert_int_equal(calls[0].offset, TAPEMAP_DATA_OFFSET + 100000 * 4);
    assert_int_equal(calls[0].end, TAPEMAP_DATA_OFFSET + 150000 * 4);
    assert_int_equal(durable_frames(), 150000);
    script_close(&script);
}

static void a_tape_that_stands_still_leaves_the_disk_alone(void **state)
{
    (void)state;
    open_flushed();
    script_record_to(&script, 1000, 480);
    assert_int_equal(flush(), TAPEMAP_OK);
    deck_tick(script.deck, script.now);
    assert_int_equal(flush(), TAPEMAP_OK);
    assert_int_equal(call_count, 0);
    script_close(&script);
}

static void a_flush_that_fails_anywhere_promises_nothing(void **state)
{
    (void)state;
    open_flushed();
    script_record_to(&script, 100000, 480);
    for (failing_call = 1; failing_call <= 6; failing_call++) {
        assert_int_equal(flush(), TAPEMAP_E_SYSTEM);
        assert_int_equal(durable_frames(), 0);
    }
    failing_call = 0;
    assert_int_equal(flush(), TAPEMAP_OK);
    assert_int_equal(calls[0].offset, TAPEMAP_DATA_OFFSET);
    assert_int_equal(durable_frames(), 100000);
    script_close(&script);
}

static void a_tape_in_memory_is_left_alone(void **state)
{
    (void)state;
    for (int is_ring = 0; is_ring <= 1; is_ring++) {
        script_prepare(&script, 100000, is_ring);
        script_open(&script);
        script_record_to(&script, 70000, 480);
        assert_int_equal(tape_flush(deck_tape(script.deck)), TAPEMAP_OK);
        deck_end(script.deck, script.now);
        assert_int_equal(durable_frames(), 0);
        script_close(&script);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flushes_audio_then_index_then_both_headers),
        cmocka_unit_test(flushes_every_record_and_cell_that_is_published_since),
        cmocka_unit_test(goes_on_where_the_flush_before_ended),
        cmocka_unit_test(a_tape_that_stands_still_leaves_the_disk_alone),
        cmocka_unit_test(a_flush_that_fails_anywhere_promises_nothing),
        cmocka_unit_test(a_tape_in_memory_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
