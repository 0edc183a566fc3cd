/* SPDX-License-Identifier: MIT */
#include "scripted_tape.h"

#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "guard_store.h"
#include "pcm.h"
#include "pcm_peaks.h"
#include "tapemap/ramp.h"

#define FRONT_BYTES (2 * (size_t)TAPEMAP_GRANULE_BYTES)

void script_prepare(struct scripted_tape *script, uint64_t capacity_frames, bool is_ring)
{
    memset(script, 0, sizeof *script);
    struct tape_config *tape = &script->config.tape;
    strcpy(tape->deck_name, "script");
    strcpy(tape->source, "tone:ramp");
    tape->tape_id = 0x1234;
    tape->format = (struct audio_format){TAPEMAP_S16, 2, SCRIPT_RATE_HZ};
    tape->capacity_frames = capacity_frames;
    tape->is_ring = is_ring;
    tape->ahead_frames = 4800;
    tape->window_bytes = FRONT_BYTES;
    tape->clock_hz = SCRIPT_CLOCK_HZ;
    tape->writer_pid = 1;
    script->now = (struct instant){SCRIPT_CLOCK_HZ, SCRIPT_START_UTC_NS};
}

void script_prepare_device(struct scripted_tape *script, uint64_t capacity_frames)
{
    script_prepare(script, capacity_frames, false);
    script->config.is_clocked = true;
    script->config.keeps_time = true;
    script->config.tape.window_bytes = 16u << 20;
}

void script_open(struct scripted_tape *script)
{
    uint64_t audio_bytes;
    uint64_t index_bytes;
    struct failure failure;
    bool is_file = script->config.tape.is_file;
    tape_measure(&script->config.tape, &audio_bytes, &index_bytes);
    script->audio = is_file ? guard_store_create_file(audio_bytes, true)
                            : guard_store_create(audio_bytes);
    script->index = is_file ? guard_store_create_file(index_bytes, false)
                            : guard_store_create(index_bytes);
    if (script->is_written)
        guard_store_take_writes(script->audio);
    assert_int_equal(deck_create(&script->config, script->audio, script->index, script->now,
                                 &script->deck, &failure),
                     TAPEMAP_OK);
}

