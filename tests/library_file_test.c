/* SPDX-License-Identifier: MIT */
/* The DLL on the files of tapes, made by hand: by path, of any length and in any script; and
   through the sections of a recorder that is at it. */
#include <process.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "free_handle.h"
#include "image_recorder.h"
#include "object_names.h"
#include "shared_file.h"
#include "tape_image.h"
#include "tapemap/ramp.h"
#include "tapemap/tapemap.h"

#define FRAMES 70001u
#define LONG_NAME                                                               \
    "\xC3\x84ther-\xE9\x9F\xB3\xE6\xA5\xBD-0123456789-0123456789-0123456789-0123456789"  \
    "-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789"

static char folders[4][2048]; /* each inside the one before; the last path is over 260 long */
static char path[2048];
static char index_path[2100];
static struct tape_image image;
static void *files[2];

static int make_folders(void **state)
{
    (void)state;
    const char *temp = getenv("TEMP");
    snprintf(folders[0], sizeof folders[0], "%s\\tapemap-file-%d", temp ? temp : ".", _getpid());
    shared_folder_create(folders[0]);
    for (int i = 1; i < 4; i++) {
        snprintf(folders[i], sizeof folders[i], "%s\\" LONG_NAME, folders[i - 1]);
        shared_folder_create(folders[i]);
    }
    snprintf(path, sizeof path, "%s\\take \xC3\xA4.wav", folders[3]);
    snprintf(index_path, sizeof index_path, "%s.index", path);
    assert_true(strlen(path) > 260);
    return 0;
}

static int remove_folders(void **state)
{
    (void)state;
    for (int i = 3; i >= 0; i--)
        shared_remove(folders[i]);
    return 0;
}

static int make_image(void **state)
{
    (void)state;
    tape_image_make(&image, FRAMES);
    return 0;
}

static void close_files(void)
{
    for (int i = 0; i < 2; i++) {
        shared_close(files[i]);
        files[i] = NULL;
    }
}

static int drop_image(void **state)
{
    (void)state;
    tape_image_free(&image);
    close_files();
    shared_remove(path);
    shared_remove(index_path);
    return 0;
}

static void save(bool with_index)
{
    close_files();
    files[0] = shared_file_create(path, image.audio, image.audio_bytes);
    if (with_index)
        files[1] = shared_file_create(index_path, image.index, image.index_bytes);
}

static enum tapemap_status try_open(void)
{
    tapemap_tape *tape = NULL;
    enum tapemap_status status = tapemap_open_file(path, &tape);
    tapemap_close(tape);
    return status;
}

static tapemap_tape *open_path(void)
{
    tapemap_tape *tape = NULL;
    assert_int_equal(tapemap_open_file(path, &tape), TAPEMAP_OK);
    return tape;
}

static void assert_frames(tapemap_tape *tape, uint64_t from, uint64_t to)
{
    int16_t *samples = malloc((size_t)(to - from) * IMAGE_FRAME_BYTES);
    assert_non_null(samples);
    assert_int_equal(tapemap_read(tape, from, to - from, samples), TAPEMAP_OK);
    for (uint64_t i = 0; i < (to - from) * 2; i++)
        if (samples[i] != tapemap_ramp_sample((uint32_t)(i % 2), from + i / 2) >> 8)
            fail_msg("sample %u differs", (unsigned)i);
    free(samples);
}

/* All of the ramp lies in 65536 frames. */
static void assert_peaks(tapemap_tape *tape)
{
    struct tapemap_peak peaks[2];
    assert_int_equal(tapemap_read_peaks(tape, 0, 65536, 1, peaks), TAPEMAP_OK);
    for (int channel = 0; channel < 2; channel++)
        assert_true(peaks[channel].min == -1.0f && peaks[channel].max == 32767 / 32768.0f);
}

static void assert_journal(tapemap_tape *tape)
{
    struct tapemap_record record;
    uint64_t first, end, utc_ns;

    tapemap_get_journal(tape, &first, &end);
    assert_true(first == 0 && end == IMAGE_RECORDS);
    assert_int_equal(tapemap_find_record(tape, TAPEMAP_RECORD_MARK, &first, &record), TAPEMAP_OK);
    assert_string_equal(record.text, "here");
    assert_int_equal(tapemap_utc_at(tape, 48000, &utc_ns), TAPEMAP_OK);
    assert_in_range(utc_ns, 1700000000999999000u, 1700000001000001000u);
}

