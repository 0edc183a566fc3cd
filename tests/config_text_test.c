/* SPDX-License-Identifier: MIT */
/* How a configuration is cut into statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "config_text.h"
#include "nearest_name.h"

/* The statements of a text, as "LINE:STATEMENT|", what is wrong as "LINE!". */
static void cut(const char *source, char *out, size_t room)
{
    char text[512];
    struct config_text rest = {text, 1};
    struct config_statement statement;
    size_t used = 0;

    snprintf(text, sizeof text, "%s", source);
    out[0] = '\0';
    while (config_text_next(&rest, &statement)) {
        if (statement.wrong)
            used += (size_t)snprintf(out + used, room - used, "%u!", statement.wrong_line);
        else
            used += (size_t)snprintf(out + used, room - used, "%u:%.*s|", statement.line,
                                     (int)statement.length, statement.text);
    }
}

static void must_cut(const char *source, const char *expected)
{
    char found[1024];

    cut(source, found, sizeof found);
    assert_string_equal(found, expected);
}

static void cuts_after_braces_and_values(void **state)
{
    (void)state;
    must_cut("", "");
    must_cut(" \n# nothing\n", "");
    must_cut("a = 1\nb = 2", "1:a = 1\n|2:b = 2|");
    must_cut("deck x {\n a = 1\n}\ndeck y { b = 2 }", "1:deck x {\n a = 1\n}|4:deck y { b = 2 }|");
    must_cut("deck x\n{\n}\n\na\n=\n1\n", "1:deck x\n{\n}|5:a\n=\n1\n|");
    must_cut("deck x {}deck y {}", "1:deck x {}|1:deck y {}|");
    must_cut("a = {1,\n2}\nb = 3\n", "1:a = {1,\n2}|3:b = 3\n|");
    must_cut("a = ${HOME}\nb = 3\n", "1:a = ${HOME}\n|2:b = 3\n|");
}

static void blanks_comments_and_counts_their_lines(void **state)
{
    (void)state;
    must_cut("# one\n// two\na = 3 # x\n", "3:a = 3    \n|");
    must_cut("/* one\n two */ a = 2\n", "2:a = 2\n|");
    must_cut("a = tone:x//y\n", "1:a = tone:x//y\n|");
    must_cut("a = '# { no comment'\n", "1:a = '# { no comment'\n|");
    must_cut("a = \"// \\\" } /*\"\r\n", "1:a = \"// \\\" } /*\"\r\n|");
}

static void tells_what_no_parser_should_see(void **state)
{
    (void)state;
    must_cut("a = \"x\nb = 2\n", "1!2:b = 2\n|");
    must_cut("a = 'x", "1!");
    must_cut("b = 2\n/* never", "1:b = 2\n|2!");
    must_cut("/*", "1!");
    must_cut("\n/*/", "2!");
    must_cut("a = \"D:\\1\"\nb = 2\n", "1!2:b = 2\n|");
    must_cut("a = 'D:\\1'\n", "1:a = 'D:\\1'\n|");
    must_cut("a = *\nb = 2\n", "1!2:b = 2\n|");
    must_cut("}\nb = 2\n", "1!2:b = 2\n|");
    must_cut("\ndeck x {\nb = 2\n", "2!");
    must_cut("a = 'x\\", "1!");
    must_cut("deck a { b = 'x }\ndeck b {}\n", "1!2:deck b {}|");
}

static void finds_what_was_meant(void **state)
{
    static const char *const names[] = {"source", "store", "format", "ring", "keep_free"};
    (void)state;

    assert_int_equal(name_distance("", ""), 0);
    assert_int_equal(name_distance("ab", ""), 2);
    assert_int_equal(name_distance("sorce", "source"), 1);
    assert_int_equal(name_distance("soruce", "source"), 1);
    assert_int_equal(name_distance("kitten", "sitting"), 3);
    assert_string_equal(nearest_name("sorce", names, 5), "source");
    assert_string_equal(nearest_name("keep-free", names, 5), "keep_free");
    assert_string_equal(nearest_name("string", names, 5), "ring");
    assert_null(nearest_name("elephant", names, 5));
    assert_null(nearest_name("", names, 5));
    assert_null(nearest_name("source", names, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_after_braces_and_values),
        cmocka_unit_test(blanks_comments_and_counts_their_lines),
        cmocka_unit_test(tells_what_no_parser_should_see),
        cmocka_unit_test(finds_what_was_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
