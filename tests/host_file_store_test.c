/* SPDX-License-Identifier: MIT */
/* The store over a file, with real files beside this test and real named sections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_access.h"
#include "file_store_rig_win32.h"
#include "long_folder_win32.h"
#include "object_names.h"
#include "pagefile_store.h"

#define FILE_IS_MISSING 2

static void refuses(const struct file_store_config *config, enum tapemap_status status,
                    const char *words)
{
    struct store *store = NULL;
    struct failure failure = {0};

    assert_int_equal(file_store_create(config, &store, &failure), status);
    assert_null(store);
    if (!strstr(failure.text, words) || !strchr(failure.text, ';'))
        fail_msg("%s", failure.text);
}

/* Byte `at` of a committed file that holds no audio: L151. */
static unsigned char blank_byte(uint64_t at)
{
    return at >= GRANULE && at % GRANULE < 16 ? 0xFF : 0;
}

static void is_blank(const unsigned char *bytes, uint64_t offset, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        if (bytes[i] != blank_byte(offset + i))
            fail_msg("byte %llu is %u", (unsigned long long)(offset + i), bytes[i]);
}

static void commits_zeros_with_marks_at_multiples_of_65536(void **state)
{
    struct file_store_config config = rig_config();
    unsigned char *bytes = malloc((size_t)(3 * MIB));
    (void)state;

    config.bytes = 4 * MIB;
    struct store *store = rig_create(&config);
    unsigned char *view = rig_map(store, 0, 4 * MIB);
    assert_non_null(bytes);
    assert_int_equal(store_commit(store, 0, view, (size_t)GRANULE), 0);
    assert_int_equal(store_commit(store, GRANULE, view + GRANULE, 4096), 0);
    assert_int_equal(store_commit(store, GRANULE + 4096, view + GRANULE + 4096, 5 * 4096), 0);
    assert_int_equal(store_commit(store, GRANULE + 6 * 4096, view + GRANULE + 6 * 4096,
                                  (size_t)(3 * MIB - GRANULE - 6 * 4096)), 0);
    assert_true(rig_read(0, bytes, (size_t)(3 * MIB)) == 4 * MIB);
    is_blank(bytes, 0, 3 * MIB);
    is_blank(view, 0, 3 * MIB);
    assert_true(rig_read(3 * MIB, bytes, (size_t)MIB) == 4 * MIB);
    for (uint64_t i = 0; i < MIB; i++)
        assert_int_equal(bytes[i], 0); /* reserved, and without a mark before 4 MiB */
    store_unmap(store, view, (size_t)(4 * MIB));
    store_destroy(store);
    free(bytes);
}

static void commits_again_without_touching_audio(void **state)
{
    struct file_store_config config = rig_config();
    struct store *store = rig_create(&config);
    unsigned char *view = rig_map(store, 0, 4 * GRANULE);
    unsigned char bytes[8];
    (void)state;

    assert_int_equal(store_commit(store, 0, view, (size_t)(2 * GRANULE)), 0);
    memcpy(view, "RIFFRIFF", 8);
    memcpy(view + GRANULE, "\1\2\3\4\5\6\7\10", 8);
    assert_int_equal(store_commit(store, 0, view, (size_t)(3 * GRANULE)), 0);
    assert_memory_equal(view, "RIFFRIFF", 8);
    rig_read(GRANULE, bytes, 8);
    assert_memory_equal(bytes, "\1\2\3\4\5\6\7\10", 8);
    assert_int_equal(view[2 * GRANULE], 0xFF);
    store_unmap(store, view, (size_t)(4 * GRANULE));
    store_destroy(store);
}

static void commits_an_index_in_any_order_with_zeros(void **state)
{
    struct file_store_config config = rig_config();
    (void)state;

    config.kind = FILE_STORE_INDEX;
    struct store *store = rig_create(&config);
    unsigned char *view = rig_map(store, 0, 4 * GRANULE);
    assert_int_equal(store_commit(store, 2 * GRANULE, view + 2 * GRANULE, (size_t)GRANULE), 0);
    view[2 * GRANULE + 5] = 42;
    assert_int_equal(store_commit(store, GRANULE, view + GRANULE, (size_t)(2 * GRANULE)), 0);
    assert_int_equal(view[2 * GRANULE + 5], 42);
    assert_int_equal(rig_byte(GRANULE), 0);
    assert_int_equal(rig_byte(2 * GRANULE + 5), 42);
    assert_int_equal(store_grow(store, 8 * GRANULE), TAPEMAP_E_UNSUPPORTED);
    store_unmap(store, view, (size_t)(4 * GRANULE));
    store_destroy(store);
}

