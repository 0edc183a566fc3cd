/* SPDX-License-Identifier: MIT */
/* What a recorder and a supervisor understand, and what they make of hostile lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control_request.h"
#include "object_names.h"

static struct control_request request;
static struct failure failure;

/* In a block of exactly its size, so that reading on is seen. */
static enum tapemap_status parse_bytes(enum control_side side, const char *line, size_t length)
{
    char *copy = malloc(length + 1);
    enum tapemap_status status;

    assert_non_null(copy);
    memcpy(copy, line, length);
    copy[length] = '\0';
    status = control_request_parse(side, copy, length, &request, &failure);
    free(copy);
    return status;
}

static enum tapemap_status parse(enum control_side side, const char *line)
{
    return parse_bytes(side, line, strlen(line));
}

#define RECORDER_TAKES(line)                                                                      \
    do {                                                                                          \
        if (parse(CONTROL_RECORDER, line) != TAPEMAP_OK)                                          \
            fail_msg("%s: %s", line, failure.text);                                               \
    } while (0)

static void a_recorder_understands_its_commands(void **state)
{
    (void)state;
    RECORDER_TAKES("{\"command\":\"status\"}");
    assert_int_equal(request.command, CONTROL_STATUS);
    RECORDER_TAKES(" \t{ \"text\" : \"a\" , \"command\" : \"mark\" } \r");
    assert_int_equal(request.command, CONTROL_MARK);
    assert_string_equal(request.text, "a");
    assert_false(request.has_position);
    RECORDER_TAKES("{\"command\":\"mark\",\"text\":\"[{\\\"\\u00fc\",\"position\":0}");
    assert_string_equal(request.text, "[{\"\xc3\xbc");
    assert_true(request.has_position);
    RECORDER_TAKES("{\"command\":\"mark\",\"text\":\"a\",\"position\":9007199254740991}");
    assert_true(request.position == UINT64_C(9007199254740991));
    RECORDER_TAKES("{\"command\":\"mark\",\"text\":\"a\",\"position\":\"18446744073709551615\"}");
    assert_true(request.position == UINT64_MAX);
    RECORDER_TAKES("{\"command\":\"stop\",\"reason\":\"lunch\"}");
    assert_string_equal(request.text, "lunch");
    RECORDER_TAKES("{\"command\":\"stop\"}");
    assert_string_equal(request.text, "");
    RECORDER_TAKES("{\"command\":\"held\",\"tape_id\":\"00c0ffee12345678\"}");
    assert_true(request.tape_id == UINT64_C(0x00c0ffee12345678));
}

static void a_supervisor_understands_its_commands(void **state)
{
    (void)state;
    assert_int_equal(parse(CONTROL_SUPERVISOR, "{\"command\":\"stop\",\"deck\":\"t\"}"),
                     TAPEMAP_OK);
    assert_int_equal(request.command, CONTROL_STOP);
    assert_string_equal(request.deck, "t");
    assert_int_equal(parse(CONTROL_SUPERVISOR, "{\"command\":\"reload\"}"), TAPEMAP_OK);
    assert_int_equal(request.command, CONTROL_RELOAD);
    assert_int_equal(parse(CONTROL_SUPERVISOR, "{\"command\":\"mark\",\"text\":\"a\"}"),
                     TAPEMAP_E_ARGUMENT);
    assert_int_equal(parse(CONTROL_SUPERVISOR, "{\"command\":\"start\",\"deck\":\"a/b\"}"),
                     TAPEMAP_E_ARGUMENT);
}

static void a_long_text_is_shortened_between_characters(void **state)
{
    (void)state;
    char line[2000] = "{\"command\":\"mark\",\"text\":\"";

    while (strlen(line) < 1500)
        strcat(line, "\xe2\x82\xac");
    strcat(line, "\"}");
    RECORDER_TAKES(line);
    assert_int_equal(strlen(request.text), 255);
    assert_string_equal(request.text + 252, "...");
}

