/* SPDX-License-Identifier: MIT */
/* Starting programs: this test is its own child, which says what it was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "child_process.h"
#include "child_rig_win32.h"
#include "command_line.h"
#include "folder.h"
#include "identity.h"
#include "program.h"

#define ARGUMENTS_MOST 6
#define ARGUMENT_ROOM 24
#define PROGRAM_ROOM 64

static const char *self;
static char output[1024];

/* ---- The child ---- */

static int say_what_was_given(int argc, char **argv)
{
    char folder[1024];

    for (int i = 2; i < argc; i++)
        printf("[%s]\n", argv[i]);
    child_rig_folder(folder, sizeof folder);
    printf("folder %s\n", folder);
    printf("variable %s\n", getenv("TAPEMAP_TEST") ? getenv("TAPEMAP_TEST") : "");
    printf("input %d\n", getchar());
    fprintf(stderr, "and an error\n");
    return 7;
}

/* The handles it is told about: set when it is an event that it has. */
static int set_events(int argc, char **argv)
{
    for (int i = 2; i < argc; i++)
        child_rig_set_event((void *)(uintptr_t)strtoull(argv[i], NULL, 16));
    return 0;
}

/* ---- The test ---- */

static uint32_t run(const struct child_process_config *config)
{
    struct child_process child = {0};
    struct failure failure;

    if (child_process_start(config, &child, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    return child_rig_wait(&child);
}

static void must_say(const char *text, const char *expected)
{
    if (!strstr(text, expected))
        fail_msg("'%s' is not in: %s", expected, text);
}

static void read_output(char *text, size_t room)
{
    FILE *file = fopen(output, "rb");
    assert_non_null(file);
    text[fread(text, 1, room - 1, file)] = '\0';
    fclose(file);
    remove(output);
}

static void gives_a_program_what_it_is_to_have(void **state)
{
    const char *const arguments[] = {self, "say", "", "two words", "100%PATH%\"&^|<>",
                                     "C:\\x\\", "\xC3\xA4*", NULL};
    const char *const environment[] = {"TAPEMAP_TEST=a=b \xC3\xB6", NULL};
    char folder[1024];
    char text[4096];
    (void)state;

    assert_true(folder_temporary(folder, sizeof folder));
    folder[strlen(folder) - 1] = '\0';
    struct child_process_config config = {.arguments = arguments,
                                          .folder = folder,
                                          .environment = environment,
                                          .output_path = output};
    assert_int_equal(run(&config), 7);
    read_output(text, sizeof text);
    must_say(text, "[]\n[two words]\n[100%PATH%\"&^|<>]\n[C:\\x\\]\n[\xC3\xA4*]\n");
    must_say(text, folder);
    must_say(text, "variable a=b ");
    must_say(text, "input -1");
    must_say(text, "and an error");
}

static void hands_over_what_is_named_and_nothing_else(void **state)
{
    void *named = child_rig_event(false);
    void *other = child_rig_event(true);
    char values[2][24];
    (void)state;

    snprintf(values[0], sizeof values[0], "%llx", (unsigned long long)(uintptr_t)named);
    snprintf(values[1], sizeof values[1], "%llx", (unsigned long long)(uintptr_t)other);
    const char *const arguments[] = {self, "set", values[0], values[1], NULL};
    void *const handles[] = {named, named};
    struct child_process_config config = {
        .arguments = arguments, .handles = handles, .handle_count = 2};
    assert_int_equal(run(&config), 0);
    assert_true(child_rig_event_is_set(named));
    assert_false(child_rig_event_is_set(other));
    assert_false(child_rig_is_inheritable(named));
    child_rig_close(named);
    child_rig_close(other);
}

static void is_refused(const char *program, enum tapemap_status status, const char *why)
{
    const char *const arguments[] = {program, NULL};
    const struct child_process_config config = {.arguments = arguments};
    struct child_process child = {0};
    struct failure failure;

    assert_int_equal(child_process_start(&config, &child, &failure), status);
    must_say(failure.text, why);
    assert_null(child.handle);
}

static void refuses_scripts_and_what_is_not_there(void **state)
{
    char script[sizeof output + 8];
    (void)state;

    static const char *const ends[] = {".bat", ".CMD", ".bat.", ".cmd . "};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(script, sizeof script, "%s%.4s", output, ends[i]);
        fclose(fopen(script, "wb"));
        char spelled[sizeof output + 8];
        snprintf(spelled, sizeof spelled, "%s%s", output, ends[i]);
        is_refused(spelled, TAPEMAP_E_ARGUMENT, "script");
        remove(script);
    }
    is_refused("C:\\no such folder\\x.exe", TAPEMAP_E_NO_FILE, "check its path");
    is_refused("no-such-program", TAPEMAP_E_NO_FILE, "check its path");
    is_refused("", TAPEMAP_E_ARGUMENT, "give its path");
    is_refused("a\"b", TAPEMAP_E_ARGUMENT, "give its path");
    is_refused("\xFF.exe", TAPEMAP_E_ARGUMENT, "cannot be started");
}

static void puts_quotes_only_around_what_needs_them(void **state)
{
    const char *const arguments[] = {"C:\\cmd.exe", "/c", "copy", "%TAPEMAP_FILE%", "D:\\a\\",
                                     "*.c", "", NULL};
    char *line = command_line_join(arguments);
    (void)state;

    assert_string_equal(line, "\"C:\\cmd.exe\" /c copy \"%TAPEMAP_FILE%\" D:\\a\\ \"*.c\" \"\"");
    free(line);
}

static void refuses_what_is_no_environment_and_no_command_line(void **state)
{
    const char *const bad[] = {"no equals sign", NULL};
    char *much = malloc(33000);
    struct child_process child = {0};
    struct failure failure;
    (void)state;

    memset(much, 'x', 32999);
    much[32999] = '\0';
    const char *const arguments[] = {self, "say", NULL};
    const char *const too_many[] = {self, "say", much, NULL};
    struct child_process_config config = {.arguments = arguments, .environment = bad};
    assert_int_equal(child_process_start(&config, &child, &failure), TAPEMAP_E_ARGUMENT);
    must_say(failure.text, "NAME=VALUE");
    config = (struct child_process_config){.arguments = too_many};
    assert_int_equal(child_process_start(&config, &child, &failure), TAPEMAP_E_ARGUMENT);
    must_say(failure.text, "32766");
    free(much);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static void is_taken_apart_into_what_it_was_made_of(void **state)
{
    static const char alphabet[] = "\\\\\\\"\" \ta%*^&";
    char texts[ARGUMENTS_MOST][ARGUMENT_ROOM];
    uint32_t seed = 1;
    (void)state;

    for (int round = 0; round < 5000; round++) {
        const char *arguments[ARGUMENTS_MOST + 2] = {"C:\\Program Files\\x y\\"};
        int count = 1 + (int)(next_random(&seed) % ARGUMENTS_MOST);
        for (int i = 0; i < count; i++) {
            uint32_t length = next_random(&seed) % ARGUMENT_ROOM;
            for (uint32_t j = 0; j < length; j++)
                texts[i][j] = alphabet[next_random(&seed) % (sizeof alphabet - 1)];
            texts[i][length] = '\0';
            arguments[i + 1] = texts[i];
        }
        char *line = command_line_join(arguments);
        char parsed[ARGUMENTS_MOST + 1][PROGRAM_ROOM];
        assert_non_null(line);
        assert_int_equal(child_rig_parse(line, ARGUMENTS_MOST + 1, PROGRAM_ROOM, parsed[0]),
                         count + 1);
        for (int i = 0; i <= count; i++)
            assert_string_equal(parsed[i], arguments[i]);
        free(line);
    }
}

static int run_body(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_a_program_what_it_is_to_have),
        cmocka_unit_test(hands_over_what_is_named_and_nothing_else),
        cmocka_unit_test(refuses_scripts_and_what_is_not_there),
        cmocka_unit_test(puts_quotes_only_around_what_needs_them),
        cmocka_unit_test(refuses_what_is_no_environment_and_no_command_line),
        cmocka_unit_test(is_taken_apart_into_what_it_was_made_of),
    };

    if (argc > 1 && strcmp(argv[1], "say") == 0)
        return say_what_was_given(argc, argv);
    if (argc > 1 && strcmp(argv[1], "set") == 0)
        return set_events(argc, argv);
    self = child_rig_self();
    if (!folder_temporary(output, sizeof output - 40))
        return 1;
    snprintf(output + strlen(output), 40, "child %u.txt", (unsigned)identity_pid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return program_run(run_body);
}
