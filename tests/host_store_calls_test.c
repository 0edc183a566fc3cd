/* SPDX-License-Identifier: MIT */
/* What a file store asks of Windows, and what it makes of answers that Wine never gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <string.h>

#include "file_store_rig_win32.h"
#include "scripted_calls_win32.h"

static int start_clean(void **state)
{
    scripted_calls = (struct scripted_calls){0};
    return rig_start_clean(state);
}

#define CLEAN(test) cmocka_unit_test_setup_teardown(test, start_clean, start_clean)

static enum tapemap_status flush_all(unsigned found_locked)
{
    struct file_store_config config = rig_config();
    struct store *store = rig_create(&config);
    unsigned char *view = rig_map(store, 0, 4 * GRANULE);

    scripted_calls.locked = found_locked;
    enum tapemap_status status = store->ops->flush(store, 0, 4 * GRANULE);
    store_unmap(store, view, (size_t)(4 * GRANULE));
    store_destroy(store);
    return status;
}

static void a_view_that_is_locked_for_a_moment_is_flushed_again(void **state)
{
    (void)state;
    assert_int_equal(flush_all(2), TAPEMAP_OK);
    assert_int_equal(scripted_calls.view_flushes, 3);
    assert_int_equal(scripted_calls.file_flushes, 1);
}

static void a_view_that_stays_locked_is_given_up_and_the_file_is_flushed(void **state)
{
    (void)state;
    assert_int_equal(flush_all(UINT32_MAX), TAPEMAP_E_SYSTEM);
    assert_in_range(scripted_calls.view_flushes, 2, 20);
    assert_int_equal(scripted_calls.file_flushes, 1);
}

/* Else zeros take no room in a compressed folder, and are no commitment. */
static void a_tape_is_not_compressed_before_it_is_made_sparse(void **state)
{
    struct file_store_config config = rig_config();
    (void)state;

    store_destroy(rig_create(&config));
    assert_int_equal(scripted_calls.asked, 2);
    assert_true(scripted_calls.is_plain_before_sparse);
}

/* FAT has no file of 4 GiB, and calls the try a full disk. */
static void a_tape_that_fat_cannot_hold_is_refused_at_once(void **state)
{
    struct file_store_config config = rig_config();
    struct store *store = NULL;
    struct failure failure;
    (void)state;

    config.most_bytes = UINT64_C(1) << 32;
    store_destroy(rig_create(&config)); /* on exFAT */
    rig_start_clean(NULL);
    scripted_calls.is_fat = true;
    config = rig_config();
    config.most_bytes = UINT64_C(1) << 32;
    assert_int_equal(file_store_create(&config, &store, &failure), TAPEMAP_E_UNSUPPORTED);
    assert_non_null(strstr(failure.text, "larger than any file on that volume (FAT)"));
    assert_non_null(strstr(failure.text, "; use a volume with NTFS or exFAT, or ask for"));
    config.most_bytes = (UINT64_C(1) << 32) - GRANULE;
    store_destroy(rig_create(&config));
}

/* It grows in steps, and no further than FAT allows. */
static void a_tape_on_fat_grows_up_to_its_longest_file(void **state)
{
    struct file_store_config config = rig_config();
    (void)state;

    scripted_calls.is_fat = true;
    config.extent_bytes = UINT64_C(3) << 30;
    struct store *store = rig_create(&config);
    assert_int_equal(store_grow(store, UINT64_C(3) << 30), TAPEMAP_OK);
    assert_int_equal(store_grow(store, (UINT64_C(4) << 30) - GRANULE), TAPEMAP_OK);
    assert_int_equal(store->bytes, (UINT64_C(4) << 30) - GRANULE);
    store_destroy(store);
}

/* FAT would fill it with zeros as the file is closed. */
static void what_is_only_reserved_is_cut_off_where_nothing_is_sparse(void **state)
{
    struct file_store_config config = rig_config();
    unsigned char byte;
    (void)state;

    struct store *store = rig_create(&config);
    unsigned char *view = rig_map(store, 0, 4 * GRANULE);
    assert_int_equal(store_commit(store, 0, view, (size_t)(3 * GRANULE)), TAPEMAP_OK);
    store_unmap(store, view, (size_t)(4 * GRANULE));
    assert_int_equal(rig_read(0, &byte, 1), 4 * GRANULE);
    store_destroy(store);
    assert_int_equal(rig_read(0, &byte, 1), 3 * GRANULE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLEAN(a_view_that_is_locked_for_a_moment_is_flushed_again),
        CLEAN(a_view_that_stays_locked_is_given_up_and_the_file_is_flushed),
        CLEAN(a_tape_is_not_compressed_before_it_is_made_sparse),
        CLEAN(a_tape_that_fat_cannot_hold_is_refused_at_once),
        CLEAN(a_tape_on_fat_grows_up_to_its_longest_file),
        CLEAN(what_is_only_reserved_is_cut_off_where_nothing_is_sparse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