static void reads_a_finished_file(void **state)
{
    struct tapemap_info info;
    struct tapemap_now now;
    (void)state;

    tape_image_finish(&image);
    save(false);
    tapemap_tape *tape = open_path();
    tapemap_get_info(tape, &info);
    assert_string_equal(info.deck, "image");
    assert_int_equal(info.is_file, 1);
    tapemap_get_now(tape, &now);
    assert_int_equal(now.state, TAPEMAP_STATE_ENDED);
    assert_int_equal(now.head, FRAMES);
    assert_int_equal(now.durable_frames, FRAMES);
    assert_int_equal(now.resume_count, 1);
    assert_int_equal(now.committed_bytes, image.audio_bytes);
    assert_int_equal(now.is_stalled, 0);
    assert_frames(tape, 0, FRAMES);
    assert_peaks(tape);
    assert_journal(tape);
    assert_int_equal(tapemap_wait(tape, FRAMES, 10000), TAPEMAP_OK);
    assert_int_equal(tapemap_wait(tape, FRAMES + 1, 10000), TAPEMAP_E_ENDED);
    tapemap_close(tape);
}

static void reads_an_interrupted_file_with_or_without_its_index(void **state)
{
    struct tapemap_now now;
    (void)state;

    save(true);
    tapemap_tape *tape = open_path();
    assert_frames(tape, 0, FRAMES);
    assert_peaks(tape);
    assert_journal(tape);
    tapemap_get_now(tape, &now);
    assert_int_equal(now.is_stalled, 1);
    assert_int_equal(tapemap_wait(tape, FRAMES + 1, 10000), TAPEMAP_E_STALLED);
    tapemap_close(tape);
    close_files();
    shared_remove(index_path);
    tape = open_path();
    assert_frames(tape, 0, FRAMES);
    assert_peaks(tape);
    tapemap_close(tape);
}

static void refuses_what_is_no_tape(void **state)
{
    tapemap_tape *tape = NULL;
    (void)state;

    assert_int_equal(try_open(), TAPEMAP_E_NO_FILE);
    assert_int_equal(tapemap_open_file(folders[0], &tape), TAPEMAP_E_FORMAT);
    assert_int_equal(tapemap_open_file("", &tape), TAPEMAP_E_ARGUMENT);
    assert_int_equal(tapemap_open_file(NULL, &tape), TAPEMAP_E_ARGUMENT);
    memset(image.audio, 3, TAPEMAP_DATA_OFFSET);
    save(false);
    assert_int_equal(try_open(), TAPEMAP_E_FORMAT);
    close_files();
    files[0] = shared_file_create(path, "RIFF", 4);
    assert_int_equal(try_open(), TAPEMAP_E_FORMAT);
    shared_file_set_length(files[0], 0);
    assert_int_equal(try_open(), TAPEMAP_E_FORMAT);
}

static void says_that_a_file_is_in_use_when_its_holder_admits_nobody(void **state)
{
    (void)state;
    save(false);
    close_files();
    void *held = shared_file_hold(path, 0);
    assert_int_equal(try_open(), TAPEMAP_E_BUSY);
    shared_close(held);
}

static void copies_no_repaired_wave_to_stdout(void **state)
{
    /* s16 mono at 8 kHz, of a length that its header does not say. */
    static const char wave[] = "RIFF\xFF\xFF\xFF\xFFWAVEfmt \x10\0\0\0\1\0\1\0\x40\x1F\0\0"
                               "\x80\x3E\0\0\2\0\x10\0data\xFF\xFF\xFF\xFF" "frames";
    const struct tapemap_recover_options options = {.copy = "-"};
    struct tapemap_recover_report report;
    (void)state;

    files[0] = shared_file_create(path, wave, sizeof wave - 1);
    assert_int_equal(tapemap_recover(path, &options, &report), TAPEMAP_E_ARGUMENT);
    assert_non_null(strstr(report.problem, "stdout"));
    assert_int_equal(tapemap_recover(path, NULL, &report), TAPEMAP_E_ARGUMENT);
    assert_int_equal(report.frames, 3);
}

static void calls_a_file_that_was_cut_corrupt(void **state)
{
    (void)state;
    save(false);
    shared_file_set_length(files[0], TAPEMAP_DATA_OFFSET + 1000 * IMAGE_FRAME_BYTES);
    assert_int_equal(try_open(), TAPEMAP_E_CORRUPT);
}

