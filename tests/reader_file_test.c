/* SPDX-License-Identifier: MIT */
/* Reading the file of a tape: its index inside it, beside it, lost; cut, foreign and damaged. */
#define _POSIX_C_SOURCE 200809L /* mkdtemp, truncate */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include <cmocka.h>

#include "atomic64.h"
#include "file_tape.h"
#include "tape_image.h"
#include "tapemap/ramp.h"

#define FRAMES 70001u

static char folder[] = "/tmp/tapemap-reader-file-XXXXXX";
static char path[128];
static char index_path[160];
static struct tape_image image;

static void save(const char *name, const void *bytes, uint64_t count)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, (size_t)count, file), count);
    assert_int_equal(fclose(file), 0);
}

static void save_image(void)
{
    save(path, image.audio, image.audio_bytes);
    if (load_acquire_u64(&tape_image_control(&image)->index_offset) == 0)
        save(index_path, image.index, image.index_bytes);
}

static int make_image(void **state)
{
    (void)state;
    tape_image_make(&image, FRAMES);
    return 0;
}

static int drop_image(void **state)
{
    (void)state;
    tape_image_free(&image);
    remove(path);
    remove(index_path);
    return 0;
}

static enum tapemap_status open_both(struct file_tape *file, struct reader *reader)
{
    struct layout_tape facts;
    bool has_ended;
    enum tapemap_status status = file_tape_open(path, file, &facts, &has_ended);

    if (status == TAPEMAP_OK) {
        assert_int_equal(facts.tape_id, IMAGE_TAPE_ID);
        status = file_tape_read(path, file, reader);
        if (status)
            file_tape_close(file);
    }
    return status;
}

static enum tapemap_status try_open(void)
{
    struct file_tape file = {0};
    struct reader reader;
    enum tapemap_status status = open_both(&file, &reader);

    if (status == TAPEMAP_OK) {
        reader_close(&reader);
        file_tape_close(&file);
    }
    return status;
}

static enum tapemap_status try_image(void)
{
    save_image();
    return try_open();
}

static void assert_frames(struct reader *reader, uint64_t from, uint64_t to)
{
    for (uint64_t at = from; at < to; at++) {
        int16_t frame[2];
        assert_int_equal(reader_read(reader, at, 1, frame), TAPEMAP_OK);
        assert_int_equal(frame[0], tapemap_ramp_sample(0, at) >> 8);
        assert_int_equal(frame[1], tapemap_ramp_sample(1, at) >> 8);
    }
}

static void assert_peaks(struct reader *reader)
{
    const struct reader_peaks_range all = {0, FRAMES, 1};
    struct tapemap_peak found[2];
    struct tapemap_peak expected[2] = {{1, -1, 0}, {1, -1, 0}};

    for (uint64_t i = 0; i < FRAMES * 2; i++) {
        float sample = (float)(tapemap_ramp_sample((uint32_t)(i % 2), i / 2) >> 8) / 32768;
        struct tapemap_peak *peak = &expected[i % 2];
        peak->min = sample < peak->min ? sample : peak->min;
        peak->max = sample > peak->max ? sample : peak->max;
    }
    assert_int_equal(reader_peaks(reader, &all, found), TAPEMAP_OK);
    for (int channel = 0; channel < 2; channel++)
        assert_true(found[channel].min == expected[channel].min &&
                    found[channel].max == expected[channel].max);
}

/* `records`: how many the journal holds. */
static void assert_image(uint64_t records)
{
    struct file_tape file = {0};
    struct reader reader;
    struct tapemap_record record;
    uint64_t first, end;

    assert_int_equal(open_both(&file, &reader), TAPEMAP_OK);
    assert_int_equal(reader_head(&reader), FRAMES);
    assert_frames(&reader, 0, FRAMES);
    assert_peaks(&reader);
    reader_journal_range(&reader, &first, &end);
    assert_int_equal(first, 0);
    assert_int_equal(end, records);
    if (records > 2) {
        assert_int_equal(reader_get_record(&reader, 2, &record), TAPEMAP_OK);
        assert_string_equal(record.text, "here");
    }
    reader_close(&reader);
    file_tape_close(&file);
}

