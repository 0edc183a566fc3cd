/* SPDX-License-Identifier: MIT */
/* Reading frames through small windows, from linear tapes and rings, honest and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "fake_tape.h"

#define CHANNELS 3u
#define FRAME_BYTES 9u /* s24: does not divide a window */

static const struct fake_config linear = {
    .format = TAPEMAP_S24, .channels = CHANNELS, .sample_rate_hz = 48000, .capacity_frames = 100000,
};
static const struct fake_config ring = {
    .format = TAPEMAP_S24, .channels = CHANNELS, .sample_rate_hz = 48000,
    .capacity_frames = 40001, .is_ring = true,
};

static void open_reader(struct fake_tape *tape, const struct fake_config *config,
                        struct reader *reader)
{
    fake_tape_create(tape, config);
    const struct reader_config opening = fake_tape_reader_config(tape);
    assert_int_equal(reader_open(reader, &opening), TAPEMAP_OK);
}

static void close_reader(struct fake_tape *tape, struct reader *reader)
{
    reader_close(reader);
    fake_tape_destroy(tape);
}

static void assert_ramp(const struct fake_config *config, uint64_t position, uint64_t count,
                        const void *frames)
{
    const unsigned char *at = frames;
    unsigned char expected[FRAME_BYTES];

    for (uint64_t i = 0; i < count; i++) {
        fake_frame(config, position + i, expected);
        assert_memory_equal(at + i * FRAME_BYTES, expected, FRAME_BYTES);
    }
}

static void walk_by_peek(struct reader *reader, const struct fake_config *config, uint64_t from,
                         uint64_t to)
{
    while (from < to) {
        struct reader_run run;
        assert_int_equal(reader_peek(reader, from, &run), TAPEMAP_OK);
        assert_true(run.count >= 1 && run.count <= to - from);
        assert_ramp(config, from, run.count, run.frames);
        assert_true(reader_still_valid(reader, from));
        from += run.count;
    }
}

static void peeks_every_frame_across_windows(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    (void)state;

    open_reader(&tape, &linear, &reader);
    fake_tape_append(&tape, 99999);
    unsigned before = tape.audio.maps;
    walk_by_peek(&reader, &linear, 0, 99999);
    assert_true(tape.audio.maps - before <= (65536 + 99999 * FRAME_BYTES) / 131072 + 1);
    close_reader(&tape, &reader);
}

static void peek_inside_the_window_maps_nothing(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    (void)state;

    open_reader(&tape, &linear, &reader);
    fake_tape_append(&tape, 7000);
    assert_int_equal(reader_peek(&reader, 0, &run), TAPEMAP_OK);
    unsigned before = tape.audio.maps;
    for (uint64_t position = 0; position < 7000; position++)
        assert_int_equal(reader_peek(&reader, position, &run), TAPEMAP_OK);
    assert_int_equal(tape.audio.maps, before);
    close_reader(&tape, &reader);
}

static void reads_any_stretch_of_a_wrapped_ring(void **state)
{
    static unsigned char buffer[40001 * FRAME_BYTES];
    struct fake_tape tape;
    struct reader reader;
    (void)state;

    open_reader(&tape, &ring, &reader);
    fake_tape_append(&tape, 40001);
    fake_tape_append(&tape, 30000);
    assert_int_equal(reader_oldest(&reader), 30000);
    assert_int_equal(reader_head(&reader), 70001);
    assert_int_equal(reader_read(&reader, 30000, 40001, buffer), TAPEMAP_OK);
    assert_ramp(&ring, 30000, 40001, buffer);
    walk_by_peek(&reader, &ring, 30000, 70001);
    assert_int_equal(reader_read(&reader, 40000, 2, buffer), TAPEMAP_OK);
    assert_ramp(&ring, 40000, 2, buffer);
    close_reader(&tape, &reader);
}

static void refuses_what_is_not_there(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    unsigned char frame[FRAME_BYTES];
    (void)state;

    open_reader(&tape, &ring, &reader);
    assert_int_equal(reader_peek(&reader, 0, &run), TAPEMAP_E_NOT_YET);
    assert_int_equal(reader_read(&reader, 0, 0, frame), TAPEMAP_OK);
    fake_tape_append(&tape, 40001);
    fake_tape_append(&tape, 1);
    assert_int_equal(reader_peek(&reader, 0, &run), TAPEMAP_E_OVERWRITTEN);
    assert_int_equal(reader_peek(&reader, 40002, &run), TAPEMAP_E_NOT_YET);
    assert_int_equal(reader_peek(&reader, UINT64_MAX, &run), TAPEMAP_E_NOT_YET);
    assert_int_equal(reader_read(&reader, 40001, 2, frame), TAPEMAP_E_NOT_YET);
    assert_int_equal(reader_read(&reader, 2, UINT64_MAX, frame), TAPEMAP_E_NOT_YET);
    assert_int_equal(reader_read(&reader, 0, 1, frame), TAPEMAP_E_OVERWRITTEN);
    close_reader(&tape, &reader);
}

