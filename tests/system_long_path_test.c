/* SPDX-License-Identifier: MIT */
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
#include "file_output.h"
#include "long_folder_win32.h"
#include "long_path.h"
#include "wide.h"

static void becomes(const char *text, const char *expected)
{
    wchar_t *path = NULL;
    char back[512];

    assert_int_equal(long_path_from_utf8(text, &path), 0);
    assert_true(utf8_from_wide(path, back, sizeof back));
    assert_string_equal(back, expected);
    free(path);
}

static void spells_every_path_out(void **state)
{
    (void)state;
    becomes("C:/a/./b/../c.wav", "\\\\?\\C:\\a\\c.wav");
    becomes("\\\\server\\share\\x\\..\\c.wav", "\\\\?\\UNC\\server\\share\\c.wav");
    becomes("\\\\?\\C:\\a\\.\\b", "\\\\?\\C:\\a\\.\\b");
    becomes("\\\\.\\pipe\\x", "\\\\.\\pipe\\x");
}

static void begins_a_relative_path_at_the_current_folder(void **state)
{
    wchar_t *path = NULL;
    (void)state;

    assert_int_equal(long_path_from_utf8("x.wav", &path), 0);
    assert_int_equal(wcsncmp(path, L"\\\\?\\", 4), 0);
    assert_true(wcslen(path) > wcslen(L"\\\\?\\C:\\x.wav"));
    free(path);
}

static void refuses_what_is_no_path(void **state)
{
    wchar_t *path = NULL;
    (void)state;

    assert_int_equal(long_path_from_utf8("", &path), 123);
    assert_int_equal(long_path_from_utf8("\xC3\x28", &path), 1113);
    assert_null(path);
}

static void reaches_files_over_260_characters_deep(void **state)
{
    struct file_access *file = NULL;
    char path[LONG_FOLDER_PATH_BYTES];
    (void)state;

    long_folder_make("system_long_path_test.tmp", path);
    strcat(path, "\\caf\xC3\xA9.wav");
    assert_true(strlen(path) > 300);
    assert_int_equal(file_access_open(path, FILE_ACCESS_CREATE, &file), 0);
    assert_int_equal(file_access_write(file, 0, "a", 1), 0);
    file_access_close(file);
    assert_int_equal(file_access_open(path, FILE_ACCESS_CHANGE, &file), 0);
    file_access_close(file);
    assert_int_equal(file_access_remove(path), 0);
    long_folder_remove("system_long_path_test.tmp");
}

static void writes_files_over_260_characters_deep(void **state)
{
    struct file_output *output = NULL;
    struct file_access *file = NULL;
    char path[LONG_FOLDER_PATH_BYTES];
    (void)state;

    long_folder_make("system_long_path_test.tmp", path);
    strcat(path, "\\kept.wav");
    assert_int_equal(file_output_create(path, false, &output), 0);
    assert_int_equal(file_output_write(output, "a", 1), 0);
    assert_int_equal(file_output_commit(output), 0);
    assert_int_equal(file_access_open(path, FILE_ACCESS_READ, &file), 0);
    file_access_close(file);
    assert_int_equal(file_access_remove(path), 0);
    long_folder_remove("system_long_path_test.tmp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spells_every_path_out),
        cmocka_unit_test(begins_a_relative_path_at_the_current_folder),
        cmocka_unit_test(refuses_what_is_no_path),
        cmocka_unit_test(reaches_files_over_260_characters_deep),
        cmocka_unit_test(writes_files_over_260_characters_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