#define MARK(members) "{\"command\":\"mark\",\"text\":\"a\"" members "}"

/* Each is refused with a sentence that has this in it. */
static const struct {
    enum tapemap_status status;
    const char *line;
    const char *says;
} hostile[] = {
    {TAPEMAP_E_SYNTAX, "", "it is empty"},
    {TAPEMAP_E_SYNTAX, " ", "it is empty"},
    {TAPEMAP_E_SYNTAX, "[]", "does not begin with '{'"},
    {TAPEMAP_E_SYNTAX, "\"status\"", "does not begin"},
    {TAPEMAP_E_SYNTAX, "\xef\xbb\xbf{\"command\":\"status\"}", "does not begin"},
    {TAPEMAP_E_SYNTAX, "{", "no JSON object"},
    {TAPEMAP_E_SYNTAX, "{\"command\":\"status\"", "no JSON object"},
    {TAPEMAP_E_SYNTAX, "{\"command\":\"status\"} x", "no JSON object"},
    {TAPEMAP_E_SYNTAX, "{\"command\":\"status\"}{}", "a list or an object"},
    {TAPEMAP_E_SYNTAX, "{\"command\":\"status\",}", "no JSON object"},
    {TAPEMAP_E_SYNTAX, "{\"command\":\"status\\", "no JSON object"},
    {TAPEMAP_E_SYNTAX, "{\"command\":\"\\ud800\"}", "no JSON object"},
    {TAPEMAP_E_SYNTAX, "{\"command\":\"status\\u0000\"}", "a zero"},
    {TAPEMAP_E_SYNTAX, "{\"command\":\"stat\x01us\"}", "a control character"},
    {TAPEMAP_E_SYNTAX, "{\"command\":\"stat\tus\"}", "a control character"},
    {TAPEMAP_E_SYNTAX, "{\x0b\"command\":\"status\"}", "a control character"},
    {TAPEMAP_E_SYNTAX, "{\"command\":\"\xc0\xaf\"}", "not UTF-8"},
    {TAPEMAP_E_SYNTAX, "{\"command\":\"\xff\"}", "not UTF-8"},
    {TAPEMAP_E_SYNTAX, "{\"command\":\"\xe2\x82\"}", "not UTF-8"},
    {TAPEMAP_E_SYNTAX, MARK(",\"position\":[1]"), "a list or an object"},
    {TAPEMAP_E_SYNTAX, MARK(",\"position\":{\"a\":1}"), "a list or an object"},
    {TAPEMAP_E_SYNTAX, MARK(",\"position\":0x10"), "no JSON object"},
    {TAPEMAP_E_SYNTAX, MARK(",\"position\":NaN"), "no JSON object"},
    {TAPEMAP_E_ARGUMENT, "{}", "no member 'command'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":7}", "'command'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":null}", "'command'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"Status\"}", "no command 'Status'"},
    {TAPEMAP_E_ARGUMENT, "{\"Command\":\"status\"}", "no member 'command'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"reload\"}", "a recorder has no command 'reload'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"status\",\"command\":\"stop\"}", "'command' twice"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"status\",\"colour\":1}", "takes no member 'colour'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"status\",\"\":1}", "takes no member ''"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"status\",\"text\":\"a\"}", "takes no member 'text'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"mark\"}", "needs the member 'text'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"mark\",\"text\":\"\"}", "'text'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"mark\",\"text\":5}", "'text'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"mark\",\"text\":\"a\\u001b[2J\"}", "'text'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"mark\",\"text\":\"a\\u0085\"}", "'text'"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"text\":\"b\""), "'text' twice"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"position\":1,\"position\":1"), "'position' twice"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"position\":-1"), "'position'"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"position\":1.5"), "'position'"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"position\":1e999"), "'position'"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"position\":9007199254740992"), "'position'"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"position\":9007199254740993"), "from 2^53 on"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"position\":\"18446744073709551616\""), "'position'"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"position\":\"-1\""), "'position'"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"position\":\" 1\""), "'position'"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"position\":\"\""), "'position'"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"position\":true"), "'position'"},
    {TAPEMAP_E_ARGUMENT, MARK(",\"position\":null"), "'position'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"held\"}", "needs the member 'tape_id'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"held\",\"tape_id\":12}", "'tape_id'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"held\",\"tape_id\":\"0000000000000000\"}", "'tape_id'"},
    {TAPEMAP_E_ARGUMENT, "{\"command\":\"held\",\"tape_id\":\"00c0ffee123456789\"}", "'tape_id'"},
};

