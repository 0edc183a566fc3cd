/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "device_match.h"
#include "source.h"

static const struct device_info rows[] = {
    {.index = 0, .host_api = "WASAPI", .name = "Microphone (USB: Studio)"},
    {.index = 1, .host_api = "WASAPI", .name = "Microphone (Realtek)", .is_host_default = true},
    {.index = 2, .host_api = "WASAPI", .name = "Line"},
    {.index = 3, .host_api = "WASAPI", .name = "Line In (Studio)"},
    {.index = 4, .host_api = "WASAPI", .name = "Line In (Studio)"},
    {.index = 5, .host_api = "DirectSound", .name = "Primary Capture", .is_host_default = true},
    {.index = 6, .host_api = "DirectSound", .name = "Kapt\xC3\xA4n"},
    {.index = 7, .host_api = "MME", .name = "Line"},
};
#define ROWS (sizeof rows / sizeof rows[0])

static const struct device_table inputs = {DEVICE_INPUT, rows, ROWS};

static void finds_what_is_meant(void **state)
{
    static const struct {
        const char *wish;
        int index;
    } cases[] = {
        {"", 1},
        {":", 1},
        {"wasapi", 1},
        {"WASAPI:", 1},
        {"Windows WASAPI", 1},
        {"windows ", 1},
        {"sound", 5},
        {"mme", 7}, /* no default: the first */
        {"wasapi:realtek", 1},
        {"wasapi:microphone", 1}, /* two fit; one is the default */
        {"wasapi:usb", 0},
        {"wasapi:USB: stud", 0}, /* a colon in the name */
        {"wasapi:line", 2}, /* three fit; it is the whole name of one */
        {":kapt\xC3\xA4n", 6}, /* of the first host API that has it */
        {":line", 2},
        {"mme:LINE", 7},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct device_problem problem = {0};
        const struct device_info *match = device_match(&inputs, cases[i].wish, &problem);
        if (!match)
            fail_msg("'%s': %s", cases[i].wish, problem.text);
        if (match->index != cases[i].index)
            fail_msg("'%s' gave device %d", cases[i].wish, match->index);
    }
}

/* Windows numbers devices of one name, and what is plugged in at another port. */
static void finds_a_device_under_another_number(void **state)
{
    static const struct device_info numbered[] = {
        {.index = 0, .host_api = "WASAPI", .name = "Microphone (Realtek)"},
        {.index = 1, .host_api = "WASAPI", .name = "Microphone (2- USB Audio)"},
        {.index = 2, .host_api = "WASAPI", .name = "Line (3- Studio)"},
        {.index = 3, .host_api = "WASAPI", .name = "Line (Studio)"},
        {.index = 4, .host_api = "WASAPI", .name = "Line (14- Twin)"},
        {.index = 5, .host_api = "WASAPI", .name = "Line (2- Twin)"},
    };
    static const struct device_table table = {DEVICE_INPUT, numbered, 6};
    static const struct {
        const char *wish;
        int index; /* -1: none, -2: several */
    } cases[] = {
        {"wasapi:#Microphone (USB Audio)", 1},
        {"wasapi:#microphone (7- usb audio)", 1},
        {"wasapi:#Line (Studio)", 3}, /* just that name comes first */
        {"wasapi:#Line (3- Studio)", 2},
        {"wasapi:#Line (2- Twin)", 5},
        {"wasapi:#Line (Twin)", -2},
        {"wasapi:Microphone (USB Audio)", -1}, /* nobody asked for another number */
        {"wasapi:#USB Audio", -1}, /* no whole name */
        {"wasapi:#Microphone (USB Audio) ", -1},
        {"wasapi:#Microphone (2 USB Audio)", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct device_problem problem = {0};
        const struct device_info *match = device_match(&table, cases[i].wish, &problem);
        int index = match ? match->index
                          : (strstr(problem.text, "fits several devices") ? -2 : -1);
        if (index != cases[i].index)
            fail_msg("'%s' gave %d: %s", cases[i].wish, index, problem.text);
    }
    assert_true(device_is_alone(&table, &numbered[1]));
    for (size_t i = 2; i < 6; i++)
        assert_false(device_is_alone(&table, &numbered[i]));
    assert_true(device_is_alone(&inputs, &rows[7])); /* the other is of another host API */
}

static void says_what_there_is_when_nothing_fits(void **state)
{
    static const char *const wishes[] = {"alsa", "wasapi:theremin", "mme:microphone", ":theremin",
                                         "wasapi:line in (studio) 2"};

    (void)state;
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        struct device_problem problem = {0};
        assert_null(device_match(&inputs, wishes[i], &problem));
        assert_non_null(strstr(problem.text, wishes[i]));
        assert_non_null(strstr(problem.text, "; use one of: WASAPI:Microphone (USB: Studio), "));
        assert_non_null(strstr(problem.text, "MME:Line"));
    }
}

static void refuses_to_guess_between_several(void **state)
{
    struct device_problem problem = {0};

    (void)state;
    assert_null(device_match(&inputs, "wasapi:studio", &problem));
    assert_string_equal(problem.text,
                        "'studio' fits several devices of WASAPI; give more of the name of one: "
                        "Microphone (USB: Studio), Line In (Studio), Line In (Studio)");
    /* Twins cannot be told apart by name. */
    assert_null(device_match(&inputs, "wasapi:line in (studio)", &problem));
}

static void says_that_there_is_no_device_at_all(void **state)
{
    struct device_problem problem = {0};

    (void)state;
    assert_null(device_match(&(struct device_table){0}, "", &problem));
    assert_non_null(strstr(problem.text, "there is no audio input device; "));
}

/* Names as long as they may be, and more of them than a sentence holds. */
static void keeps_a_long_list_within_the_sentence(void **state)
{
    static struct device_info many[200];
    const struct device_table table = {DEVICE_INPUT, many, 200};

    (void)state;
    for (size_t length = 1; length < sizeof many[0].name; length++) {
        struct device_problem problem = {0};
        for (size_t i = 0; i < 200; i++) {
            strcpy(many[i].host_api, "WASAPI");
            memset(many[i].name, 'a' + (int)(i % 26), length);
        }
        assert_null(device_match(&table, "wasapi:0", &problem));
        assert_true(strlen(problem.text) < sizeof problem.text - 1);
        assert_string_equal(problem.text + strlen(problem.text) - 5, ", ...");
    }
}

/* As a script writes it whose variable is empty. */
static void records_no_default_for_a_name_that_is_missing(void **state)
{
    static const char *const specs[] = {"portaudio:", "portaudio::", "portaudio:WASAPI:", "stdin:"};
    struct source_wish wish = {{TAPEMAP_S16, 2, 48000}};

    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        struct source *source = NULL;
        struct failure failure = {0};
        assert_int_equal(source_open(specs[i], &wish, &source, &failure), TAPEMAP_E_SYNTAX);
        assert_non_null(strstr(failure.text, "ends in ':'; say what follows, or leave the colon"));
        assert_null(source);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_meant),
        cmocka_unit_test(finds_a_device_under_another_number),
        cmocka_unit_test(says_what_there_is_when_nothing_fits),
        cmocka_unit_test(refuses_to_guess_between_several),
        cmocka_unit_test(says_that_there_is_no_device_at_all),
        cmocka_unit_test(keeps_a_long_list_within_the_sentence),
        cmocka_unit_test(records_no_default_for_a_name_that_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
