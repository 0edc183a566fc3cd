/* SPDX-License-Identifier: MIT */
/* Going on with the file of a recorder that has died, while readers may still hold its sections. */
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
#include "file_store_rig_win32.h"
#include "object_names.h"
#include "pagefile_store.h"

#define SOMEBODY_WRITES 32
#define SOMEBODY_HAS_IT_MAPPED 1224

static struct store *must_reopen(const struct file_store_config *config, uint64_t generation)
{
    struct store *store = NULL;
    struct failure failure = {0};

    if (file_store_reopen(config, generation, &store, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    return store;
}

static struct tapemap_control *control_of(unsigned char *view)
{
    return (struct tapemap_control *)(void *)(view + TAPEMAP_CONTROL_OFFSET);
}

/* A tape of 4 granules, 3 of them committed, whose recorder has died. */
static void leave_a_tape(const struct file_store_config *config)
{
    struct store *store = rig_create(config);
    unsigned char *view = rig_map(store, 0, 4 * GRANULE);

    assert_int_equal(store_commit(store, 0, view, (size_t)(3 * GRANULE)), 0);
    control_of(view)->tape_id = config->tape_id;
    store_relaxed_u64(&control_of(view)->committed_bytes, 3 * GRANULE);
    memset(view + GRANULE, 0, 64);
    view[2 * GRANULE + 9] = 42;
    store_unmap(store, view, (size_t)(4 * GRANULE));
    store_destroy(store);
}

static void reopens_a_tape_and_goes_on_behind_what_is_committed(void **state)
{
    struct file_store_config config = rig_config();
    (void)state;

    leave_a_tape(&config);
    struct store *store = must_reopen(&config, 3);
    assert_true(store->generation == 3 && store->bytes == 4 * GRANULE);
    assert_true(rig_name_exists(0) && rig_name_exists(3) && !rig_name_exists(1));
    unsigned char *view = rig_map(store, 0, 4 * GRANULE);
    assert_int_equal(store_commit(store, GRANULE, view + GRANULE, (size_t)(2 * GRANULE + 4096)),
                     0);
    assert_int_equal(view[GRANULE], 0); /* silence, not a mark */
    assert_int_equal(view[2 * GRANULE + 9], 42);
    assert_int_equal(view[3 * GRANULE], 0xFF);
    assert_int_equal(store_grow(store, 5 * GRANULE), 0);
    assert_true(store->generation == 4 && rig_name_exists(4));
    store_unmap(store, view, (size_t)(4 * GRANULE));
    store_destroy(store);
}

static void holds_the_section_that_a_reader_has_kept(void **state)
{
    struct file_store_config config = rig_config();
    (void)state;

    leave_a_tape(&config);
    struct store *store = must_reopen(&config, 0);
    void *reader = rig_keep_section(0);
    store_destroy(store);
    assert_true(rig_name_exists(0));
    store = must_reopen(&config, 0);
    rig_leave_section(reader);
    assert_true(rig_name_exists(0)); /* the store holds it now */
    assert_int_equal(rig_byte(GRANULE - 16), 0); /* the comparison has left no trace */
    unsigned char *view = rig_map(store, 0, 4 * GRANULE);
    view[100] = 42;
    assert_int_equal(rig_byte(100), 42);
    store_unmap(store, view, (size_t)(4 * GRANULE));
    assert_int_equal(store_grow(store, 5 * GRANULE), 0);
    view = rig_map(store, 4 * GRANULE, GRANULE);
    store_unmap(store, view, (size_t)GRANULE);
    assert_true(rig_name_exists(0));
    store_destroy(store);
    assert_false(rig_name_exists(0));
}

static void changes_a_file_whose_section_a_reader_has_kept(void **state)
{
    struct file_store_config config = rig_config();
    struct file_access *file = NULL;
    struct file_access *second = NULL;
    (void)state;

    leave_a_tape(&config);
    struct store *store = must_reopen(&config, 0);
    void *reader = rig_keep_section(0);
    assert_int_equal(file_access_open(RIG_TAPE, FILE_ACCESS_CHANGE, &file), SOMEBODY_WRITES);
    store_destroy(store);
    assert_int_equal(file_access_open(RIG_TAPE, FILE_ACCESS_CHANGE, &file), 0);
    assert_int_equal(file_access_open(RIG_TAPE, FILE_ACCESS_CHANGE, &second), SOMEBODY_WRITES);
    assert_int_equal(file_access_write(file, 100, "x", 1), 0);
    assert_int_equal(file_access_set_length(file, GRANULE), SOMEBODY_HAS_IT_MAPPED);
    rig_leave_section(reader);
    assert_int_equal(file_access_set_length(file, GRANULE), 0);
    file_access_close(file);
}

static void refuses_a_section_that_is_not_over_the_file(void **state)
{
    struct file_store_config config = rig_config();
    struct store *store = NULL;
    struct store *stranger = NULL;
    struct failure failure;
    char name[OBJECT_NAME_BYTES];
    (void)state;

    leave_a_tape(&config);
    object_name_audio(name, config.space, config.tape_id, 0);
    assert_int_equal(pagefile_store_create(name, 4 * GRANULE, &stranger, &failure), 0);
    unsigned char *view = rig_map(stranger, 0, 4 * GRANULE);
    assert_int_equal(store_commit(stranger, 0, view, (size_t)(3 * GRANULE)), 0);
    assert_int_equal(file_store_reopen(&config, 1, &store, &failure), TAPEMAP_E_BUSY);
    assert_non_null(strstr(failure.text, "another program holds a section"));
    assert_int_equal(rig_byte(GRANULE - 16), 0);
    store_unmap(stranger, view, (size_t)(4 * GRANULE));
    store_destroy(stranger);
    store_destroy(must_reopen(&config, 1));
}

static void refuses_a_section_that_is_too_short(void **state)
{
    struct file_store_config config = rig_config();
    struct store *store = NULL;
    struct failure failure;
    (void)state;

    leave_a_tape(&config);
    store = must_reopen(&config, 1);
    void *reader = rig_keep_section(1);
    assert_int_equal(store_grow(store, 5 * GRANULE), 0);
    store_destroy(store);
    store = NULL;
    assert_int_equal(file_store_reopen(&config, 1, &store, &failure), TAPEMAP_E_BUSY);
    assert_null(store);
    store = must_reopen(&config, 3);
    assert_true(store->bytes == 2 * MIB + 2 * GRANULE);
    store_destroy(store);
    rig_leave_section(reader);
}

static void reopens_nothing_that_is_not_that_tape(void **state)
{
    struct file_store_config config = rig_config();
    struct store *store = NULL;
    struct failure failure;
    unsigned char byte = 0;
    (void)state;

    assert_int_equal(file_store_reopen(&config, 1, &store, &failure), TAPEMAP_E_NO_FILE);
    leave_a_tape(&config);
    config.tape_id += 1000;
    assert_int_equal(file_store_reopen(&config, 1, &store, &failure), TAPEMAP_E_CORRUPT);
    config.kind = FILE_STORE_INDEX;
    assert_int_equal(file_store_reopen(&config, 1, &store, &failure), TAPEMAP_E_CORRUPT);
    assert_true(rig_read(2 * GRANULE + 9, &byte, 1) == 4 * GRANULE);
    file_access_remove(RIG_TAPE);
    fclose(fopen(RIG_TAPE, "wb"));
    assert_int_equal(file_store_reopen(&config, 1, &store, &failure), TAPEMAP_E_CORRUPT);
    assert_null(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLEAN_TEST(reopens_a_tape_and_goes_on_behind_what_is_committed),
        CLEAN_TEST(holds_the_section_that_a_reader_has_kept),
        CLEAN_TEST(changes_a_file_whose_section_a_reader_has_kept),
        CLEAN_TEST(refuses_a_section_that_is_not_over_the_file),
        CLEAN_TEST(refuses_a_section_that_is_too_short),
        CLEAN_TEST(reopens_nothing_that_is_not_that_tape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
