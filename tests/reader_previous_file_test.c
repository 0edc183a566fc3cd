/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
/* Finding the file of the tape before, whatever files are named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "previous_file.h"
#include "tape_file.h"

static char root[64];

static int enter_folder(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/previous-file-XXXXXX");
    return mkdtemp(root) && chdir(root) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    (void)state;
    return chdir("/") == 0 && rmdir(root) == 0 ? 0 : -1;
}

/* A finished tape, and its id. */
static uint64_t make(const char *path)
{
    static uint64_t ids = 1000;
    const struct tape_file_spec spec = {
        .format = TAPEMAP_S16, .channels = 1, .frames = 100, .has_ended = true};

    tape_file_make(path, &spec);
    struct tape_file_bytes file = tape_file_load(path);
    tape_file_control(&file)->tape_id = ++ids;
    tape_file_store(path, &file);
    free(file.bytes);
    return ids;
}

static void assert_found(const char *own, uint64_t tape_id, const char *expected)
{
    char *found = previous_file_find(own, tape_id);

    if (expected)
        assert_string_equal(found, expected);
    else
        assert_null(found);
    free(found);
}

static void finds_it_in_the_same_folder_whatever_its_name(void **state)
{
    (void)state;
    uint64_t before = make("deck-11.wav");
    make("deck-12.wav");
    uint64_t after = make("deck-13.wav");

    assert_found("deck-12.wav", before, "deck-11.wav");
    assert_found("deck-12.wav", after, "deck-13.wav");
    assert_found("deck-12.wav", 1, NULL);
    tape_file_remove("deck-11.wav");
    tape_file_remove("deck-12.wav");
    tape_file_remove("deck-13.wav");
}

static void finds_it_in_the_folder_before(void **state)
{
    (void)state;
    assert_int_equal(mkdir("2025", 0700), 0);
    assert_int_equal(mkdir("2025/12-31", 0700), 0);
    assert_int_equal(mkdir("2026", 0700), 0);
    assert_int_equal(mkdir("2026/01-01", 0700), 0);
    assert_int_equal(mkdir("2026/01-02", 0700), 0);
    uint64_t year = make("2025/12-31/deck-23.wav");
    uint64_t day = make("2026/01-01/deck-23.wav");
    make("2026/01-01/other-23.wav");

    assert_found("2026/01-02/deck-00.wav", day, "2026/01-01/deck-23.wav");
    char own[128];
    snprintf(own, sizeof own, "%s/2026/01-01/deck-00.wav", root);
    char expected[128];
    snprintf(expected, sizeof expected, "%s/2025/12-31/deck-23.wav", root);
    assert_found(own, year, expected);
    tape_file_remove("2025/12-31/deck-23.wav");
    tape_file_remove("2026/01-01/deck-23.wav");
    tape_file_remove("2026/01-01/other-23.wav");
    rmdir("2026/01-02");
    rmdir("2026/01-01");
    rmdir("2026");
    rmdir("2025/12-31");
    rmdir("2025");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_it_in_the_same_folder_whatever_its_name,
                                        enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(finds_it_in_the_folder_before, enter_folder, leave_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