static void sees_frames_come_without_any_events(void **state)
{
    (void)state;
    save(true);
    tapemap_tape *tape = open_path();
    const uint64_t head = FRAMES + 1000; /* zeros, already in the file */
    shared_file_write(files[0], TAPEMAP_CONTROL_OFFSET + offsetof(struct tapemap_control, head),
                      &head, sizeof head);
    assert_int_equal(tapemap_wait(tape, head, 10000), TAPEMAP_OK);
    assert_int_equal(tapemap_head(tape), head);
    tapemap_close(tape);
}

/* ---- through the sections of a recorder, whose tape is longer than `image` ---- */

static void opens_the_tape_of_a_recorder_that_is_at_it(void **state)
{
    struct image_recorder recorder;
    (void)state;

    save(true);
    image_recorder_start(&recorder, folders[0], 3 * FRAMES, 11 * TAPEMAP_GRANULE_BYTES);
    tapemap_tape *tape = open_path();
    assert_int_equal(tapemap_head(tape), 2 * FRAMES);
    tapemap_close(tape);
    store_release_u64(&tape_image_control(&recorder.image)->state, TAPEMAP_STATE_ENDED);
    image_recorder_put_control(&recorder);
    tape = open_path();
    assert_int_equal(tapemap_head(tape), FRAMES);
    tapemap_close(tape);
    image_recorder_let_go(&recorder);
    image_recorder_remove(&recorder);
}

static void follows_sections_as_they_grow(void **state)
{
    struct image_recorder recorder;
    tapemap_tape *tape;
    tapemap_tape *late;
    char id[17];
    (void)state;

    image_recorder_start(&recorder, folders[0], 3 * FRAMES, 11 * TAPEMAP_GRANULE_BYTES);
    tape_id_print(IMAGE_TAPE_ID, id);
    assert_int_equal(tapemap_open_tape(id, &tape), TAPEMAP_OK);
    assert_frames(tape, FRAMES, 2 * FRAMES);
    image_recorder_grow(&recorder);
    assert_int_equal(tapemap_head(tape), 3 * FRAMES);
    assert_frames(tape, 0, 3 * FRAMES);
    assert_int_equal(tapemap_open_tape(id, &late), TAPEMAP_OK);
    assert_frames(late, 3 * FRAMES - 10, 3 * FRAMES);
    image_recorder_let_go(&recorder);
    image_recorder_remove(&recorder);
    tapemap_close(late);
    assert_frames(tape, 0, 3 * FRAMES); /* its handles hold what the recorder let go */
    assert_int_equal(tapemap_open_tape(id, &late), TAPEMAP_OK);
    tapemap_close(late);
    tapemap_close(tape);
    assert_int_equal(tapemap_open_tape(id, &late), TAPEMAP_E_NO_TAPE);
}

/* Its recorder made a section, and went, before this reader looked again. */
static void reads_on_from_the_file_whose_newest_section_has_gone(void **state)
{
    struct image_recorder recorder;
    tapemap_tape *tape;
    char id[17];
    int16_t pair[2];
    unsigned long handle = 0;
    (void)state;

    tape_id_print(IMAGE_TAPE_ID, id);
    for (int round = 0; round < 3; round++) {
        bool has_path = round != 1;
        image_recorder_start(&recorder, folders[0], 3 * FRAMES, 11 * TAPEMAP_GRANULE_BYTES);
        if (!has_path) {
            tape_image_control(&recorder.image)->file_path[0] = '\0';
            image_recorder_put_control(&recorder);
        }
        assert_int_equal(tapemap_open_tape(id, &tape), TAPEMAP_OK);
        assert_frames(tape, FRAMES, 2 * FRAMES);
        image_recorder_grow(&recorder);
        image_recorder_let_go(&recorder);
        assert_int_equal(tapemap_head(tape), 3 * FRAMES);
        if (has_path) {
            const void *frames;
            uint64_t count = 10;
            assert_frames(tape, 0, 3 * FRAMES);
            assert_int_equal(tapemap_map_at(tape, 3 * FRAMES - 10, &count, NULL, &frames),
                             TAPEMAP_OK);
            tapemap_unmap(frames);
        } else {
            assert_int_equal(tapemap_read(tape, 3 * FRAMES - 1, 1, pair), TAPEMAP_E_NO_TAPE);
            assert_frames(tape, 0, FRAMES);
        }
        tapemap_close(tape);
        image_recorder_remove(&recorder);
        if (round == 0)
            handle = free_handle();
    }
    assert_int_equal(free_handle(), handle);
}

#define NEXT_TAPE_ID 0x0F11E7A9E0000002u

