/* SPDX-License-Identifier: MIT */
/* Deleting files of finished tapes: the one that was meant, or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "atomic64.h"
#include "file_access.h"
#include "finished_file.h"
#include "folder.h"
#include "identity.h"
#include "plain_file.h"
#include "retention_run.h"
#include "tape_image.h"

#define FRAMES 48000u

static char folder[1024];
static char path[1100];
static char index_path[1200];
static struct tape_image image;

static int prepare(void **state)
{
    (void)state;
    tape_image_make(&image, FRAMES);
    plain_file_write(index_path, image.index, image.index_bytes);
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    tape_image_free(&image);
    (void)file_access_remove(path);
    (void)file_access_remove(index_path);
    folder_remove_for(path, 2);
    return 0;
}

static void save(void)
{
    plain_file_write(path, image.audio, image.audio_bytes);
}

static void deletes_the_tape_that_was_meant_or_nothing(void **state)
{
    (void)state;

    save();
    assert_int_equal(finished_file_remove(path, "image", IMAGE_TAPE_ID), FINISHED_FILE_ANOTHER);
    tape_image_finish(&image);
    save();
    assert_int_equal(finished_file_remove(path, "images", IMAGE_TAPE_ID), FINISHED_FILE_ANOTHER);
    assert_int_equal(finished_file_remove(path, "image", IMAGE_TAPE_ID + 1),
                     FINISHED_FILE_ANOTHER);
    assert_true(plain_file_is_there(path) && plain_file_is_there(index_path));
    assert_int_equal(finished_file_remove(path, "image", IMAGE_TAPE_ID), 0);
    assert_false(plain_file_is_there(path) || plain_file_is_there(index_path));
    assert_int_equal(finished_file_remove(path, "image", IMAGE_TAPE_ID), 2);
    plain_file_write(path, "RIFF", 4);
    assert_int_equal(finished_file_remove(path, "image", IMAGE_TAPE_ID), FINISHED_FILE_ANOTHER);
}

static void leaves_a_copy_or_a_tape_that_was_renamed(void **state)
{
    (void)state;

    tape_image_finish(&image);
    strcpy(tape_image_control(&image)->file_path, "Z:\\tapes\\as it was recorded.wav");
    save();
    assert_int_equal(finished_file_remove(path, "image", IMAGE_TAPE_ID), FINISHED_FILE_ANOTHER);
    assert_true(plain_file_is_there(path) && plain_file_is_there(index_path));
}

static void leaves_what_somebody_has_open(void **state)
{
    struct file_access *reader;
    (void)state;

    tape_image_finish(&image);
    save();
    assert_int_equal(file_access_open(path, FILE_ACCESS_READ, &reader), 0);
    assert_int_equal(finished_file_remove(path, "image", IMAGE_TAPE_ID), FINISHED_FILE_HELD);
    file_access_close(reader);
    assert_int_equal(finished_file_remove(path, "image", IMAGE_TAPE_ID), 0);
}

/* A tape of the deck that is recorded now, a second long: time that has passed for certain. */
static void record_on(const char *name)
{
    struct tape_image present;

    tape_image_make(&present, FRAMES);
    plain_file_write(name, present.audio, present.audio_bytes);
    tape_image_free(&present);
}

/* Its tapes are in folders, one of which is `folder`. */
static void options_of_the_deck(struct file_options *options)
{
    static char root[sizeof folder];

    file_options_init(options);
    snprintf(root, sizeof root, "%s", folder);
    *strrchr(root, '\\') = '\0';
    options->output = root;
    options->pattern = "{date}/{id}.wav";
}

static void deletes_what_is_too_old_with_its_folder(void **state)
{
    struct file_options options;
    uint64_t told = 0;
    char present_path[1100];
    (void)state;

    tape_image_finish(&image);
    save();
    snprintf(present_path, sizeof present_path, "%s\\present.wav", folder);
    options_of_the_deck(&options);
    struct retention_config config = {
        .deck = "imagine", .options = &options, .is_quiet = true,
        .policy = {.keep_ns = UINT64_C(1000000000)},
    };
    uint64_t later = tape_image_control(&image)->created_utc_ns + UINT64_C(2400000000);
    config.deck = "image";
    assert_true(retention_run(&config, later, &told));
    assert_true(plain_file_is_there(path)); /* as far as anybody knows, the clock was set */
    record_on(present_path);
    config.deck = "imagine";
    assert_true(retention_run(&config, later, &told));
    config.deck = "image";
    assert_true(retention_run(&config, later - UINT64_C(500000000), &told));
    assert_true(plain_file_is_there(path));
    options.pattern = "{id}.wav"; /* then it is none that this deck put there */
    assert_true(retention_run(&config, later, &told));
    assert_true(plain_file_is_there(path));
    options.pattern = "{date}/{id}.wav";
    assert_true(retention_run(&config, later, &told));
    assert_false(plain_file_is_there(path) || plain_file_is_there(index_path));
    assert_int_equal(file_access_remove(present_path), 0);
    folder_remove_for(present_path, 1);
    plain_file_write(folder, "", 0); /* fails while there is a folder of that name */
    (void)file_access_remove(folder);
}

