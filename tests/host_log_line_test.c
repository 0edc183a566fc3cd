/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "log_line.h"

#define UTC_NS UINT64_C(1795269930123999999) /* 2026-11-21T14:05:30.123999999Z */

static void says_when_who_and_what(void **state)
{
    char line[LOG_LINE_BYTES];
    static const char expected[] = "2026-11-21T14:05:30.123Z deck studio: the disk is full\n";

    (void)state;
    size_t length = log_line_format(UTC_NS, "deck studio", "the disk is full", line);
    assert_string_equal(line, expected);
    assert_int_equal(length, sizeof expected - 1);
}

static void stays_one_line_whatever_the_text(void **state)
{
    char line[LOG_LINE_BYTES];

    (void)state;
    log_line_format(0, "a\nb", "one\r\ntwo\tthree\x7F\x1B[2J", line);
    assert_string_equal(line, "1970-01-01T00:00:00.000Z a b: one  two three  [2J\n");
}

static void cuts_a_long_text_between_characters(void **state)
{
    char line[LOG_LINE_BYTES];
    char text[2 * LOG_LINE_BYTES];

    (void)state;
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xC3\xA4", 3);
    for (size_t skipped = 0; skipped < 2; skipped++) {
        size_t length = log_line_format(0, skipped ? "d" : "de", text, line);
        assert_in_range(length, LOG_LINE_BYTES - 4, LOG_LINE_BYTES - 1);
        assert_int_equal(line[length - 1], '\n');
        assert_int_equal((unsigned char)line[length - 2], 0xA4);
        assert_int_equal(strlen(line), length);
    }
}

static void says_who_it_is_about_once(void **state)
{
    static const char who[] = "deck o'neil";
    (void)state;

    assert_string_equal(log_line_body(who, "deck 'o'neil': deleted 'x'"), "deleted 'x'");
    assert_string_equal(log_line_body(who, "recording deck 'o'neil': the disk"), "the disk");
    assert_string_equal(log_line_body(who, "deck 'o'neill': full"), "deck 'o'neill': full");
    assert_string_equal(log_line_body(who, "recording 'o'neil': x"), "recording 'o'neil': x");
    assert_string_equal(log_line_body(who, "deck 'o"), "deck 'o");
    assert_string_equal(log_line_body("supervisor", "deck 'o'neil': x"), "deck 'o'neil': x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_when_who_and_what),
        cmocka_unit_test(says_who_it_is_about_once),
        cmocka_unit_test(stays_one_line_whatever_the_text),
        cmocka_unit_test(cuts_a_long_text_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