/* A finished tape after that of `image`, in `folder`; id 0: none. */
static void put_next(const char *folder, uint64_t id, uint64_t previous_id)
{
    struct tape_image next;
    char next_path[2200];

    snprintf(next_path, sizeof next_path, "%s\\next.wav", folder);
    shared_remove(next_path);
    if (id == 0)
        return;
    tape_image_make(&next, FRAMES);
    tape_image_control(&next)->tape_id = id;
    tape_image_index(&next)->tape_id = id;
    tape_image_control(&next)->previous_tape_id = previous_id;
    tape_image_control(&next)->series_position = previous_id ? FRAMES : 0;
    tape_image_finish(&next);
    shared_close(shared_file_create(next_path, next.audio, next.audio_bytes));
    tape_image_free(&next);
}

static enum tapemap_status try_next(uint64_t *id)
{
    tapemap_tape *tape = open_path();
    tapemap_tape *next = NULL;
    struct tapemap_info info = {0};
    enum tapemap_status status = tapemap_open_next(tape, &next);

    tapemap_get_info(next, &info);
    if (next)
        assert_true(tape_id_parse(info.id, id));
    tapemap_close(next);
    tapemap_close(tape);
    return status;
}

static void opens_the_next_tape_where_it_was_recorded_or_beside(void **state)
{
    uint64_t id = 0;
    (void)state;

    save(true);
    assert_int_equal(try_next(&id), TAPEMAP_E_NOT_YET);
    tape_image_finish(&image);
    save(false);
    assert_int_equal(try_next(&id), TAPEMAP_E_NO_TAPE);
    struct tapemap_control *control = tape_image_control(&image);
    snprintf(control->next_path, sizeof control->next_path, "%s\\next.wav", folders[0]);
    store_release_u64(&control->next_tape_id, NEXT_TAPE_ID);
    save(false);
    assert_int_equal(try_next(&id), TAPEMAP_E_NO_FILE);
    put_next(folders[0], NEXT_TAPE_ID, IMAGE_TAPE_ID);
    assert_int_equal(try_next(&id), TAPEMAP_OK);
    assert_true(id == NEXT_TAPE_ID);
    put_next(folders[0], 99, IMAGE_TAPE_ID); /* somebody else's, by now */
    assert_int_equal(try_next(&id), TAPEMAP_E_NO_FILE);
    put_next(folders[3], NEXT_TAPE_ID, IMAGE_TAPE_ID);
    assert_int_equal(try_next(&id), TAPEMAP_OK);
    put_next(folders[3], NEXT_TAPE_ID, 0);
    assert_int_equal(try_next(&id), TAPEMAP_OK);
    put_next(folders[3], NEXT_TAPE_ID, 98);
    assert_int_equal(try_next(&id), TAPEMAP_E_CORRUPT);
    put_next(folders[0], 0, 0);
    put_next(folders[3], 0, 0);
}

static void tells_the_place_of_a_tape_in_its_series(void **state)
{
    struct tapemap_control *control = tape_image_control(&image);
    struct tapemap_info info;
    struct tapemap_now now;
    (void)state;

    control->previous_tape_id = 0xAB;
    control->series_position = 12345;
    snprintf(control->file_path, sizeof control->file_path, "C:\\rec\\a.wav");
    store_release_u64(&control->next_tape_id, NEXT_TAPE_ID);
    tape_image_finish(&image);
    save(false);
    tapemap_tape *tape = open_path();
    tapemap_get_info(tape, &info);
    tapemap_get_now(tape, &now);
    assert_string_equal(info.previous_id, "00000000000000ab");
    assert_true(info.series_position == 12345);
    assert_string_equal(info.file_path, "C:\\rec\\a.wav");
    assert_string_equal(now.next_id, "0f11e7a9e0000002");
    tapemap_close(tape);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, make_image, drop_image)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(reads_a_finished_file),
        FILE_TEST(reads_an_interrupted_file_with_or_without_its_index),
        FILE_TEST(refuses_what_is_no_tape),
        FILE_TEST(says_that_a_file_is_in_use_when_its_holder_admits_nobody),
        FILE_TEST(copies_no_repaired_wave_to_stdout),
        FILE_TEST(calls_a_file_that_was_cut_corrupt),
        FILE_TEST(sees_frames_come_without_any_events),
        FILE_TEST(opens_the_tape_of_a_recorder_that_is_at_it),
        FILE_TEST(follows_sections_as_they_grow),
        FILE_TEST(reads_on_from_the_file_whose_newest_section_has_gone),
        FILE_TEST(opens_the_next_tape_where_it_was_recorded_or_beside),
        FILE_TEST(tells_the_place_of_a_tape_in_its_series),
    };
    return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
