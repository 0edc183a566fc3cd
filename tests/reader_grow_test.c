/* SPDX-License-Identifier: MIT */
/* Following a file that grows while it is read: honest, hurried, and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "fake_tape.h"

#define FRAME_BYTES 9u /* s24 with three channels: divides neither a window nor a granule */
#define GRANULE TAPEMAP_GRANULE_BYTES
#define CAPACITY 60000u

static const struct fake_config growing = {
    .format = TAPEMAP_S24, .channels = 3, .sample_rate_hz = 48000, .capacity_frames = CAPACITY,
    .is_file = true, .first_bytes = 2 * GRANULE,
};

static unsigned char buffer[CAPACITY * FRAME_BYTES];

static void open_reader(struct fake_tape *tape, struct reader *reader)
{
    fake_tape_create(tape, &growing);
    const struct reader_config opening = fake_tape_reader_config(tape);
    assert_int_equal(reader_open(reader, &opening), TAPEMAP_OK);
}

static void close_reader(struct fake_tape *tape, struct reader *reader)
{
    reader_close(reader);
    fake_tape_destroy(tape);
}

static uint64_t frames_in(uint64_t bytes)
{
    return (bytes - TAPEMAP_DATA_OFFSET) / FRAME_BYTES;
}

/* Records as much as the section holds. */
static void fill(struct fake_tape *tape)
{
    uint64_t head = load_relaxed_u64(&tape->control->head);
    fake_tape_append(tape, frames_in(load_relaxed_u64(&tape->control->grown_bytes)) - head);
}

static void assert_ramp(uint64_t position, uint64_t count, const unsigned char *frames)
{
    unsigned char expected[FRAME_BYTES];

    for (uint64_t i = 0; i < count; i++) {
        fake_frame(&growing, position + i, expected);
        assert_memory_equal(frames + i * FRAME_BYTES, expected, FRAME_BYTES);
    }
}

static void reads_across_growth_at_any_position(void **state)
{
    (void)state;
    for (uint64_t extra = 1; extra <= FRAME_BYTES; extra++) {
        struct fake_tape tape;
        struct reader reader;
        struct reader_run run;

        open_reader(&tape, &reader);
        uint64_t at = 0;
        for (uint64_t bytes = growing.first_bytes; bytes + GRANULE + extra < tape.audio.bytes;) {
            fill(&tape);
            while (at < reader_head(&reader)) {
                assert_int_equal(reader_peek(&reader, at, &run), TAPEMAP_OK);
                assert_ramp(at, run.count, run.frames);
                at += run.count;
            }
            bytes += GRANULE + extra; /* so that a frame lies across each end */
            fake_tape_grow(&tape, bytes);
        }
        fill(&tape);
        uint64_t head = reader_head(&reader);
        assert_true(head > at);
        assert_int_equal(reader_read(&reader, 0, head, buffer), TAPEMAP_OK);
        assert_ramp(0, head, buffer);
        close_reader(&tape, &reader);
    }
}

static void a_window_that_ended_with_the_section_is_mapped_anew(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    (void)state;

    open_reader(&tape, &reader);
    fill(&tape);
    uint64_t end = reader_head(&reader);
    assert_int_equal(reader_peek(&reader, end - 1, &run), TAPEMAP_OK);
    assert_int_equal(run.count, 1);
    fake_tape_grow(&tape, 3 * GRANULE);
    fake_tape_append(&tape, 100);
    for (uint64_t position = end - 1; position < end + 100; position++) {
        assert_int_equal(reader_peek(&reader, position, &run), TAPEMAP_OK);
        assert_true(run.count >= 1 && (position < end || run.count == end + 100 - position));
        assert_ramp(position, run.count, run.frames);
    }
    close_reader(&tape, &reader);
}

static void opens_a_file_that_has_grown_already(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    (void)state;

    fake_tape_create(&tape, &growing);
    fake_tape_grow(&tape, 5 * GRANULE);
    fake_tape_grow(&tape, 7 * GRANULE);
    fill(&tape);
    const struct reader_config opening = fake_tape_reader_config(&tape);
    assert_int_equal(reader_open(&reader, &opening), TAPEMAP_OK);
    assert_int_equal(reader_read(&reader, 0, frames_in(7 * GRANULE), buffer), TAPEMAP_OK);
    assert_ramp(0, frames_in(7 * GRANULE), buffer);
    close_reader(&tape, &reader);
}