static void hostile_lines_are_refused_with_a_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        enum tapemap_status status = parse(CONTROL_RECORDER, hostile[i].line);
        if (status != hostile[i].status)
            fail_msg("line %zu: status %d", i, status);
        if (!strstr(failure.text, hostile[i].says) || !strstr(failure.text, "; "))
            fail_msg("line %zu: '%s'", i, failure.text);
    }
}

static void a_zero_in_a_line_is_refused(void **state)
{
    (void)state;
    static const char line[] = "{\"command\":\"status\"}\0}";

    assert_int_equal(parse_bytes(CONTROL_RECORDER, line, sizeof line - 1), TAPEMAP_E_SYNTAX);
}

static void what_is_repeated_of_a_line_is_short(void **state)
{
    (void)state;
    char line[4000] = "{\"command\":\"";

    memset(line + strlen(line), 'x', 3000);
    strcat(line, "\"}");
    assert_int_equal(parse(CONTROL_RECORDER, line), TAPEMAP_E_ARGUMENT);
    assert_true(strlen(failure.text) < 120);
}

/* Whatever is understood of a line is within its bounds. */
static void check_understood(void)
{
    assert_true(request.command <= CONTROL_SHUTDOWN);
    assert_non_null(memchr(request.text, '\0', sizeof request.text));
    assert_non_null(memchr(request.deck, '\0', sizeof request.deck));
    assert_true(request.deck[0] == '\0' || deck_name_is_valid(request.deck));
}

static uint32_t seed = 1;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % sides;
}

static void random_mutations_are_understood_or_refused(void **state)
{
    (void)state;
    static const char *const seeds[] = {
        "{\"command\":\"mark\",\"text\":\"a\\u00fc\\ud83d\\ude00\",\"position\":\"12345\"}",
        "{\"command\":\"stop\",\"reason\":\"\xe2\x82\xac\",\"deck\":\"d\"}",
        "{\"command\":\"held\",\"tape_id\":\"00c0ffee12345678\",\"position\":1e5}",
    };
    static const char alphabet[] = "{}[]\",:\\u0d8e-+.\xe2\x82\xff\x01\x00 \ttrue";

    for (unsigned round = 0; round < 60000; round++) {
        const char *from = seeds[round % 3];
        char line[160];
        size_t length = strlen(from);
        memcpy(line, from, length);
        for (uint32_t changes = 1 + dice(4); changes > 0; changes--) {
            size_t at = dice((uint32_t)length);
            switch (dice(3)) {
            case 0: line[at] = alphabet[dice(sizeof alphabet - 1)]; break;
            case 1: line[at] = (char)dice(256); break;
            default: length = at > 0 ? at : 1; break;
            }
        }
        failure.text[0] = '\0';
        if (parse_bytes((enum control_side)(round & 1), line, length) == TAPEMAP_OK)
            check_understood();
        else
            assert_non_null(strstr(failure.text, "; "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recorder_understands_its_commands),
        cmocka_unit_test(a_supervisor_understands_its_commands),
        cmocka_unit_test(a_long_text_is_shortened_between_characters),
        cmocka_unit_test(hostile_lines_are_refused_with_a_sentence),
        cmocka_unit_test(a_zero_in_a_line_is_refused),
        cmocka_unit_test(what_is_repeated_of_a_line_is_short),
        cmocka_unit_test(random_mutations_are_understood_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
