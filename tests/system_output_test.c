/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "file_output.h"
#include "system_error.h"

#define TARGET "system_output_test.tmp"

static size_t read_target(char *out, size_t room)
{
    FILE *file = fopen(TARGET, "rb");
    if (!file)
        return 0;
    size_t bytes = fread(out, 1, room, file);
    fclose(file);
    return bytes;
}

static int start_clean(void **state)
{
    (void)state;
    remove(TARGET);
    return 0;
}

static void appears_only_when_it_is_complete(void **state)
{
    (void)state;
    struct file_output *output;
    char content[16];
    assert_int_equal(file_output_create(TARGET, false, &output), 0);
    assert_int_equal(file_output_write(output, "abcdef", 6), 0);
    assert_int_equal(read_target(content, sizeof content), 0);
    assert_int_equal(file_output_write_at(output, 1, "XY", 2), 0);
    assert_int_equal(file_output_write(output, "g", 1), 0);
    assert_int_equal(file_output_bytes(output), 7);
    assert_int_equal(file_output_commit(output), 0);
    assert_int_equal(read_target(content, sizeof content), 7);
    assert_memory_equal(content, "aXYdefg", 7);
}

static void refuses_a_target_that_exists_and_leaves_it_alone(void **state)
{
    (void)state;
    struct file_output *output;
    char content[16];
    assert_int_equal(file_output_create(TARGET, false, &output), 0);
    assert_int_equal(file_output_write(output, "old", 3), 0);
    assert_int_equal(file_output_commit(output), 0);
    assert_int_equal(file_output_create(TARGET, false, &output), 80);
    assert_int_equal(file_output_create(TARGET, true, &output), 0);
    assert_int_equal(file_output_write(output, "new", 3), 0);
    file_output_discard(output);
    assert_int_equal(read_target(content, sizeof content), 3);
    assert_memory_equal(content, "old", 3);
}

static void refuses_a_target_that_came_meanwhile_and_leaves_what_was_written(void **state)
{
    (void)state;
    struct file_output *first;
    struct file_output *second;
    char part[64];
    char content[16];
    assert_int_equal(file_output_create(TARGET, false, &first), 0);
    assert_int_equal(file_output_write(first, "mine", 4), 0);
    snprintf(part, sizeof part, "%s%s", TARGET, file_output_suffix(first));
    FILE *other = fopen(TARGET, "wb");
    assert_non_null(other);
    fclose(other);
    assert_int_equal(file_output_commit(first), 80);
    file_output_leave(first);
    remove(TARGET);
    assert_int_equal(rename(part, TARGET), 0);
    assert_int_equal(read_target(content, sizeof content), 4);
    assert_memory_equal(content, "mine", 4);
    assert_int_equal(file_output_create("-", false, &second), 0);
    assert_string_equal(file_output_suffix(second), "");
    file_output_leave(second);
}

static void refuses_to_write_past_what_was_written(void **state)
{
    (void)state;
    struct file_output *output;
    assert_int_equal(file_output_create(TARGET, false, &output), 0);
    assert_int_equal(file_output_write(output, "abc", 3), 0);
    assert_int_equal(file_output_write_at(output, 2, "XY", 2), 87);
    file_output_discard(output);
}

static void says_what_is_wrong_with_a_path(void **state)
{
    (void)state;
    struct file_output *output;
    char text[200];
    uint32_t code = file_output_create("no such folder\\x.wav", false, &output);
    assert_int_not_equal(code, 0);
    system_error_text(code, text, sizeof text);
    assert_non_null(strstr(text, "(error "));
    assert_null(strchr(text, '\n'));
    assert_int_equal(file_output_create(".", true, &output), 336);
}

static void tells_devices_from_files(void **state)
{
    (void)state;
    assert_true(file_output_is_device("NUL"));
    assert_true(file_output_is_device("con"));
    assert_true(file_output_is_device("COM1"));
    assert_true(file_output_is_device("CONOUT$"));
    assert_true(file_output_is_device("\\\\.\\pipe\\tapemap"));
    assert_false(file_output_is_device("null.wav"));
    assert_false(file_output_is_device("c.wav"));
    assert_false(file_output_is_device("COM\\x.wav"));
    assert_false(file_output_is_device("\\\\server\\share\\x.wav"));
    assert_false(file_output_is_device("/tmp/x.wav"));
    assert_false(file_output_is_device(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(appears_only_when_it_is_complete, start_clean),
        cmocka_unit_test_setup(refuses_a_target_that_exists_and_leaves_it_alone, start_clean),
        cmocka_unit_test_setup(
            refuses_a_target_that_came_meanwhile_and_leaves_what_was_written, start_clean),
        cmocka_unit_test_setup(refuses_to_write_past_what_was_written, start_clean),
        cmocka_unit_test_setup_teardown(says_what_is_wrong_with_a_path, start_clean, start_clean),
        cmocka_unit_test(tells_devices_from_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
