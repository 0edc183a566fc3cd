/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>

#include <string.h>

#include <cjson/cJSON.h>

#include "selftest_report.h"

static const struct assumption water = {"W9", "water is wet", "nothing floats"};

static void assert_line(enum finding_verdict verdict, const char *measured, const char *expected)
{
    struct finding finding;
    char line[256];

    finding_set(&finding, verdict, "%s", measured);
    finding_line(&water, &finding, line, sizeof line);
    assert_string_equal(line, expected);
}

static void says_what_it_means_only_where_it_differs(void **state)
{
    (void)state;
    assert_line(FINDING_HOLDS, "3 drops", "W9 holds: water is wet: 3 drops");
    assert_line(FINDING_HARMLESS, "dry; towels", "W9 differs, harmless: water is wet: dry; towels");
    assert_line(FINDING_DIFFERS, "dry", "W9 differs: water is wet: dry; nothing floats");
    assert_line(FINDING_UNTESTED, "ice", "W9 not testable here: water is wet: ice");
}

static void prints_nothing_that_a_terminal_obeys(void **state)
{
    (void)state;
    assert_line(FINDING_HOLDS, "a\x1b[2J\n\x7f", "W9 holds: water is wet: a?[2J??");
}

/* The other process may have been ended while it wrote. */
static void takes_a_finding_without_an_end(void **state)
{
    struct finding finding = {.verdict = 77};
    char line[512];
    (void)state;

    memset(finding.text, 'x', sizeof finding.text);
    finding_line(&water, &finding, line, sizeof line);
    assert_int_equal(strlen(line), strlen("W9 not testable here: water is wet: ") +
                                       FINDING_TEXT_BYTES - 1);
}

static void cuts_a_long_text_between_characters(void **state)
{
    struct finding finding;
    char text[2 * FINDING_TEXT_BYTES];
    (void)state;

    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa4", 3);
    finding_set(&finding, FINDING_HOLDS, "%s", text);
    assert_int_equal(strlen(finding.text) % 2, 0);
}

static void counts_and_says_in_json_what_it_found(void **state)
{
    const struct assumption *const assumptions[] = {&water, &water};
    struct finding findings[2];
    struct selftest_report report = {.count = 2, .assumptions = assumptions, .findings = findings};
    char sum[128];
    (void)state;

    finding_set(&findings[0], FINDING_HOLDS, "wet");
    finding_set(&findings[1], FINDING_DIFFERS, "\"dry\"");
    environment_add(&report.environment, "sea", "salt");
    selftest_report_sum(&report, sum, sizeof sum);
    assert_string_equal(
        sum, "1 hold, 0 differ and are harmless, 1 differ, 0 are not testable here");
    char *text = selftest_report_json(&report);
    cJSON *json = cJSON_Parse(text);
    const cJSON *checks = cJSON_GetObjectItem(json, "checks");
    assert_string_equal(cJSON_GetObjectItem(cJSON_GetObjectItem(json, "environment"), "sea")
                            ->valuestring, "salt");
    assert_true(cJSON_IsFalse(cJSON_GetObjectItem(json, "ok")));
    assert_null(cJSON_GetObjectItem(cJSON_GetArrayItem(checks, 0), "otherwise"));
    const cJSON *second = cJSON_GetArrayItem(checks, 1);
    assert_string_equal(cJSON_GetObjectItem(second, "measured")->valuestring, "\"dry\"");
    assert_string_equal(cJSON_GetObjectItem(second, "otherwise")->valuestring, "nothing floats");
    cJSON_Delete(json);
    cJSON_free(text);
}

static void leaves_out_a_fact_for_which_there_is_no_room(void **state)
{
    struct environment environment = {0};
    (void)state;

    for (int i = 0; i < ENVIRONMENT_MOST_FACTS + 1; i++)
        environment_add(&environment, "key", i == ENVIRONMENT_MOST_FACTS ? "last" : "text");
    assert_int_equal(environment.count, ENVIRONMENT_MOST_FACTS);
    assert_string_equal(environment.facts[ENVIRONMENT_MOST_FACTS - 1].text, "text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_it_means_only_where_it_differs),
        cmocka_unit_test(prints_nothing_that_a_terminal_obeys),
        cmocka_unit_test(takes_a_finding_without_an_end),
        cmocka_unit_test(cuts_a_long_text_between_characters),
        cmocka_unit_test(counts_and_says_in_json_what_it_found),
        cmocka_unit_test(leaves_out_a_fact_for_which_there_is_no_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
