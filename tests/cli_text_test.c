/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli_text.h"

static void assert_cleans(const char *text, size_t room, const char *expected)
{
    char out[64];
    assert_string_equal(cli_text_clean(text, out, room), expected);
}

static void keeps_what_may_be_printed(void **state)
{
    (void)state;
    assert_cleans("studio 1", 64, "studio 1");
    assert_cleans("Gr\xC3\xB6\xC3\x9F""e \xE2\x82\xAC \xF0\x9D\x84\x9E", 64,
                  "Gr\xC3\xB6\xC3\x9F""e \xE2\x82\xAC \xF0\x9D\x84\x9E");
    assert_cleans("", 64, "");
}

static void replaces_what_a_terminal_would_obey(void **state)
{
    (void)state;
    assert_cleans("a\033[2Jb", 64, "a?[2Jb");
    assert_cleans("a\r\n\x7F""b", 64, "a???b");
    assert_cleans("a\xC2\x9B""b", 64, "a?b");
}

static void replaces_what_is_no_utf8(void **state)
{
    (void)state;
    assert_cleans("\xFFx", 64, "?x");
    assert_cleans("\xC3", 64, "?");
    assert_cleans("\xC0\xAF", 64, "??");
    assert_cleans("\xE0\x80\xAF", 64, "???");
    assert_cleans("\xED\xA0\x80", 64, "???");
    assert_cleans("\xF4\x90\x80\x80", 64, "????");
    assert_cleans("\xE2\x82", 64, "??");
}

static void cuts_between_characters(void **state)
{
    (void)state;
    assert_cleans("ab\xE2\x82\xAC", 5, "ab");
    assert_cleans("ab\xE2\x82\xAC", 6, "ab\xE2\x82\xAC");
    assert_cleans("abc", 1, "");
}

static void counts_characters_as_columns(void **state)
{
    (void)state;
    assert_int_equal(cli_text_columns("Gr\xC3\xB6\xC3\x9F""e"), 5);
    assert_int_equal(cli_text_columns(""), 0);
}

static void prints_moments(void **state)
{
    char text[CLI_TEXT_UTC_BYTES];
    (void)state;
    assert_string_equal(cli_text_utc(0, 0, text), "1970-01-01T00:00:00Z");
    assert_string_equal(cli_text_utc(951782400000000000u, 0, text), "2000-02-29T00:00:00Z");
    assert_string_equal(cli_text_utc(951868799999999999u, 9, text),
                        "2000-02-29T23:59:59.999999999Z");
    assert_string_equal(cli_text_utc(1763712840123456789u, 3, text), "2025-11-21T08:14:00.123Z");
    assert_string_equal(cli_text_utc(4107542400000000000u, 0, text), "2100-03-01T00:00:00Z");
    assert_string_equal(cli_text_utc(UINT64_MAX, 3, text), "2554-07-21T23:34:33.709Z");
}

static void prints_lengths_of_any_size(void **state)
{
    char text[40];
    (void)state;
    assert_string_equal(cli_text_length(480000, 48000, text, sizeof text), "0:10.0");
    assert_string_equal(cli_text_length(UINT64_MAX, 1, text, sizeof text),
                        "more than 500 years");
}

static void counts_frames_where_the_rate_is_that_of_no_tape(void **state)
{
    static const uint64_t rates[] = {0, TAPEMAP_MAX_RATE_HZ + 1, UINT64_C(1) << 32, UINT64_MAX};
    char text[40];

    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++)
        assert_string_equal(cli_text_length(480000, rates[i], text, sizeof text),
                            "480000 frames");
    assert_string_equal(cli_text_length(2 * TAPEMAP_MAX_RATE_HZ, TAPEMAP_MAX_RATE_HZ, text,
                                        sizeof text), "0:02.0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_may_be_printed),
        cmocka_unit_test(replaces_what_a_terminal_would_obey),
        cmocka_unit_test(replaces_what_is_no_utf8),
        cmocka_unit_test(cuts_between_characters),
        cmocka_unit_test(counts_characters_as_columns),
        cmocka_unit_test(prints_moments),
        cmocka_unit_test(prints_lengths_of_any_size),
        cmocka_unit_test(counts_frames_where_the_rate_is_that_of_no_tape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
