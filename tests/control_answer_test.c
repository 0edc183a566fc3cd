/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "control_answer.h"

static char line[CONTROL_ANSWER_BYTES];

static void assert_prints(const struct control_answer *answer, const char *expected)
{
    size_t length = control_answer_print(answer, line);

    assert_int_equal(length, strlen(expected));
    assert_memory_equal(line, expected, length);
}

static void an_answer_is_one_line(void **state)
{
    (void)state;
    struct control_answer answer;

    control_answer_init(&answer);
    control_answer_text(&answer, "source", "a\n\"b\"");
    control_answer_u64(&answer, "head", UINT64_C(9007199254740991));
    control_answer_u64(&answer, "far", UINT64_MAX);
    control_answer_bool(&answer, "paused", false);
    control_answer_list(&answer, "none", NULL);
    control_answer_list(&answer, "warnings", "silent-input");
    control_answer_list(&answer, "warnings", "fallback");
    assert_prints(&answer, "{\"ok\":true,\"source\":\"a\\n\\\"b\\\"\",\"head\":9007199254740991,"
                           "\"far\":\"18446744073709551615\",\"paused\":false,\"none\":[],"
                           "\"warnings\":[\"silent-input\",\"fallback\"]}\n");
    control_answer_deinit(&answer);
}

static void a_list_of_objects_takes_members_of_their_own(void **state)
{
    (void)state;
    struct control_answer answer;

    control_answer_init(&answer);
    for (uint64_t i = 0; i < 2; i++) {
        control_answer_begin_item(&answer, "decks");
        control_answer_u64(&answer, "pid", i);
        control_answer_end_item(&answer);
    }
    control_answer_u64(&answer, "pid", 7);
    assert_prints(&answer, "{\"ok\":true,\"decks\":[{\"pid\":0},{\"pid\":1}],\"pid\":7}\n");
    control_answer_deinit(&answer);
}

static void a_failure_is_all_that_is_said(void **state)
{
    (void)state;
    struct control_answer answer;
    struct failure failure;

    failure_set(&failure, TAPEMAP_E_BUSY, "it is busy; wait");
    control_answer_init(&answer);
    control_answer_begin_item(&answer, "decks");
    control_answer_fail(&answer, &failure);
    assert_prints(&answer, "{\"ok\":false,\"status\":\"E_BUSY\",\"error\":\"it is busy; wait\"}\n");
    control_answer_deinit(&answer);
}

static void an_answer_that_is_too_long_becomes_a_failure(void **state)
{
    (void)state;
    struct control_answer answer;
    char text[251] = "";

    memset(text, 'x', sizeof text - 1);
    control_answer_init(&answer);
    for (unsigned i = 0; i < 300; i++)
        control_answer_list(&answer, "texts", text);
    size_t length = control_answer_print(&answer, line);
    assert_memory_equal(line, "{\"ok\":false,", 12);
    assert_true(line[length - 1] == '\n');
    control_answer_deinit(&answer);
}

static unsigned allocations_left;

static void *scarce_malloc(size_t bytes)
{
    return allocations_left-- > 0 ? malloc(bytes) : (allocations_left = 0, NULL);
}

static void without_memory_it_says_so(void **state)
{
    (void)state;
    cJSON_Hooks scarce = {scarce_malloc, free};
    bool was_whole = false;

    cJSON_InitHooks(&scarce);
    for (unsigned some = 0; !was_whole; some++) {
        struct control_answer answer;
        allocations_left = some;
        control_answer_init(&answer);
        control_answer_text(&answer, "deck", "d");
        control_answer_list(&answer, "warnings", "fallback");
        control_answer_begin_item(&answer, "decks");
        control_answer_u64(&answer, "pid", 1);
        control_answer_end_item(&answer);
        size_t length = control_answer_print(&answer, line);
        was_whole = memcmp(line, "{\"ok\":true,", 11) == 0;
        assert_true(was_whole || memcmp(line, "{\"ok\":false,", 12) == 0);
        assert_true(line[length - 1] == '\n');
        control_answer_deinit(&answer);
        assert_true(some < 100);
    }
    cJSON_InitHooks(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_one_line),
        cmocka_unit_test(a_list_of_objects_takes_members_of_their_own),
        cmocka_unit_test(a_failure_is_all_that_is_said),
        cmocka_unit_test(an_answer_that_is_too_long_becomes_a_failure),
        cmocka_unit_test(without_memory_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