static void grows_while_views_and_names_stay(void **state)
{
    struct file_store_config config = rig_config();
    struct store *store = rig_create(&config);
    unsigned char *old = rig_map(store, 0, 4 * GRANULE);
    (void)state;

    assert_int_equal(store_commit(store, 0, old, (size_t)(3 * GRANULE)), 0);
    assert_false(rig_name_exists(1));
    assert_int_equal(store_grow(store, 4 * GRANULE), 0);
    assert_true(store->generation == 0 && store->bytes == 4 * GRANULE);
    assert_int_equal(store_grow(store, 4 * GRANULE + 1), 0);
    assert_true(store->generation == 1 && store->bytes == 2 * MIB + 2 * GRANULE);
    unsigned char *next = rig_map(store, GRANULE, 2 * MIB + GRANULE);
    old[GRANULE + 7] = 42;
    assert_int_equal(next[7], 42);
    next[8] = 43;
    assert_int_equal(old[GRANULE + 8], 43);
    assert_int_equal(store_commit(store, 3 * GRANULE, next + 2 * GRANULE, (size_t)MIB), 0);
    is_blank(next + 2 * GRANULE, 3 * GRANULE, MIB);
    assert_int_equal(store_grow(store, 3 * MIB), 0);
    assert_int_equal(store_grow(store, 5 * MIB), 0);
    assert_true(store->generation == 3 && store->bytes == 6 * MIB + 2 * GRANULE);
    assert_true(rig_name_exists(0) && !rig_name_exists(1));
    assert_true(rig_name_exists(2) && rig_name_exists(3));
    assert_int_equal(old[GRANULE + 8], 43);
    store_unmap(store, old, (size_t)(4 * GRANULE));
    store_unmap(store, next, (size_t)(2 * MIB + GRANULE));
    store_destroy(store);
    assert_false(rig_name_exists(0) || rig_name_exists(2) || rig_name_exists(3));
}

static void marks_what_is_only_reserved_every_four_mebibytes(void **state)
{
    struct file_store_config config = rig_config();
    (void)state;

    config.bytes = 5 * MIB;
    struct store *store = rig_create(&config);
    assert_int_equal(store_grow(store, 13 * MIB), 0);
    for (uint64_t at = 0; at < store->bytes; at += GRANULE)
        assert_int_equal(rig_byte(at), at > 0 && at % (4 * MIB) == 0 ? 0xFF : 0);
    assert_int_equal(rig_byte(4 * MIB + 15), 0xFF);
    assert_int_equal(rig_byte(4 * MIB + 16), 0);
    store_destroy(store);
}

static void grows_past_a_name_that_somebody_has_taken(void **state)
{
    struct file_store_config config = rig_config();
    struct store *store = rig_create(&config);
    struct store *stranger = NULL;
    struct failure failure;
    char name[OBJECT_NAME_BYTES];
    (void)state;

    object_name_audio(name, config.space, config.tape_id, 1);
    assert_int_equal(pagefile_store_create(name, GRANULE, &stranger, &failure), 0);
    assert_int_equal(store_grow(store, 5 * GRANULE), 0);
    assert_true(store->generation == 2 && rig_name_exists(2));
    store_destroy(stranger);
    store_destroy(store);
}

static void refuses_a_file_that_exists_and_leaves_it_alone(void **state)
{
    struct file_store_config config = rig_config();
    unsigned char bytes[3];
    FILE *file = fopen(RIG_TAPE, "wb");
    (void)state;

    assert_non_null(file);
    fwrite("old", 1, 3, file);
    fclose(file);
    refuses(&config, TAPEMAP_E_BUSY, RIG_TAPE);
    assert_true(rig_read(0, bytes, 3) == 3);
    assert_memory_equal(bytes, "old", 3);
}

static void leaves_no_file_when_its_section_cannot_be_made(void **state)
{
    struct file_store_config config = rig_config();
    struct store *store = rig_create(&config);
    (void)state;

    config.path = RIG_TAPE ".other";
    file_access_remove(config.path);
    refuses(&config, TAPEMAP_E_BUSY, "section");
    assert_int_equal(file_access_remove(config.path), FILE_IS_MISSING);
    store_destroy(store);
}

