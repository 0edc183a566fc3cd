/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "file_access.h"
#include "file_use.h"

#define TARGET "system_file_access_test.tmp"
#define NOT_FOUND 2
#define NO_FOLDER 3
#define DENIED 5
#define IS_FOLDER 336
#define SOMEBODY_WRITES 32
#define PAST_THE_END 38
#define EXISTS 80
#define INVALID_NAME 123

static int start_clean(void **state)
{
    (void)state;
    file_access_remove(TARGET);
    return 0;
}

static struct file_access *must_open(const char *path, enum file_access_kind kind)
{
    struct file_access *file = NULL;

    assert_int_equal(file_access_open(path, kind, &file), 0);
    return file;
}

static void reads_and_writes_anywhere(void **state)
{
    struct file_access *file = must_open(TARGET, FILE_ACCESS_CREATE);
    char bytes[8] = "untouch";
    uint64_t length = 0;
    (void)state;

    assert_int_equal(file_access_write(file, 5, "fghij", 5), 0);
    assert_int_equal(file_access_write(file, 0, "abcde", 5), 0);
    assert_int_equal(file_access_length(file, &length), 0);
    assert_int_equal(length, 10);
    assert_int_equal(file_access_read(file, 3, bytes, 4), 0);
    assert_memory_equal(bytes, "defguch", 8);
    assert_int_equal(file_access_read(file, 7, bytes, 3), 0);
    assert_int_equal(file_access_read(file, 7, bytes, 4), PAST_THE_END);
    assert_int_equal(file_access_read(file, 10, bytes, 1), PAST_THE_END);
    assert_int_equal(file_access_flush(file), 0);
    file_access_close(file);
}

static void reaches_past_four_gib(void **state)
{
    struct file_access *file = must_open(TARGET, FILE_ACCESS_CREATE);
    const uint64_t far = (UINT64_C(4) << 30) + 123;
    uint64_t length = 0;
    char bytes[2] = {0};
    (void)state;

    assert_int_equal(file_access_set_length(file, far + 2), 0);
    assert_int_equal(file_access_length(file, &length), 0);
    assert_true(length == far + 2);
    assert_int_equal(file_access_write(file, far, "XY", 2), 0);
    assert_int_equal(file_access_read(file, far, bytes, 2), 0);
    assert_memory_equal(bytes, "XY", 2);
    assert_int_equal(file_access_read(file, 123, bytes, 2), 0);
    assert_int_equal(bytes[0], 0);
    file_access_close(file);
}

static void cuts_and_lengthens_by_zeros(void **state)
{
    struct file_access *file = must_open(TARGET, FILE_ACCESS_CREATE);
    char bytes[4] = {1, 1, 1, 1};
    (void)state;

    assert_int_equal(file_access_write(file, 0, "abcd", 4), 0);
    assert_int_equal(file_access_set_length(file, 1), 0);
    assert_int_equal(file_access_read(file, 0, bytes, 2), PAST_THE_END);
    assert_int_equal(file_access_set_length(file, 4), 0);
    assert_int_equal(file_access_read(file, 0, bytes, 4), 0);
    assert_memory_equal(bytes, "a\0\0\0", 4);
    file_access_close(file);
}

static void admits_one_writer_and_any_reader(void **state)
{
    struct file_access *writer = must_open(TARGET, FILE_ACCESS_CREATE);
    struct file_access *other = NULL;
    char byte = 0;
    (void)state;

    assert_int_equal(file_access_write(writer, 0, "a", 1), 0);
    assert_int_equal(file_access_open(TARGET, FILE_ACCESS_CHANGE, &other), SOMEBODY_WRITES);
    assert_null(other);
    other = must_open(TARGET, FILE_ACCESS_READ);
    assert_int_equal(file_access_read(other, 0, &byte, 1), 0);
    assert_int_equal(byte, 'a');
    assert_int_equal(file_access_write(other, 0, "b", 1), DENIED);
    file_access_close(writer);
    writer = must_open(TARGET, FILE_ACCESS_CHANGE);
    assert_int_equal(file_access_write(writer, 0, "c", 1), 0);
    assert_int_equal(file_access_read(other, 0, &byte, 1), 0);
    assert_int_equal(byte, 'c');
    file_access_close(writer);
    file_access_close(other);
}

