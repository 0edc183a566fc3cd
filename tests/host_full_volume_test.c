/* SPDX-License-Identifier: MIT */
/* A file store on a volume of 4 MiB that fills up; its folder is the argument (small_volume.sh). */
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

#define STEP (GRANULE * 2)

static char tape_path[300];
static char ballast_path[300];

static void write_ballast(uint64_t bytes)
{
    struct file_access *file = NULL;
    void *zeros = calloc(1, (size_t)bytes);

    assert_non_null(zeros);
    assert_int_equal(file_access_open(ballast_path, FILE_ACCESS_CREATE, &file), 0);
    assert_int_equal(file_access_write(file, 0, zeros, (size_t)bytes), 0);
    file_access_close(file);
    free(zeros);
}

/* Commits from `offset` on until the volume is full; returns how far that went. */
static uint64_t fill(struct store *store, unsigned char *view, uint64_t offset)
{
    enum tapemap_status status = TAPEMAP_OK;

    while (status == TAPEMAP_OK && offset < 8 * MIB) {
        status = store_commit(store, offset, view + offset, (size_t)STEP);
        offset += status == TAPEMAP_OK ? STEP : 0;
    }
    assert_int_equal(status, TAPEMAP_E_DISK_FULL);
    return offset;
}

static struct file_store_config small_config(void)
{
    struct file_store_config config = rig_config();

    config.path = tape_path;
    config.bytes = 16 * MIB;
    file_access_remove(tape_path);
    file_access_remove(ballast_path);
    return config;
}

static void says_that_the_disk_is_full_and_goes_on_when_there_is_room(void **state)
{
    struct file_store_config config = small_config();
    (void)state;

    write_ballast(MIB);
    struct store *store = rig_create(&config);
    unsigned char *view = rig_map(store, 0, 16 * MIB);
    uint64_t full = fill(store, view, 0);
    assert_true(full >= 2 * MIB && full <= 3 * MIB);
    memset(view + GRANULE, 42, (size_t)(full - GRANULE)); /* faults where there is no room */
    assert_int_equal(store_commit(store, full, view + full, (size_t)STEP), TAPEMAP_E_DISK_FULL);
    assert_int_equal(file_access_remove(ballast_path), 0);
    uint64_t more = fill(store, view, full);
    assert_true(more > full);
    memset(view + full, 43, (size_t)(more - full));
    for (uint64_t i = GRANULE; i < full; i++)
        assert_int_equal(view[i], 42);
    store_unmap(store, view, (size_t)(16 * MIB));
    store_destroy(store);
    file_access_remove(tape_path);
}

/* A hole in it cannot even be read through a view when the volume is full. */
static void says_so_of_an_index_too(void **state)
{
    struct file_store_config config = small_config();
    (void)state;

    config.kind = FILE_STORE_INDEX;
    struct store *store = rig_create(&config);
    unsigned char *view = rig_map(store, 0, 16 * MIB);
    uint64_t full = fill(store, view, 0);
    assert_true(full >= 3 * MIB && full <= 4 * MIB);
    memset(view, 42, (size_t)full);
    store_unmap(store, view, (size_t)(16 * MIB));
    store_destroy(store);
    file_access_remove(tape_path);
}

static void leaves_free_what_is_asked(void **state)
{
    struct file_store_config config = small_config();
    (void)state;

    config.keep_free_bytes = 2 * MIB;
    struct store *store = rig_create(&config);
    unsigned char *view = rig_map(store, 0, 16 * MIB);
    uint64_t full = fill(store, view, 0);
    assert_true(full > MIB && full <= 2 * MIB);
    write_ballast(2 * MIB - GRANULE);
    store_unmap(store, view, (size_t)(16 * MIB));
    store_destroy(store);
    file_access_remove(tape_path);
    file_access_remove(ballast_path);
}

/* Writes the byte 42 from `offset` on until the volume is full; returns how far that went. */
static uint64_t write_until_full(struct store *store, uint64_t offset)
{
    static unsigned char block[STEP - 1000];
    enum tapemap_status status = TAPEMAP_OK;

    memset(block, 42, sizeof block);
    while (status == TAPEMAP_OK && offset < 8 * MIB) {
        size_t written = sizeof block + 1;
        status = store->ops->write(store, offset, block, sizeof block, &written);
        assert_true(status == TAPEMAP_OK ? written == sizeof block : written < sizeof block);
        offset += written;
    }
    assert_int_equal(status, TAPEMAP_E_DISK_FULL);
    return offset;
}

static void writes_to_the_last_byte_and_goes_on_when_there_is_room(void **state)
{
    struct file_store_config config = small_config();
    (void)state;

    config.is_written = true;
    write_ballast(MIB);
    struct store *store = rig_create(&config);
    unsigned char *view = rig_map(store, 0, 16 * MIB);
    assert_int_equal(store_commit(store, 0, view, (size_t)GRANULE), 0);
    assert_int_equal(store_commit(store, GRANULE, view + GRANULE, (size_t)STEP), 0);
    assert_int_equal(store_commit(store, GRANULE, view + GRANULE, (size_t)(8 * MIB)),
                     TAPEMAP_E_DISK_FULL); /* there is no room for so much */
    rig_start_flushing(store, 8 * MIB);
    uint64_t full = write_until_full(store, GRANULE);
    assert_true(full > 2 * MIB && full <= 3 * MIB);
    assert_int_equal(file_access_remove(ballast_path), 0);
    uint64_t more = write_until_full(store, full);
    assert_true(more > full + MIB / 2);
    assert_int_equal(rig_stop_flushing(), 0);
    for (uint64_t i = GRANULE; i < more; i++)
        if (view[i] != 42)
            fail_msg("byte %llu is %u", (unsigned long long)i, view[i]);
    store_unmap(store, view, (size_t)(16 * MIB));
    store_destroy(store);
    file_access_remove(tape_path);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        CLEAN_TEST(says_that_the_disk_is_full_and_goes_on_when_there_is_room),
        CLEAN_TEST(says_so_of_an_index_too),
        CLEAN_TEST(leaves_free_what_is_asked),
        CLEAN_TEST(writes_to_the_last_byte_and_goes_on_when_there_is_room),
    };
    if (argc != 2) {
        fprintf(stderr, "host_full_volume_test: no folder; run it by tests/small_volume.sh\n");
        return 2;
    }
    snprintf(tape_path, sizeof tape_path, "%s/tape.wav", argv[1]);
    snprintf(ballast_path, sizeof ballast_path, "%s/ballast", argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