static void reads_an_interrupted_file_and_the_index_beside_it(void **state)
{
    (void)state;
    save_image();
    assert_image(IMAGE_RECORDS);
}

static void reads_a_finished_file_with_its_index_inside(void **state)
{
    (void)state;
    tape_image_finish(&image);
    save_image();
    assert_image(IMAGE_RECORDS);
}

/* Else an hour of audio is read for every picture of it. */
static void takes_peaks_from_the_index_of_a_finished_file(void **state)
{
    struct file_tape file = {0};
    struct reader reader;
    const struct reader_peaks_range cells = {0, 65536, 1};
    struct tapemap_peak found[2];
    (void)state;

    tape_image_finish(&image);
    memset(image.audio + TAPEMAP_DATA_OFFSET, 0, FRAMES * IMAGE_FRAME_BYTES);
    save_image();
    assert_int_equal(open_both(&file, &reader), TAPEMAP_OK);
    assert_int_equal(reader_peaks(&reader, &cells, found), TAPEMAP_OK);
    assert_true(found[0].max > 0.5f && found[1].min < -0.5f);
    reader_close(&reader);
    file_tape_close(&file);
}

static void reads_a_file_whose_index_is_lost(void **state)
{
    (void)state;
    save_image();
    assert_int_equal(remove(index_path), 0);
    assert_image(0);
}

static void reads_an_index_that_was_cut_to_what_it_holds(void **state)
{
    (void)state;
    tape_image_control(&image)->index_bytes = image.index_bytes * 100;
    save_image();
    assert_image(IMAGE_RECORDS);
}

static void refuses_what_is_no_tape(void **state)
{
    (void)state;
    assert_int_equal(try_open(), TAPEMAP_E_NO_FILE);
    save(path, "", 0);
    assert_int_equal(try_open(), TAPEMAP_E_FORMAT);
    save(path, "RIFF", 4);
    assert_int_equal(try_open(), TAPEMAP_E_FORMAT);
    memset(image.audio + TAPEMAP_CONTROL_OFFSET, 0, sizeof(struct tapemap_control));
    assert_int_equal(try_image(), TAPEMAP_E_FORMAT);
    memset(image.audio + TAPEMAP_CONTROL_OFFSET, 7, sizeof(struct tapemap_control));
    assert_int_equal(try_image(), TAPEMAP_E_FORMAT);
}

static void refuses_another_layout_and_the_memory_of_a_tape(void **state)
{
    struct tapemap_control *control = tape_image_control(&image);
    (void)state;

    control->signature++;
    assert_int_equal(try_image(), TAPEMAP_E_FOREIGN);
    control->signature--;
    control->flags = 0;
    control->capacity_frames = control->kept_frames = FRAMES;
    assert_int_equal(try_image(), TAPEMAP_E_FORMAT);
}

static void calls_a_file_that_was_cut_corrupt(void **state)
{
    (void)state;
    save_image();
    assert_int_equal(truncate(path, TAPEMAP_DATA_OFFSET + FRAMES * IMAGE_FRAME_BYTES), 0);
    assert_int_equal(try_open(), TAPEMAP_OK); /* to its frames, no further */
    assert_int_equal(truncate(path, TAPEMAP_DATA_OFFSET + FRAMES * IMAGE_FRAME_BYTES - 1), 0);
    assert_int_equal(try_open(), TAPEMAP_E_CORRUPT);
    assert_int_equal(truncate(path, TAPEMAP_DATA_OFFSET - 1), 0);
    assert_int_equal(try_open(), TAPEMAP_E_CORRUPT);
    assert_int_equal(truncate(path, TAPEMAP_CONTROL_OFFSET), 0);
    assert_int_equal(try_open(), TAPEMAP_E_FORMAT);
}