void script_resume(struct scripted_tape *script, const struct scripted_tape *died)
{
    struct failure failure;
    *script = *died;
    script->audio = guard_store_copy(died->audio);
    script->index = guard_store_copy(died->index);
    if (script->is_written)
        guard_store_take_writes(script->audio);
    memset(&script->config.tape.format, 0, sizeof script->config.tape.format);
    if (deck_resume(&script->config, script->audio, script->index, script->now, &script->deck,
                    &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
}

void script_close(struct scripted_tape *script)
{
    deck_destroy(script->deck);
    store_destroy(script->audio);
    store_destroy(script->index);
}

void script_advance_ms(struct scripted_tape *script, uint32_t ms)
{
    script->now.clock += (uint64_t)ms * (SCRIPT_CLOCK_HZ / 1000);
    script->now.utc_ns += (uint64_t)ms * 1000000;
}

void script_make_ramp(const struct scripted_tape *script, uint64_t from, size_t count,
                      void *frames)
{
    const struct audio_format *format = &script->config.tape.format;
    int32_t *samples = malloc(count * format->channels * sizeof *samples);
    assert_non_null(samples);
    for (size_t i = 0; i < count; i++)
        for (uint32_t channel = 0; channel < format->channels; channel++)
            samples[i * format->channels + channel] =
                tapemap_ramp_sample(channel, from + i) * 256;
    pcm_from_s32(format->sample_format, samples, count * format->channels, frames);
    free(samples);
}

size_t script_append_ramp(struct scripted_tape *script, size_t count)
{
    size_t frame_bytes = script_control(script)->frame_bytes;
    void *frames = malloc(count * frame_bytes);
    assert_non_null(frames);
    struct tape_appender *appender = tape_appender(deck_tape(script->deck));
    uint64_t owed =
        appender->silence_owed + load_relaxed_u64(&appender->silence_due);
    script_make_ramp(script, script_head(script) + owed, count, frames);
    size_t taken = deck_append(script->deck, frames, count, script->now.clock);
    free(frames);
    return taken;
}

void script_record_to(struct scripted_tape *script, uint64_t head, size_t count)
{
    bool goes_on = true;
    while (goes_on && script_head(script) < head) {
        uint64_t missing = head - script_head(script);
        script_append_ramp(script, missing < count ? (size_t)missing : count);
        script_advance_ms(script, 10);
        goes_on = deck_tick(script->deck, script->now);
    }
}

const struct tapemap_control *script_control(const struct scripted_tape *script)
{
    return tape_control(deck_tape(script->deck));
}

uint64_t script_head(const struct scripted_tape *script)
{
    return load_acquire_u64(&script_control(script)->head);
}

/* Calls for one frame at a time through a reader's view that is remapped window by window. */
static void verify(struct scripted_tape *script, uint64_t from, uint64_t to, bool is_ramp)
{
    const struct tapemap_control *control = script_control(script);
    size_t frame_bytes = control->frame_bytes;
    unsigned char expected[TAPEMAP_MAX_CHANNELS * 4] = {0};
    const void *view = NULL;
    uint64_t view_start = UINT64_MAX;
    for (uint64_t position = from; position < to; position++) {
        uint64_t byte =
            TAPEMAP_DATA_OFFSET + position % control->capacity_frames * frame_bytes;
        uint64_t start = byte / TAPEMAP_GRANULE_BYTES * TAPEMAP_GRANULE_BYTES;
        if (start != view_start) {
            if (view)
                guard_store_unmap_reader(script->audio, view, FRONT_BYTES);
            assert_int_equal(guard_store_map_reader(script->audio, start, FRONT_BYTES, &view),
                             TAPEMAP_OK);
            view_start = start;
        }
        if (is_ramp)
            script_make_ramp(script, position, 1, expected);
        if (memcmp((const unsigned char *)view + (byte - start), expected, frame_bytes) != 0)
            fail_msg("frame %llu is wrong", (unsigned long long)position);
    }
    if (view)
        guard_store_unmap_reader(script->audio, view, FRONT_BYTES);
}

void script_verify_ramp(struct scripted_tape *script, uint64_t from, uint64_t to)
{
    verify(script, from, to, true);
}

void script_verify_silence(struct scripted_tape *script, uint64_t from, uint64_t to)
{
    verify(script, from, to, false);
}

struct tapemap_record script_record(struct scripted_tape *script, uint64_t sequence)
{
    const void *view;
    assert_int_equal(guard_store_map_reader(script->index, 0, FRONT_BYTES, &view), TAPEMAP_OK);
    const struct tapemap_region journal = ((const struct tapemap_index *)view)->journal;
    guard_store_unmap_reader(script->index, view, FRONT_BYTES);
    uint64_t byte = journal.offset + sequence % journal.capacity * sizeof(struct tapemap_record);
    uint64_t start = byte / TAPEMAP_GRANULE_BYTES * TAPEMAP_GRANULE_BYTES;
    assert_int_equal(guard_store_map_reader(script->index, start, FRONT_BYTES, &view), TAPEMAP_OK);
    struct tapemap_record record;
    memcpy(&record, (const unsigned char *)view + (byte - start), sizeof record);
    guard_store_unmap_reader(script->index, view, FRONT_BYTES);
    assert_int_equal(record.sequence, sequence);
    return record;
}

uint64_t script_records(struct scripted_tape *script)
{
    const void *view;
    assert_int_equal(guard_store_map_reader(script->index, 0, FRONT_BYTES, &view), TAPEMAP_OK);
    uint64_t head = load_acquire_u64(&((const struct tapemap_index *)view)->journal_head);
    guard_store_unmap_reader(script->index, view, FRONT_BYTES);
    return head;
}

unsigned script_count_records(struct scripted_tape *script, enum tapemap_record_kind kind)
{
    unsigned count = 0;
    uint64_t head = script_records(script);
    for (uint64_t sequence = 0; sequence < head; sequence++)
        count += script_record(script, sequence).kind == (uint32_t)kind;
    return count;
}

struct tapemap_record script_last_record(struct scripted_tape *script,
                                         enum tapemap_record_kind kind)
{
    for (uint64_t sequence = script_records(script); sequence-- > 0;) {
        struct tapemap_record record = script_record(script, sequence);
        if (record.kind == (uint32_t)kind)
            return record;
    }
    fail_msg("no record of kind %d", (int)kind);
    return (struct tapemap_record){0};
}

/* Copies [offset, offset + bytes) through a reader's views. */
static void *copy_out(struct store *store, uint64_t offset, size_t bytes)
{
    unsigned char *copy = malloc(bytes + 1);
    assert_non_null(copy);
    for (size_t done = 0; done < bytes;) {
        uint64_t start = (offset + done) / TAPEMAP_GRANULE_BYTES * TAPEMAP_GRANULE_BYTES;
        size_t skip = (size_t)(offset + done - start);
        size_t count = TAPEMAP_GRANULE_BYTES - skip;
        const void *view;
        count = count < bytes - done ? count : bytes - done;
        assert_int_equal(guard_store_map_reader(store, start, TAPEMAP_GRANULE_BYTES, &view),
                         TAPEMAP_OK);
        memcpy(copy + done, (const unsigned char *)view + skip, count);
        guard_store_unmap_reader(store, view, TAPEMAP_GRANULE_BYTES);
        done += count;
    }
    return copy;
}

static void assert_same_peaks(const struct tapemap_peak *found, const struct tapemap_peak *expected,
                              uint32_t channels)
{
    for (uint32_t channel = 0; channel < channels; channel++) {
        assert_true(found[channel].min == expected[channel].min);
        assert_true(found[channel].max == expected[channel].max);
        assert_true(fabsf(found[channel].sum_squares - expected[channel].sum_squares) <=
                    1e-5f * expected[channel].sum_squares);
    }
}

/* Compares the `count` cells of a level, each of `parts` cells in `below`, and returns what they
   should be. */
static struct tapemap_peak *merge_and_compare(struct scripted_tape *script,
                                              const struct tapemap_region *region, uint64_t count,
                                              const struct tapemap_peak *below)
{
    uint32_t channels = script_control(script)->channels;
    struct tapemap_peak *cells = malloc((size_t)(count + 1) * channels * sizeof *cells);
    struct tapemap_peak *found =
        copy_out(script->index, region->offset, (size_t)count * channels * sizeof *found);
    assert_non_null(cells);
    for (uint64_t i = 0; i < count; i++) {
        struct tapemap_peak *cell = cells + i * channels;
        pcm_peaks_clear(cell, channels);
        for (uint32_t part = 0; part < TAPEMAP_LEVEL_FACTOR; part++)
            pcm_peaks_merge(cell, below + (i * TAPEMAP_LEVEL_FACTOR + part) * channels, channels);
        assert_same_peaks(found + i * channels, cell, channels);
    }
    free(found);
    return cells;
}

void script_verify_peaks(struct scripted_tape *script)
{
    const struct tapemap_control *control = script_control(script);
    struct tapemap_index *index = copy_out(script->index, 0, sizeof *index);
    size_t frame_bytes = control->frame_bytes;
    uint32_t channels = control->channels;
    uint64_t count = script_head(script) / TAPEMAP_LEVEL0_FRAMES;
    assert_int_equal(load_relaxed_u64(&index->peaks_frames), count * TAPEMAP_LEVEL0_FRAMES);
    unsigned char *frames = copy_out(script->audio, TAPEMAP_DATA_OFFSET,
                                     (size_t)count * TAPEMAP_LEVEL0_FRAMES * frame_bytes);
    struct tapemap_peak *cells = malloc((size_t)(count + 1) * channels * sizeof *cells);
    struct tapemap_peak *found = copy_out(script->index, index->levels[0].offset,
                                          (size_t)count * channels * sizeof *found);
    assert_non_null(cells);
    for (uint64_t i = 0; i < count; i++) {
        pcm_peaks((enum tapemap_sample_format)control->sample_format,
                  frames + i * TAPEMAP_LEVEL0_FRAMES * frame_bytes, TAPEMAP_LEVEL0_FRAMES,
                  channels, cells + i * channels);
        assert_same_peaks(found + i * channels, cells + i * channels, channels);
    }
    free(found);
    free(frames);
    for (uint32_t level = 1; level < TAPEMAP_LEVELS; level++) {
        count /= TAPEMAP_LEVEL_FACTOR;
        struct tapemap_peak *above =
            merge_and_compare(script, &index->levels[level], count, cells);
        free(cells);
        cells = above;
    }
    free(cells);
    free(index);
}
