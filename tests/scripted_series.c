/* SPDX-License-Identifier: MIT */
#include "scripted_series.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "guard_store.h"
#include "whole_numbers.h"

void series_open(struct scripted_series *series)
{
    script_open(&series->script);
    series->audio[0] = series->script.audio;
    series->index[0] = series->script.index;
    series->tapes[0] = deck_tape(series->script.deck);
    series->made = 1;
}

/* All tapes are destroyed here, so that what was left can be looked at until now. */
void series_close(struct scripted_series *series)
{
    struct tape *last = deck_tape(series->script.deck);
    deck_destroy(series->script.deck);
    for (unsigned i = 0; i < series->made; i++) {
        if (series->tapes[i] != last)
            tape_destroy(series->tapes[i]);
        store_destroy(series->audio[i]);
        store_destroy(series->index[i]);
    }
}

void series_offer(struct scripted_series *series)
{
    struct tape_config config = series->script.config.tape;
    uint64_t audio_bytes;
    uint64_t index_bytes;
    struct failure failure;
    unsigned i = series->made++;
    assert_true(i < SERIES_MOST_TAPES);
    config.tape_id += i;
    config.end_frame = 0;
    strcpy(config.file_path, "next.wav");
    tape_measure(&config, &audio_bytes, &index_bytes);
    series->audio[i] = config.is_file ? guard_store_create_file(audio_bytes, true)
                                      : guard_store_create(audio_bytes);
    series->index[i] = config.is_file ? guard_store_create_file(index_bytes, false)
                                      : guard_store_create(index_bytes);
    if (series->script.is_written)
        guard_store_take_writes(series->audio[i]);
    assert_int_equal(tape_create(&config, series->audio[i], series->index[i], series->script.now,
                                 &series->tapes[i], &failure),
                     TAPEMAP_OK);
    deck_offer_next(series->script.deck, series->tapes[i], NULL);
}

void series_pull(struct scripted_series *series, size_t count)
{
    size_t frame_bytes = series_control(series, 0)->frame_bytes;
    void *frames = malloc(count * frame_bytes);
    assert_non_null(frames);
    script_make_ramp(&series->script, series->delivered, count, frames);
    series->delivered += deck_append(series->script.deck, frames, count, series->script.now.clock);
    free(frames);
}

void series_push(struct scripted_series *series, size_t count)
{
    size_t frame_bytes = series_control(series, 0)->frame_bytes;
    void *frames = malloc(count * frame_bytes);
    assert_non_null(frames);
    script_make_ramp(&series->script, series->delivered, count, frames);
    deck_sink_frames(series->script.deck, frames, count, series->script.now.clock);
    series->delivered += count;
    free(frames);
}

static void end_left(struct scripted_series *series)
{
    struct tape *left = deck_take_left(series->script.deck, series->script.now);
    if (!left)
        return;
    assert_ptr_equal(left, series->tapes[series->left]);
    tape_end(left, TAPEMAP_REASON_ROTATED, "the deck goes on with its next tape",
             series->script.now);
    series->left++;
}

bool series_tick(struct scripted_series *series)
{
    script_advance_ms(&series->script, 10);
    bool goes_on = deck_tick(series->script.deck, series->script.now);
    end_left(series);
    return goes_on;
}

struct deck *series_deck(const struct scripted_series *series)
{
    return series->script.deck;
}

struct scripted_tape series_script(const struct scripted_series *series, unsigned tape)
{
    struct scripted_tape script = series->script;
    script.audio = series->audio[tape];
    script.index = series->index[tape];
    return script;
}

const struct tapemap_control *series_control(const struct scripted_series *series, unsigned tape)
{
    return tape_control(series->tapes[tape]);
}

uint64_t series_end(struct scripted_series *series)
{
    uint64_t position = 0;
    deck_end(series->script.deck, series->script.now);
    end_left(series);
    deck_take_unused(series->script.deck);
    for (unsigned i = 0; i <= series->left; i++) {
        const struct tapemap_control *control = series_control(series, i);
        bool is_last = i == series->left;
        assert_int_equal(control->series_position, position);
        assert_int_equal(control->previous_tape_id,
                         i == 0 ? 0 : series_control(series, i - 1)->tape_id);
        assert_int_equal(load_acquire_u64(&control->next_tape_id),
                         is_last ? 0 : series_control(series, i + 1)->tape_id);
        assert_string_equal(control->next_path, is_last ? "" : "next.wav");
        assert_int_equal(load_acquire_u64(&control->state), TAPEMAP_STATE_ENDED);
        if (!is_last)
            assert_int_equal(load_acquire_u64(&control->reason), TAPEMAP_REASON_ROTATED);
        position += load_acquire_u64(&control->head);
    }
    return position;
}

/* As many of `count` frames of one tape as a view holds; returns how many that was. */
static uint64_t verify_run(struct scripted_series *series, unsigned tape, uint64_t position,
                           uint64_t count, bool is_ramp)
{
    const struct tapemap_control *control = series_control(series, tape);
    size_t bytes = 2 * (size_t)TAPEMAP_GRANULE_BYTES;
    uint64_t byte = TAPEMAP_DATA_OFFSET + position * control->frame_bytes;
    uint64_t start = byte / TAPEMAP_GRANULE_BYTES * TAPEMAP_GRANULE_BYTES;
    uint64_t run = min_u64(count, (start + bytes - byte) / control->frame_bytes);
    const void *view;
    run = min_u64(run, load_acquire_u64(&control->head) - position);
    unsigned char *expected = calloc((size_t)run + 1, control->frame_bytes);
    assert_non_null(expected);
    if (is_ramp)
        script_make_ramp(&series->script, control->series_position + position, (size_t)run,
                         expected);
    assert_int_equal(guard_store_map_reader(series->audio[tape], start, bytes, &view), TAPEMAP_OK);
    if (memcmp((const unsigned char *)view + (byte - start), expected,
               (size_t)run * control->frame_bytes) != 0)
        fail_msg("a frame of tape %u from %llu on is wrong", tape, (unsigned long long)position);
    guard_store_unmap_reader(series->audio[tape], view, bytes);
    free(expected);
    return run;
}

static void verify(struct scripted_series *series, uint64_t from, uint64_t to, bool is_ramp)
{
    for (uint64_t position = from; position < to;) {
        unsigned tape = series->left;
        while (series_control(series, tape)->series_position > position)
            tape--;
        uint64_t done = verify_run(series, tape,
                                   position - series_control(series, tape)->series_position,
                                   to - position, is_ramp);
        assert_true(done > 0);
        position += done;
    }
}

void series_verify_ramp(struct scripted_series *series, uint64_t from, uint64_t to)
{
    verify(series, from, to, true);
}

void series_verify_silence(struct scripted_series *series, uint64_t from, uint64_t to)
{
    verify(series, from, to, false);
}