static void tells_who_only_reads_a_file_from_who_writes_it(void **state)
{
    struct file_access *writer = must_open(TARGET, FILE_ACCESS_CREATE);
    struct file_access *reader = NULL;
    (void)state;

    assert_int_equal(file_use_now(TARGET), FILE_USE_WRITTEN);
    assert_int_equal(file_access_open(TARGET, FILE_ACCESS_UNWRITTEN, &reader), SOMEBODY_WRITES);
    file_access_close(writer);
    assert_int_equal(file_use_now(TARGET), FILE_USE_FREE);
    reader = must_open(TARGET, FILE_ACCESS_READ);
    assert_int_equal(file_use_now(TARGET), FILE_USE_FREE);
    file_access_close(reader);
    reader = must_open(TARGET, FILE_ACCESS_UNWRITTEN);
    assert_int_equal(file_access_write(reader, 0, "b", 1), DENIED);
    assert_int_equal(file_use_now(TARGET), FILE_USE_HELD);
    assert_int_equal(file_access_open(TARGET, FILE_ACCESS_CHANGE, &writer), SOMEBODY_WRITES);
    file_access_close(reader);
    file_access_remove(TARGET);
    assert_int_equal(file_use_now(TARGET), FILE_USE_FREE);
}

static void makes_no_file_where_there_is_one_and_opens_none_where_there_is_none(void **state)
{
    struct file_access *file = NULL;
    (void)state;

    assert_int_equal(file_access_open(TARGET, FILE_ACCESS_READ, &file), NOT_FOUND);
    assert_int_equal(file_access_open(TARGET, FILE_ACCESS_CHANGE, &file), NOT_FOUND);
    assert_int_equal(file_access_remove(TARGET), NOT_FOUND);
    file = must_open(TARGET, FILE_ACCESS_CREATE);
    file_access_write(file, 0, "old", 3);
    file_access_close(file);
    file = NULL;
    assert_int_equal(file_access_open(TARGET, FILE_ACCESS_CREATE, &file), EXISTS);
    assert_null(file);
    file = must_open(TARGET, FILE_ACCESS_READ);
    char bytes[3];
    assert_int_equal(file_access_read(file, 0, bytes, 3), 0);
    file_access_close(file);
    assert_int_equal(file_access_remove(TARGET), 0);
    assert_int_equal(file_access_remove(TARGET), NOT_FOUND);
}

static void says_what_is_wrong_with_a_path(void **state)
{
    struct file_access *file = NULL;
    uint32_t code;
    (void)state;

    code = file_access_open("no such folder/x.wav", FILE_ACCESS_CREATE, &file);
    assert_true(code == NOT_FOUND || code == NO_FOLDER);
    assert_int_equal(file_access_open("", FILE_ACCESS_READ, &file), INVALID_NAME);
    assert_int_equal(file_access_open(".", FILE_ACCESS_READ, &file), IS_FOLDER);
    assert_int_equal(file_access_open(".", FILE_ACCESS_CHANGE, &file), IS_FOLDER);
    assert_null(file);
}

static void takes_a_name_in_any_script(void **state)
{
    const char *path = "caf\xC3\xA9 \xE9\x9F\xB3 \xF0\x9F\x8E\x99.tmp";
    struct file_access *file;
    (void)state;

    file_access_remove(path);
    file = must_open(path, FILE_ACCESS_CREATE);
    file_access_close(file);
    assert_int_equal(file_access_remove(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_and_writes_anywhere, start_clean),
        cmocka_unit_test_setup(reaches_past_four_gib, start_clean),
        cmocka_unit_test_setup(cuts_and_lengthens_by_zeros, start_clean),
        cmocka_unit_test_setup(admits_one_writer_and_any_reader, start_clean),
        cmocka_unit_test_setup(tells_who_only_reads_a_file_from_who_writes_it, start_clean),
        cmocka_unit_test_setup(
            makes_no_file_where_there_is_one_and_opens_none_where_there_is_none, start_clean),
        cmocka_unit_test_setup(says_what_is_wrong_with_a_path, start_clean),
        cmocka_unit_test_setup_teardown(takes_a_name_in_any_script, start_clean, start_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
