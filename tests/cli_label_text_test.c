/* SPDX-License-Identifier: MIT */
/* Labels of marks in the formats of the lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "label_text.h"

static void writes(const char *label, enum label_style style, const char *expected)
{
    char out[LABEL_TEXT_BYTES];
    assert_string_equal(label_text(label, style, out), expected);
}

static void keeps_plain_text(void **state)
{
    (void)state;
    for (int style = LABEL_TABLE; style <= LABEL_AUDACITY; style++) {
        bool is_csv = style == LABEL_CSV;
        writes("Gr\xc3\xbc\xc3\x9f""e \xe2\x98\x82 'x'; y", (enum label_style)style,
               is_csv ? "\"Gr\xc3\xbc\xc3\x9f""e \xe2\x98\x82 'x'; y\""
                      : "Gr\xc3\xbc\xc3\x9f""e \xe2\x98\x82 'x'; y");
        writes("", (enum label_style)style, is_csv ? "\"\"" : "");
    }
}

static void writes_tabs_and_ends_of_lines_as_the_format_can(void **state)
{
    (void)state;
    writes("a\tb\nc\rd\\n", LABEL_TABLE, "a\\tb\\nc\\rd\\\\n");
    writes("a\tb\nc\rd\\n", LABEL_JSON, "a\tb\nc\rd\\n");
    writes("a\tb\nc\rd\\n", LABEL_CSV, "\"a\tb\nc\rd\\n\"");
    writes("a\tb\nc\rd\\n", LABEL_AUDACITY, "a b c d\\n");
}

static void doubles_quotes_in_csv_alone(void **state)
{
    (void)state;
    writes("\"a\",\"\"", LABEL_CSV, "\"\"\"a\"\",\"\"\"\"\"");
    writes("\"a\",", LABEL_TABLE, "\"a\",");
    writes("\"a\",", LABEL_AUDACITY, "\"a\",");
}

static void replaces_what_a_terminal_would_obey(void **state)
{
    (void)state;
    for (int style = LABEL_TABLE; style <= LABEL_AUDACITY; style++) {
        bool is_csv = style == LABEL_CSV;
        writes("a\033[2J\x7f\xc2\x9b\xff\xc3", (enum label_style)style,
               is_csv ? "\"a?[2J????\"" : "a?[2J????");
    }
}

static void has_room_for_the_longest_label(void **state)
{
    char label[72];
    char out[LABEL_TEXT_BYTES];
    (void)state;

    memset(label, '"', 71);
    label[71] = '\0';
    label_text(label, LABEL_CSV, out);
    assert_int_equal(strlen(out), 2 * 71 + 2);
    memset(label, '\n', 71);
    assert_int_equal(strlen(label_text(label, LABEL_TABLE, out)), 2 * 71);
}

static void cuts_what_is_too_long_at_a_character(void **state)
{
    char label[400];
    char out[LABEL_TEXT_BYTES];
    (void)state;

    for (size_t i = 0; i < 399; i += 3)
        memcpy(label + i, "\xe2\x98\x82", 3);
    label[399] = '\0';
    label_text(label, LABEL_CSV, out);
    assert_true(strlen(out) < sizeof out && strlen(out) % 3 == 2);
    assert_int_equal(out[strlen(out) - 1], '"');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_plain_text),
        cmocka_unit_test(writes_tabs_and_ends_of_lines_as_the_format_can),
        cmocka_unit_test(doubles_quotes_in_csv_alone),
        cmocka_unit_test(replaces_what_a_terminal_would_obey),
        cmocka_unit_test(has_room_for_the_longest_label),
        cmocka_unit_test(cuts_what_is_too_long_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