static void says_what_is_wrong_with_a_path(void **state)
{
    struct file_store_config config = rig_config();
    (void)state;

    config.path = "no such folder\\x.wav";
    refuses(&config, TAPEMAP_E_NO_FILE, "make its folder first");
    config.path = "";
    refuses(&config, TAPEMAP_E_ARGUMENT, "choose another name");
    config.path = ".";
    refuses(&config, TAPEMAP_E_BUSY, "choose another name");
}

static void takes_long_paths_in_any_script(void **state)
{
    struct file_store_config config = rig_config();
    struct file_access *reader = NULL;
    char path[LONG_FOLDER_PATH_BYTES];
    unsigned char byte = 0;
    (void)state;

    long_folder_make("host_file_store_test.tmp", path);
    strcat(path, "\\caf\xC3\xA9 \xF0\x9F\x8E\x99.wav");
    file_access_remove(path);
    config.path = path;
    config.keep_free_bytes = 1;
    struct store *store = rig_create(&config);
    unsigned char *view = rig_map(store, 0, 4 * GRANULE);
    assert_int_equal(store_commit(store, 0, view, (size_t)(2 * GRANULE)), 0);
    assert_int_equal(file_access_open(path, FILE_ACCESS_READ, &reader), 0);
    assert_int_equal(file_access_read(reader, GRANULE, &byte, 1), 0);
    assert_int_equal(byte, 0xFF);
    file_access_close(reader);
    refuses(&config, TAPEMAP_E_BUSY, "'...");
    store_unmap(store, view, (size_t)(4 * GRANULE));
    store_destroy(store);
    assert_int_equal(file_access_remove(path), 0);
    long_folder_remove("host_file_store_test.tmp");
}

static void keeps_free_what_is_asked(void **state)
{
    struct file_store_config config = rig_config();
    (void)state;

    config.keep_free_bytes = UINT64_C(1) << 62;
    refuses(&config, TAPEMAP_E_DISK_FULL, "keep less of it free");
    assert_int_equal(file_access_remove(RIG_TAPE), FILE_IS_MISSING);
}

static void admits_readers_and_no_second_writer(void **state)
{
    struct file_store_config config = rig_config();
    struct store *store = rig_create(&config);
    struct store *second = NULL;
    struct file_access *file = NULL;
    struct failure failure;
    (void)state;

    assert_int_equal(file_access_open(RIG_TAPE, FILE_ACCESS_CHANGE, &file), 32);
    assert_int_equal(file_access_open(RIG_TAPE, FILE_ACCESS_READ, &file), 0);
    file_access_close(file);
    assert_int_equal(file_store_reopen(&config, 1, &second, &failure), TAPEMAP_E_BUSY);
    assert_non_null(strstr(failure.text, "stop the program"));
    store_destroy(store);
}

static void flushes_ranges_of_old_and_new_views(void **state)
{
    struct file_store_config config = rig_config();
    struct store *store = rig_create(&config);
    unsigned char *old = rig_map(store, 0, 4 * GRANULE);
    (void)state;

    assert_int_equal(store_commit(store, 0, old, (size_t)(3 * GRANULE)), 0);
    memset(old, 7, (size_t)(3 * GRANULE));
    assert_int_equal(store_grow(store, 2 * MIB), 0);
    unsigned char *next = rig_map(store, GRANULE, MIB);
    assert_int_equal(store->ops->flush(store, 100, 2 * GRANULE + 1), 0);
    store_unmap(store, old, (size_t)(4 * GRANULE));
    assert_int_equal(store->ops->flush(store, 0, 3 * GRANULE), 0);
    store_unmap(store, next, (size_t)MIB);
    assert_int_equal(store->ops->flush(store, 0, 3 * GRANULE), 0);
    store_destroy(store);
}

static void maps_commits_and_grows_while_another_thread_flushes(void **state)
{
    struct file_store_config config = rig_config();
    (void)state;

    config.extent_bytes = MIB;
    struct store *store = rig_create(&config);
    rig_start_flushing(store, GRANULE);
    for (uint64_t i = 0; i < 200; i++) {
        uint64_t offset = i * GRANULE / 2 / GRANULE * GRANULE;
        assert_int_equal(store_grow(store, offset + 2 * GRANULE), 0);
        unsigned char *first = rig_map(store, 0, GRANULE);
        unsigned char *view = rig_map(store, offset, 2 * GRANULE);
        assert_int_equal(store_commit(store, offset, view, (size_t)GRANULE), 0);
        view[0] = first[0] = (unsigned char)i;
        store_unmap(store, first, (size_t)GRANULE);
        store_unmap(store, view, (size_t)(2 * GRANULE));
    }
    assert_int_equal(rig_stop_flushing(), 0);
    assert_int_equal(rig_byte(0), 199);
    store_destroy(store);
}

