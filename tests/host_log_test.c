/* SPDX-License-Identifier: MIT */
/* The log file on a real file system, and what others do to it meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "file_access.h"
#include "folder.h"
#include "log_file.h"
#include "shared_log.h"

#define LINE "twelve bytes" /* and its end */
#define LINE_BYTES 13u

static char path[400];

static struct log_file log_of(uint64_t limit_lines)
{
    return (struct log_file){path, limit_lines * LINE_BYTES, 3};
}

static void numbered(unsigned number, char out[410])
{
    if (number > 0)
        snprintf(out, 410, "%s.%u", path, number);
    else
        snprintf(out, 410, "%s", path);
}

static void remove_all(void)
{
    char name[410];

    for (unsigned i = 0; i <= 5; i++) {
        numbered(i, name);
        file_access_remove(name);
    }
}

static int in_a_folder_of_its_own(void **state)
{
    unsigned made;
    char folder[300];

    (void)state;
    if (!folder_temporary(folder, sizeof folder))
        return -1;
    snprintf(path, sizeof path, "%shost_log_test.%u\\L\xC3\xA4rm.log", folder,
             shared_log_process());
    return folder_make_for(path, &made) == 0 ? 0 : -1;
}

static int leaves_nothing(void **state)
{
    (void)state;
    remove_all();
    folder_remove_for(path, 1);
    return 0;
}

/* How many lines the file with this number has; -1: there is none. */
static int lines_in(unsigned number)
{
    char name[410];
    struct file_access *file;
    uint64_t bytes;

    numbered(number, name);
    if (file_access_open(name, FILE_ACCESS_READ, &file) != 0)
        return -1;
    assert_int_equal(file_access_length(file, &bytes), 0);
    file_access_close(file);
    assert_int_equal(bytes % LINE_BYTES, 0);
    return (int)(bytes / LINE_BYTES);
}

static void add_lines(const struct log_file *log, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(log_file_append(log, LINE "\n", LINE_BYTES), 0);
}

static void begins_a_new_file_when_one_is_long_and_keeps_so_many(void **state)
{
    struct log_file log = log_of(4);
    const int expected[] = {2, 4, 4, 4, -1};

    (void)state;
    add_lines(&log, 4);
    assert_int_equal(lines_in(0), 4);
    assert_int_equal(lines_in(1), -1);
    add_lines(&log, 22); /* six files and a half: the oldest are gone */
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(lines_in(i), expected[i]);
    remove_all();
}

static void is_begun_anew_when_somebody_deletes_it(void **state)
{
    struct log_file log = log_of(100);

    (void)state;
    add_lines(&log, 3);
    assert_int_equal(file_access_remove(path), 0);
    add_lines(&log, 2);
    assert_int_equal(lines_in(0), 2);
    remove_all();
}

static void goes_on_beside_somebody_who_reads_it(void **state)
{
    struct log_file log = log_of(4);
    void *reader;

    (void)state;
    add_lines(&log, 4);
    reader = shared_log_hold(path, SHARED_LOG_READER);
    add_lines(&log, 2);
    assert_int_equal(lines_in(0), 2);
    assert_int_equal(lines_in(1), 4);
    shared_log_release(reader);
    remove_all();
}

static void grows_on_while_somebody_forbids_to_move_it(void **state)
{
    struct log_file log = log_of(4);
    void *holder;

    (void)state;
    add_lines(&log, 6);
    holder = shared_log_hold(path, SHARED_LOG_KEEPER);
    add_lines(&log, 5);
    assert_int_equal(lines_in(0), 7);
    assert_int_equal(lines_in(1), -1); /* its place is free already, and stays so */
    assert_int_equal(lines_in(2), 4);
    assert_int_equal(lines_in(3), -1);
    shared_log_release(holder);
    add_lines(&log, 1);
    assert_int_equal(lines_in(0), 1);
    assert_int_equal(lines_in(1), 7);
    assert_int_equal(lines_in(2), 4);
    remove_all();
}

static void says_what_is_wrong_and_recovers(void **state)
{
    struct log_file log = log_of(4);
    struct log_file nowhere = {"C:\\no such folder\\x.log", 100, 3};
    void *writer;

    (void)state;
    assert_int_equal(log_file_append(&nowhere, LINE "\n", LINE_BYTES), 3);
    add_lines(&log, 1);
    writer = shared_log_hold(path, SHARED_LOG_WRITER);
    assert_int_equal(log_file_append(&log, LINE "\n", LINE_BYTES), 32);
    shared_log_release(writer);
    add_lines(&log, 1);
    assert_int_equal(lines_in(0), 2);
    remove_all();
}

struct crowd {
    struct log_file log;
    unsigned count;
};

static void add_in_crowd(void *context)
{
    const struct crowd *crowd = context;

    for (unsigned i = 0; i < crowd->count; i++) {
        if (log_file_append(&crowd->log, LINE "\n", LINE_BYTES) != 0)
            abort();
    }
}

static void many_writers_lose_no_line_and_begin_each_file_once(void **state)
{
    struct crowd crowd = {{path, 50 * LINE_BYTES, 9}, 100};
    int lines = 0;

    (void)state;
    shared_log_crowd(4, add_in_crowd, &crowd);
    for (unsigned i = 0; i <= 9; i++) {
        char name[410];
        int here = lines_in(i);

        lines += here > 0 ? here : 0;
        if (i > 0 && here != -1)
            assert_int_equal(here, 50);
        numbered(i, name);
        file_access_remove(name);
    }
    assert_int_equal(lines, 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_a_new_file_when_one_is_long_and_keeps_so_many),
        cmocka_unit_test(is_begun_anew_when_somebody_deletes_it),
        cmocka_unit_test(goes_on_beside_somebody_who_reads_it),
        cmocka_unit_test(grows_on_while_somebody_forbids_to_move_it),
        cmocka_unit_test(says_what_is_wrong_and_recovers),
        cmocka_unit_test(many_writers_lose_no_line_and_begin_each_file_once),
    };
    return cmocka_run_group_tests(tests, in_a_folder_of_its_own, leaves_nothing);
}
