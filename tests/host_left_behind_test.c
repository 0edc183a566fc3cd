/* SPDX-License-Identifier: MIT */
/* Taking away what a recorder left that died while it made a tape, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "file_access.h"
#include "finish_later.h"
#include "folder.h"
#include "identity.h"
#include "interrupted_tape.h"
#include "plain_file.h"
#include "tapemap/layout.h"

#define FILE_BYTES (4u * TAPEMAP_GRANULE_BYTES)

static char folder[1024];
static char path[1100];
static char index_path[1200];
static unsigned char bytes[FILE_BYTES];

static void name_files(const char *ending)
{
    snprintf(path, sizeof path, "%s\\take%s", folder, ending);
    snprintf(index_path, sizeof index_path, "%s.index", path);
}

static int prepare(void **state)
{
    (void)state;
    memset(bytes, 0, sizeof bytes);
    name_files(".wav");
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    (void)file_access_remove(path);
    (void)file_access_remove(index_path);
    folder_remove_for(path, 1);
    return 0;
}

static void find(struct interrupted_tape *found)
{
    assert_int_equal(interrupted_tape_find(folder, "{deck}.wav", "deck", found), TAPEMAP_OK);
}

static void complete(const struct interrupted_tape *found)
{
    struct finish_later *later = NULL;

    finish_later_begin(&later, found->others, NULL);
    assert_true(finish_later_free(later));
}

static void look_and_complete(void)
{
    struct interrupted_tape found;

    find(&found);
    complete(&found);
    interrupted_tape_free(&found);
}

static void takes_away_a_tape_that_had_no_header_yet(void **state)
{
    (void)state;

    memset(bytes + TAPEMAP_GRANULE_BYTES, 0xFF, 16); /* a mark of what is reserved */
    plain_file_write(path, bytes, FILE_BYTES);
    memset(bytes, 0, sizeof bytes);
    plain_file_write(index_path, bytes, FILE_BYTES);
    look_and_complete();
    assert_false(plain_file_is_there(path) || plain_file_is_there(index_path));
}

static void takes_away_a_tape_that_had_no_index_yet(void **state)
{
    (void)state;

    plain_file_write(path, bytes, FILE_BYTES);
    look_and_complete();
    assert_false(plain_file_is_there(path));
}

static void takes_away_a_tape_whose_index_has_no_length_yet(void **state)
{
    (void)state;

    plain_file_write(path, bytes, FILE_BYTES);
    plain_file_write(index_path, bytes, 0);
    look_and_complete();
    assert_false(plain_file_is_there(path) || plain_file_is_there(index_path));
}

static void leaves_a_blank_file_that_somebody_writes(void **state)
{
    struct file_access *file;
    (void)state;

    plain_file_write(path, bytes, FILE_BYTES);
    assert_int_equal(file_access_open(path, FILE_ACCESS_CHANGE, &file), 0);
    look_and_complete();
    file_access_close(file);
    assert_true(plain_file_is_there(path));
}

static void leaves_a_file_without_index_that_holds_something(void **state)
{
    (void)state;

    bytes[FILE_BYTES - 1] = 1;
    plain_file_write(path, bytes, FILE_BYTES);
    look_and_complete();
    assert_true(plain_file_is_there(path));
}

static void leaves_a_file_that_holds_something_behind_zeros(void **state)
{
    (void)state;

    plain_file_write(index_path, bytes, FILE_BYTES);
    bytes[FILE_BYTES - 1] = 1;
    plain_file_write(path, bytes, FILE_BYTES);
    look_and_complete();
    assert_true(plain_file_is_there(path) && plain_file_is_there(index_path));
}

static void leaves_a_file_that_no_tape_is_named_or_long_like(void **state)
{
    (void)state;

    plain_file_write(index_path, bytes, FILE_BYTES);
    plain_file_write(path, bytes, FILE_BYTES - 4);
    look_and_complete();
    assert_true(plain_file_is_there(path) && plain_file_is_there(index_path));
    assert_int_equal(clean_up(NULL), 0);
    name_files(".img");
    plain_file_write(index_path, bytes, FILE_BYTES);
    plain_file_write(path, bytes, FILE_BYTES);
    look_and_complete();
    assert_true(plain_file_is_there(path) && plain_file_is_there(index_path));
}

static void leaves_what_was_begun_since_it_was_found(void **state)
{
    struct interrupted_tape found;
    (void)state;

    plain_file_write(index_path, bytes, FILE_BYTES);
    plain_file_write(path, bytes, FILE_BYTES);
    find(&found);
    assert_non_null(found.others);
    bytes[0] = 'R';
    plain_file_write(path, bytes, FILE_BYTES);
    complete(&found);
    interrupted_tape_free(&found);
    assert_true(plain_file_is_there(path) && plain_file_is_there(index_path));
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, prepare, clean_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(takes_away_a_tape_that_had_no_header_yet),
        FILE_TEST(takes_away_a_tape_that_had_no_index_yet),
        FILE_TEST(takes_away_a_tape_whose_index_has_no_length_yet),
        FILE_TEST(leaves_a_blank_file_that_somebody_writes),
        FILE_TEST(leaves_a_file_without_index_that_holds_something),
        FILE_TEST(leaves_a_file_that_holds_something_behind_zeros),
        FILE_TEST(leaves_a_file_that_no_tape_is_named_or_long_like),
        FILE_TEST(leaves_what_was_begun_since_it_was_found),
    };

    if (!folder_temporary(folder, sizeof folder - 40))
        return 1;
    snprintf(folder + strlen(folder), 40, "left behind %u", (unsigned)identity_pid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