/* Every byte of block i, wherever it ends up. */
static unsigned char block_byte(uint64_t i)
{
    return (unsigned char)(1 + i % 251);
}

static void writes_audio_exactly_while_another_thread_flushes(void **state)
{
    enum { BLOCKS = 200, BLOCK_BYTES = 50000 };
    static unsigned char block[BLOCK_BYTES];
    struct file_store_config config = rig_config();
    uint64_t bytes = 16 * MIB;
    uint64_t offset = GRANULE;
    (void)state;

    config.is_written = true;
    config.bytes = bytes;
    struct store *store = rig_create(&config);
    unsigned char *view = rig_map(store, 0, bytes);
    assert_int_equal(store_commit(store, 0, view, (size_t)(15 * MIB)), 0);
    rig_start_flushing(store, bytes);
    for (uint64_t i = 0; i < BLOCKS; i++, offset += BLOCK_BYTES) {
        size_t written = 0;
        memset(block, block_byte(i), sizeof block);
        assert_int_equal(store->ops->write(store, offset, block, sizeof block, &written), 0);
        assert_int_equal(written, sizeof block);
        assert_int_equal(view[offset], block_byte(i)); /* at once */
        if (i % 16 == 0) /* which writes marks behind it, on the same handle */
            assert_int_equal(store_grow(store, bytes + i * MIB / 4), 0);
    }
    assert_int_equal(rig_stop_flushing(), 0);
    assert_true(store->generation > 4);
    for (uint64_t at = GRANULE; at < offset; at++)
        if (view[at] != block_byte((at - GRANULE) / BLOCK_BYTES))
            fail_msg("byte %llu is %u", (unsigned long long)at, view[at]);
    assert_int_equal(rig_byte(offset - 1), block_byte(BLOCKS - 1));
    store_unmap(store, view, (size_t)bytes);
    store_destroy(store);
}

static void keeps_the_file_and_deletes_a_temporary_one(void **state)
{
    struct file_store_config config = rig_config();
    (void)state;

    config.writes_through = true;
    struct store *store = rig_create(&config);
    unsigned char *view = rig_map(store, 0, 4 * GRANULE);
    assert_int_equal(store_commit(store, 0, view, (size_t)(2 * GRANULE)), 0);
    view[GRANULE + 1] = 42;
    store_unmap(store, view, (size_t)(4 * GRANULE));
    store_destroy(store);
    unsigned char byte = 0;
    assert_true(rig_read(GRANULE + 1, &byte, 1) == 4 * GRANULE);
    assert_int_equal(byte, 42);
    file_access_remove(RIG_TAPE);
    config.is_temporary = true;
    config.writes_through = false;
    store = rig_create(&config);
    assert_null(store->ops->flush);
    view = rig_map(store, 0, 4 * GRANULE);
    assert_int_equal(store_commit(store, 0, view, (size_t)(2 * GRANULE)), 0);
    store_unmap(store, view, (size_t)(4 * GRANULE));
    store_destroy(store);
    assert_int_equal(file_access_remove(RIG_TAPE), FILE_IS_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLEAN_TEST(commits_zeros_with_marks_at_multiples_of_65536),
        CLEAN_TEST(commits_again_without_touching_audio),
        CLEAN_TEST(commits_an_index_in_any_order_with_zeros),
        CLEAN_TEST(grows_while_views_and_names_stay),
        CLEAN_TEST(marks_what_is_only_reserved_every_four_mebibytes),
        CLEAN_TEST(grows_past_a_name_that_somebody_has_taken),
        CLEAN_TEST(refuses_a_file_that_exists_and_leaves_it_alone),
        CLEAN_TEST(leaves_no_file_when_its_section_cannot_be_made),
        CLEAN_TEST(says_what_is_wrong_with_a_path),
        CLEAN_TEST(takes_long_paths_in_any_script),
        CLEAN_TEST(keeps_free_what_is_asked),
        CLEAN_TEST(admits_readers_and_no_second_writer),
        CLEAN_TEST(flushes_ranges_of_old_and_new_views),
        CLEAN_TEST(maps_commits_and_grows_while_another_thread_flushes),
        CLEAN_TEST(writes_audio_exactly_while_another_thread_flushes),
        CLEAN_TEST(keeps_the_file_and_deletes_a_temporary_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