static void asks_once_for_each_generation(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    (void)state;

    open_reader(&tape, &reader);
    fill(&tape);
    for (uint64_t at = 0; at < reader_head(&reader); at++)
        assert_int_equal(reader_peek(&reader, at, &run), TAPEMAP_OK);
    assert_int_equal(tape.renewals, 0);
    fake_tape_grow(&tape, 4 * GRANULE);
    fill(&tape);
    for (uint64_t at = 0; at < reader_head(&reader); at++)
        assert_int_equal(reader_peek(&reader, at, &run), TAPEMAP_OK);
    assert_int_equal(tape.renewals, 1);
    close_reader(&tape, &reader);
}

static void recorder_goes(struct fake_tape *tape)
{
    tape->generation = UINT64_MAX;
}

static void keeps_what_it_saw_when_the_recorder_goes(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    (void)state;

    open_reader(&tape, &reader);
    fake_tape_grow(&tape, 6 * GRANULE);
    fill(&tape);
    assert_int_equal(reader_peek(&reader, 0, &run), TAPEMAP_OK);
    recorder_goes(&tape);
    store_release_u64(&tape.control->state, TAPEMAP_STATE_ENDED);
    assert_int_equal(reader_read(&reader, 0, frames_in(6 * GRANULE), buffer), TAPEMAP_OK);
    assert_ramp(0, frames_in(6 * GRANULE), buffer);
    close_reader(&tape, &reader);
}

static void says_that_the_end_of_an_ended_tape_has_gone(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    (void)state;

    open_reader(&tape, &reader);
    fake_tape_grow(&tape, 6 * GRANULE);
    fill(&tape);
    recorder_goes(&tape);
    store_release_u64(&tape.control->state, TAPEMAP_STATE_ENDED);
    assert_int_equal(reader_peek(&reader, 0, &run), TAPEMAP_OK); /* the first section is held */
    assert_int_equal(reader_peek(&reader, frames_in(2 * GRANULE), &run), TAPEMAP_E_NO_TAPE);
    assert_int_equal(reader_peek(&reader, frames_in(2 * GRANULE) - 1, &run), TAPEMAP_OK);
    close_reader(&tape, &reader);
}

static void recorder_grows_on(struct fake_tape *tape)
{
    tape->on_renew = NULL;
    fake_tape_grow(tape, tape->generation_bytes + 2 * GRANULE);
}

static void loads_the_generation_again_when_its_name_has_gone(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    (void)state;

    open_reader(&tape, &reader);
    fake_tape_grow(&tape, 4 * GRANULE);
    fill(&tape);
    tape.on_renew = recorder_grows_on; /* between the reader's load and its open */
    assert_int_equal(reader_read(&reader, 0, frames_in(4 * GRANULE), buffer), TAPEMAP_OK);
    assert_ramp(0, frames_in(4 * GRANULE), buffer);
    assert_int_equal(tape.renewals, 2);
    close_reader(&tape, &reader);
}

/* The recorder stands still between its stores of grown_bytes and of generation. */
static void reads_while_grown_bytes_is_ahead_of_the_generation(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    (void)state;

    open_reader(&tape, &reader);
    fake_tape_grow(&tape, 4 * GRANULE);
    fill(&tape);
    store_release_u64(&tape.control->grown_bytes, 8 * GRANULE);
    assert_int_equal(reader_read(&reader, 0, frames_in(4 * GRANULE), buffer), TAPEMAP_OK);
    assert_ramp(0, frames_in(4 * GRANULE), buffer);
    close_reader(&tape, &reader);
}

static void recorder_runs_wild(struct fake_tape *tape)
{
    store_release_u64(&tape->control->generation, load_relaxed_u64(&tape->control->generation) + 1);
}