static void writer_goes_on(struct fake_tape *tape)
{
    tape->on_map = NULL;
    fake_tape_append(tape, 12000);
}

static void reports_overwritten_when_the_writer_passes_during_a_copy(void **state)
{
    static unsigned char buffer[30000 * FRAME_BYTES];
    struct fake_tape tape;
    struct reader reader;
    (void)state;

    open_reader(&tape, &ring, &reader);
    fake_tape_append(&tape, 40001);
    tape.on_map = writer_goes_on; /* after the first check of the oldest frame */
    assert_int_equal(reader_read(&reader, 0, 100, buffer), TAPEMAP_E_OVERWRITTEN);
    tape.on_map = writer_goes_on; /* in the middle: the second window */
    assert_int_equal(reader_read(&reader, 12000, 30000, buffer), TAPEMAP_E_OVERWRITTEN);
    /* what the writer did not reach is still good */
    assert_int_equal(reader_read(&reader, 30000, 30000, buffer), TAPEMAP_OK);
    assert_ramp(&ring, 30000, 30000, buffer);
    close_reader(&tape, &reader);
}

static void says_after_use_that_a_pointer_went_stale(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    (void)state;

    open_reader(&tape, &ring, &reader);
    fake_tape_append(&tape, 40001);
    assert_int_equal(reader_peek(&reader, 10, &run), TAPEMAP_OK);
    assert_true(reader_still_valid(&reader, 10));
    fake_tape_append(&tape, 10);
    assert_true(reader_still_valid(&reader, 10));
    fake_tape_append(&tape, 1);
    assert_false(reader_still_valid(&reader, 10));
    close_reader(&tape, &reader);
}

static void never_goes_past_what_is_committed(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    (void)state;

    open_reader(&tape, &linear, &reader);
    fake_tape_append(&tape, 50000);
    store_release_u64(&tape.control->committed_bytes, 65536 + 1000 * FRAME_BYTES + 5);
    assert_int_equal(reader_head(&reader), 1000);
    assert_int_equal(reader_peek(&reader, 1000, &run), TAPEMAP_E_NOT_YET);
    assert_int_equal(reader_peek(&reader, 999, &run), TAPEMAP_OK);
    assert_int_equal(run.count, 1);
    store_release_u64(&tape.control->committed_bytes, 4096);
    assert_int_equal(reader_head(&reader), 0);
    store_release_u64(&tape.control->committed_bytes, UINT64_MAX);
    store_release_u64(&tape.control->head, UINT64_MAX);
    assert_int_equal(reader_head(&reader), linear.capacity_frames);
    assert_int_equal(reader_peek(&reader, 99999, &run), TAPEMAP_OK);
    assert_int_equal(run.count, 1);
    close_reader(&tape, &reader);
}

static void survives_a_ring_with_a_mad_head(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    (void)state;

    open_reader(&tape, &ring, &reader);
    store_release_u64(&tape.control->head, UINT64_MAX);
    for (uint64_t position = UINT64_MAX - 5; position < UINT64_MAX; position++) {
        assert_int_equal(reader_peek(&reader, position, &run), TAPEMAP_OK);
        assert_true(run.count <= UINT64_MAX - position);
    }
    store_release_u64(&tape.control->oldest_frame, UINT64_MAX);
    assert_int_equal(reader_oldest(&reader), UINT64_MAX);
    store_release_u64(&tape.control->head, 5);
    assert_int_equal(reader_oldest(&reader), 5);
    close_reader(&tape, &reader);
}

static enum tapemap_status try_open(struct fake_tape *tape)
{
    struct reader reader;
    const struct reader_config opening = fake_tape_reader_config(tape);
    enum tapemap_status status = reader_open(&reader, &opening);

    if (status == TAPEMAP_OK)
        reader_close(&reader);
    assert_int_equal(tape->audio.mapped, 0);
    assert_int_equal(tape->index.mapped, 0);
    return status;
}