/* Paused for a minute, so it ended a minute after its only second of sound. */
static void counts_from_the_end_of_a_tape_that_was_paused(void **state)
{
    struct tapemap_record *records;
    struct file_options options;
    uint64_t told = 0;
    char present_path[1100];
    (void)state;

    records = (void *)(image.index + tape_image_index(&image)->journal.offset);
    records[IMAGE_RECORDS - 1].utc_ns += UINT64_C(60000000000);
    tape_image_finish(&image);
    save();
    snprintf(present_path, sizeof present_path, "%s\\present.wav", folder);
    record_on(present_path);
    options_of_the_deck(&options);
    struct retention_config config = {
        .deck = "image", .options = &options, .is_quiet = true,
        .policy = {.keep_ns = UINT64_C(500000000)},
    };
    uint64_t begin = tape_image_control(&image)->created_utc_ns;
    assert_true(retention_run(&config, begin + UINT64_C(61400000000), &told));
    assert_true(plain_file_is_there(path));
    assert_true(retention_run(&config, begin + UINT64_C(61600000000), &told));
    assert_false(plain_file_is_there(path));
    assert_int_equal(file_access_remove(present_path), 0);
}

/* Though it has ended it is still to be completed, and room would be made of it at last. */
static void leaves_the_tape_that_the_deck_is_on(void **state)
{
    struct file_options options;
    uint64_t told = 0;
    (void)state;

    options_of_the_deck(&options);
    struct retention_config config = {
        .deck = "image", .options = &options, .is_quiet = true, .present_id = IMAGE_TAPE_ID,
        .policy = {.keep_free_bytes = UINT64_C(1) << 60},
    };
    tape_image_finish(&image);
    save();
    assert_false(retention_run(&config, 0, &told));
    assert_true(plain_file_is_there(path));
    config.present_id = IMAGE_TAPE_ID + 1;
    assert_false(retention_run(&config, 0, &told));
    assert_false(plain_file_is_there(path));
}

static void deletes_nothing_once_the_recorder_is_to_end(void **state)
{
    struct tapemap_shared_u64 is_ending = {0};
    struct file_options options;
    uint64_t told = 0;
    (void)state;

    options_of_the_deck(&options);
    struct retention_config config = {
        .deck = "image", .options = &options, .is_quiet = true, .is_unwanted = &is_ending,
        .policy = {.keep_free_bytes = UINT64_C(1) << 60},
    };
    tape_image_finish(&image);
    save();
    store_relaxed_u64(&is_ending, 1);
    (void)retention_run(&config, 0, &told);
    assert_true(plain_file_is_there(path));
    store_relaxed_u64(&is_ending, 0);
    (void)retention_run(&config, 0, &told);
    assert_false(plain_file_is_there(path));
}

static void leaves_a_copy_in_another_folder(void **state)
{
    struct file_options options;
    uint64_t told = 0;
    (void)state;

    options_of_the_deck(&options);
    struct retention_config config = {
        .deck = "image", .options = &options, .is_quiet = true,
        .policy = {.keep_free_bytes = UINT64_C(1) << 60},
    };
    tape_image_finish(&image);
    strcpy(tape_image_control(&image)->file_path, "Z:\\tapes\\20231113\\take.wav");
    save();
    assert_false(retention_run(&config, 0, &told));
    assert_true(plain_file_is_there(path));
    /* With all that was recorded it may have been moved. */
    strcpy(tape_image_control(&image)->file_path, "Z:\\tapes/20231114\\Take.wav");
    save();
    assert_false(retention_run(&config, 0, &told));
    assert_false(plain_file_is_there(path));
}

static void says_so_when_there_is_no_room_and_nothing_to_delete(void **state)
{
    struct file_options options;
    uint64_t told = 0;
    (void)state;

    file_options_init(&options);
    options.output = folder;
    options.pattern = "{id}.wav";
    struct retention_config config = {
        .deck = "image", .options = &options, .is_quiet = true,
        .policy = {.keep_free_bytes = UINT64_C(1) << 60},
    };
    tape_image_finish(&image);
    save();
    assert_false(retention_run(&config, 0, &told));
    assert_false(plain_file_is_there(path));
    config.policy.keep_free_bytes = 1;
    assert_true(retention_run(&config, 0, &told));
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, prepare, clean_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(deletes_the_tape_that_was_meant_or_nothing),
        FILE_TEST(leaves_a_copy_or_a_tape_that_was_renamed),
        FILE_TEST(leaves_what_somebody_has_open),
        FILE_TEST(deletes_what_is_too_old_with_its_folder),
        FILE_TEST(counts_from_the_end_of_a_tape_that_was_paused),
        FILE_TEST(leaves_the_tape_that_the_deck_is_on),
        FILE_TEST(deletes_nothing_once_the_recorder_is_to_end),
        FILE_TEST(leaves_a_copy_in_another_folder),
        FILE_TEST(says_so_when_there_is_no_room_and_nothing_to_delete),
    };

    if (!folder_temporary(folder, sizeof folder - 60))
        return 1;
    snprintf(folder + strlen(folder), 60, "retention %u\\20231114", (unsigned)identity_pid());
    snprintf(path, sizeof path, "%s\\take.wav", folder);
    snprintf(index_path, sizeof index_path, "%s.index", path);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