static void gives_up_on_a_generation_that_never_exists(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    (void)state;

    open_reader(&tape, &reader);
    fake_tape_grow(&tape, 4 * GRANULE);
    fill(&tape);
    store_release_u64(&tape.control->generation, 1000);
    assert_int_equal(reader_peek(&reader, frames_in(3 * GRANULE), &run), TAPEMAP_E_NO_TAPE);
    tape.on_renew = recorder_runs_wild;
    tape.renewals = 0;
    assert_int_equal(reader_peek(&reader, frames_in(3 * GRANULE), &run), TAPEMAP_E_NO_TAPE);
    assert_true(tape.renewals > 1 && tape.renewals < 100);
    const struct reader_config opening = fake_tape_reader_config(&tape);
    struct reader second;
    assert_int_equal(reader_open(&second, &opening), TAPEMAP_E_NO_TAPE);
    close_reader(&tape, &reader);
}

static void believes_no_length_that_is_not_there(void **state)
{
    static const uint64_t lengths[] = {0, GRANULE, 9 * GRANULE, INT64_MAX, UINT64_MAX};
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    (void)state;

    open_reader(&tape, &reader);
    fake_tape_grow(&tape, 4 * GRANULE);
    store_release_u64(&tape.control->committed_bytes, UINT64_MAX);
    store_release_u64(&tape.control->head, CAPACITY);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        store_release_u64(&tape.control->grown_bytes, lengths[i]);
        assert_int_equal(reader_peek(&reader, CAPACITY - 1, &run), TAPEMAP_E_CORRUPT);
        assert_int_equal(reader_peek(&reader, 0, &run), TAPEMAP_OK);
    }
    close_reader(&tape, &reader);
}

static void passes_on_that_there_is_no_memory(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    (void)state;

    open_reader(&tape, &reader);
    fake_tape_grow(&tape, 4 * GRANULE);
    fill(&tape);
    tape.audio.refuse = TAPEMAP_E_MEMORY;
    assert_int_equal(reader_peek(&reader, frames_in(3 * GRANULE), &run), TAPEMAP_E_MEMORY);
    tape.audio.refuse = TAPEMAP_OK;
    assert_int_equal(reader_peek(&reader, frames_in(3 * GRANULE), &run), TAPEMAP_OK);
    close_reader(&tape, &reader);
}

static void reads_a_file_whose_index_is_lost(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct tapemap_peak peaks[3];
    struct tapemap_peak computed[3];
    struct tapemap_record record;
    uint64_t first, end, utc_ns;
    (void)state;

    fake_tape_create(&tape, &growing);
    fill(&tape);
    fake_tape_feed_peaks(&tape, frames_in(2 * GRANULE));
    struct reader_config opening = fake_tape_reader_config(&tape);
    const struct reader_peaks_range all = {0, frames_in(2 * GRANULE), 1};
    assert_int_equal(reader_open(&reader, &opening), TAPEMAP_OK);
    assert_int_equal(reader_peaks(&reader, &all, peaks), TAPEMAP_OK);
    reader_close(&reader);
    opening.index = (struct view_source){0};
    assert_int_equal(reader_open(&reader, &opening), TAPEMAP_OK);
    reader_journal_range(&reader, &first, &end);
    assert_true(first == 0 && end == 0);
    assert_int_equal(reader_get_record(&reader, 0, &record), TAPEMAP_E_NOT_YET);
    assert_int_equal(reader_utc_at(&reader, 0, &utc_ns), TAPEMAP_E_NOT_YET);
    assert_int_equal(reader_peaks(&reader, &all, computed), TAPEMAP_OK);
    for (int channel = 0; channel < 3; channel++)
        assert_true(peaks[channel].min == computed[channel].min &&
                    peaks[channel].max == computed[channel].max);
    close_reader(&tape, &reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_across_growth_at_any_position),
        cmocka_unit_test(a_window_that_ended_with_the_section_is_mapped_anew),
        cmocka_unit_test(opens_a_file_that_has_grown_already),
        cmocka_unit_test(asks_once_for_each_generation),
        cmocka_unit_test(keeps_what_it_saw_when_the_recorder_goes),
        cmocka_unit_test(says_that_the_end_of_an_ended_tape_has_gone),
        cmocka_unit_test(loads_the_generation_again_when_its_name_has_gone),
        cmocka_unit_test(reads_while_grown_bytes_is_ahead_of_the_generation),
        cmocka_unit_test(gives_up_on_a_generation_that_never_exists),
        cmocka_unit_test(believes_no_length_that_is_not_there),
        cmocka_unit_test(passes_on_that_there_is_no_memory),
        cmocka_unit_test(reads_a_file_whose_index_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