static void refuses_foreign_and_contradicting_tapes(void **state)
{
    struct fake_tape tape;
    (void)state;

    fake_tape_create(&tape, &linear);
    assert_int_equal(try_open(&tape), TAPEMAP_OK);
    tape.control->signature++;
    assert_int_equal(try_open(&tape), TAPEMAP_E_FOREIGN);
    tape.control->signature--;
    tape.header->signature++;
    assert_int_equal(try_open(&tape), TAPEMAP_E_FOREIGN);
    tape.header->signature--;
    tape.header->tape_id++;
    assert_int_equal(try_open(&tape), TAPEMAP_E_CORRUPT);
    tape.header->tape_id--;
    store_release_u64(&tape.header->magic, 0); /* L89 */
    assert_int_equal(try_open(&tape), TAPEMAP_E_CORRUPT);
    store_release_u64(&tape.header->magic, TAPEMAP_INDEX_MAGIC);
    tape.control->frame_bytes = 8;
    assert_int_equal(try_open(&tape), TAPEMAP_E_CORRUPT);
    tape.control->frame_bytes = FRAME_BYTES;
    store_release_u64(&tape.control->magic, 0);
    assert_int_equal(try_open(&tape), TAPEMAP_E_NO_TAPE);
    fake_tape_destroy(&tape);
}

static void refuses_a_section_shorter_than_it_says(void **state)
{
    struct fake_tape tape;
    (void)state;

    fake_tape_create(&tape, &linear);
    tape.control->section_bytes += 65536;
    tape.control->grown_bytes.raw += 65536;
    assert_int_equal(try_open(&tape), TAPEMAP_E_CORRUPT);
    tape.control->section_bytes = UINT64_MAX;
    tape.control->grown_bytes.raw = UINT64_MAX;
    tape.control->capacity_frames = UINT64_MAX / 16;
    assert_int_equal(try_open(&tape), TAPEMAP_E_CORRUPT);
    tape.control->section_bytes = tape.audio.bytes;
    tape.control->grown_bytes.raw = tape.audio.bytes;
    tape.control->capacity_frames = linear.capacity_frames;
    tape.control->index_bytes = tape.header->section_bytes += 1;
    assert_int_equal(try_open(&tape), TAPEMAP_E_CORRUPT);
    fake_tape_destroy(&tape);
}

static void passes_on_that_a_window_could_not_be_mapped(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct reader_run run;
    (void)state;

    open_reader(&tape, &linear, &reader);
    fake_tape_append(&tape, 50000);
    tape.audio.refuse = TAPEMAP_E_MEMORY;
    assert_int_equal(reader_peek(&reader, 40000, &run), TAPEMAP_E_MEMORY);
    tape.audio.refuse = TAPEMAP_OK;
    assert_int_equal(reader_peek(&reader, 40000, &run), TAPEMAP_OK);
    tape.audio.refuse = TAPEMAP_E_MEMORY;
    assert_int_equal(reader_peek(&reader, 0, &run), TAPEMAP_E_MEMORY);
    tape.audio.refuse = TAPEMAP_OK;
    assert_int_equal(reader_peek(&reader, 40000, &run), TAPEMAP_OK);
    assert_ramp(&linear, 40000, 1, run.frames);
    close_reader(&tape, &reader);
}

static void reads_as_float(void **state)
{
    struct fake_tape tape;
    struct reader reader;
    struct fake_config config = linear;
    float floats[20 * 2];
    float frame[2];
    (void)state;

    config.format = TAPEMAP_F32;
    config.channels = 2;
    open_reader(&tape, &config, &reader);
    fake_tape_append(&tape, 20000);
    assert_int_equal(reader_read_float(&reader, 16378, 20, floats), TAPEMAP_OK);
    for (uint64_t i = 0; i < 20; i++) {
        fake_frame(&config, 16378 + i, frame);
        assert_memory_equal(&floats[2 * i], frame, sizeof frame);
    }
    close_reader(&tape, &reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peeks_every_frame_across_windows),
        cmocka_unit_test(peek_inside_the_window_maps_nothing),
        cmocka_unit_test(reads_any_stretch_of_a_wrapped_ring),
        cmocka_unit_test(refuses_what_is_not_there),
        cmocka_unit_test(reports_overwritten_when_the_writer_passes_during_a_copy),
        cmocka_unit_test(says_after_use_that_a_pointer_went_stale),
        cmocka_unit_test(never_goes_past_what_is_committed),
        cmocka_unit_test(survives_a_ring_with_a_mad_head),
        cmocka_unit_test(refuses_foreign_and_contradicting_tapes),
        cmocka_unit_test(refuses_a_section_shorter_than_it_says),
        cmocka_unit_test(passes_on_that_a_window_could_not_be_mapped),
        cmocka_unit_test(reads_as_float),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