static void believes_no_index_that_contradicts_its_tape(void **state)
{
    struct tapemap_index *index = tape_image_index(&image);
    (void)state;

    index->tape_id++;
    assert_int_equal(try_image(), TAPEMAP_E_CORRUPT);
    index->tape_id--;
    index->section_bytes += TAPEMAP_GRANULE_BYTES;
    assert_int_equal(try_image(), TAPEMAP_E_CORRUPT);
    index->section_bytes -= TAPEMAP_GRANULE_BYTES;
    assert_int_equal(try_image(), TAPEMAP_OK);
    assert_int_equal(truncate(index_path, 100), 0);
    assert_int_equal(try_open(), TAPEMAP_E_CORRUPT);
}

static void believes_no_place_of_an_index_outside_the_file(void **state)
{
    struct tapemap_control *control;
    (void)state;

    tape_image_finish(&image);
    control = tape_image_control(&image);
    uint64_t offset = load_acquire_u64(&control->index_offset);
    const uint64_t offsets[] = {1, offset + 1, image.audio_bytes, offset + TAPEMAP_GRANULE_BYTES,
                                UINT64_MAX / TAPEMAP_GRANULE_BYTES * TAPEMAP_GRANULE_BYTES};
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        store_release_u64(&control->index_offset, offsets[i]);
        assert_int_equal(try_image(), TAPEMAP_E_CORRUPT);
    }
    store_release_u64(&control->index_offset, offset);
    const uint64_t lengths[] = {0, TAPEMAP_GRANULE_BYTES, image.index_bytes + 1, UINT64_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        store_release_u64(&control->index_length, lengths[i]);
        assert_int_equal(try_image(), TAPEMAP_E_CORRUPT);
    }
    store_release_u64(&control->index_length, image.index_bytes);
    assert_int_equal(try_image(), TAPEMAP_OK);
}

/* A recorder whose sections are not to be seen: on another machine, or in another session. */
static void follows_a_live_file_that_grows(void **state)
{
    struct file_tape file = {0};
    struct reader reader;
    struct tape_image longer;
    (void)state;

    save_image();
    assert_int_equal(open_both(&file, &reader), TAPEMAP_OK);
    assert_int_equal(reader_head(&reader), FRAMES);
    tape_image_make(&longer, 3 * FRAMES);
    tape_image_control(&longer)->section_bytes = image.audio_bytes;
    store_release_u64(&tape_image_control(&longer)->generation, 1);
    FILE *same = fopen(path, "r+b");
    assert_non_null(same);
    assert_int_equal(fwrite(longer.audio, 1, (size_t)longer.audio_bytes, same), longer.audio_bytes);
    fclose(same);
    assert_int_equal(reader_head(&reader), 3 * FRAMES);
    assert_frames(&reader, FRAMES - 10, 3 * FRAMES);
    reader_close(&reader);
    file_tape_close(&file);
    tape_image_free(&longer);
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, make_image, drop_image)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(reads_an_interrupted_file_and_the_index_beside_it),
        FILE_TEST(reads_a_finished_file_with_its_index_inside),
        FILE_TEST(takes_peaks_from_the_index_of_a_finished_file),
        FILE_TEST(reads_a_file_whose_index_is_lost),
        FILE_TEST(reads_an_index_that_was_cut_to_what_it_holds),
        FILE_TEST(refuses_what_is_no_tape),
        FILE_TEST(refuses_another_layout_and_the_memory_of_a_tape),
        FILE_TEST(calls_a_file_that_was_cut_corrupt),
        FILE_TEST(believes_no_index_that_contradicts_its_tape),
        FILE_TEST(believes_no_place_of_an_index_outside_the_file),
        FILE_TEST(follows_a_live_file_that_grows),
    };
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/take \xC3\xA4.wav", folder);
    snprintf(index_path, sizeof index_path, "%s.index", path);
    return cmocka_run_group_tests(tests, NULL, remove_folder);
}
