/* SPDX-License-Identifier: MIT */
/* Starting a program for each finished tape: this test is its own child, which notes what it was
   told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "child_rig_win32.h"
#include "file_access.h"
#include "finished_hook.h"
#include "folder.h"
#include "identity.h"
#include "program.h"
#include "steady_clock.h"
#include "plain_file.h"
#include "tape_image.h"

#define FRAMES 48000u

static char folder[1024]; /* has a space and a letter that no code page of the West has */
static char notes[1100];
static char wave[1100];

/* ---- The child ---- */

static const char *is_there(const char *path)
{
    struct file_access *file;

    if (file_access_open(path, FILE_ACCESS_READ, &file) != 0)
        return "no";
    file_access_close(file);
    return "yes";
}

/* note FILE CODE [SECONDS]: appends what it was told. */
static int note(int argc, char **argv)
{
    static const char *const names[] = {
        "DECK", "TAPE_ID", "FRAMES", "SAMPLE_RATE_HZ", "SERIES_POSITION", "BEGIN_UTC", "END_UTC",
        "GAP_COUNT", "REASON",
    };
    static union { uint64_t aligned; char bytes[4096]; } text;
    struct file_access *file;
    uint64_t end = 0;
    char *out = text.bytes;

    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[40];
        snprintf(name, sizeof name, "TAPEMAP_%s", names[i]);
        out += sprintf(out, "%s=%s\n", names[i], getenv(name) ? getenv(name) : "none");
    }
    out += sprintf(out, "FILE=%s\n", child_rig_variable("TAPEMAP_FILE"));
    if (argc > 4)
        steady_clock_sleep_ms(1000u * (uint32_t)atoi(argv[4]));
    out += sprintf(out, "IS_THERE=%s\n\n", is_there(child_rig_variable("TAPEMAP_FILE")));
    if (file_access_open(argv[2], FILE_ACCESS_CREATE, &file) != 0 &&
        file_access_open(argv[2], FILE_ACCESS_CHANGE, &file) != 0)
        return 99;
    file_access_length(file, &end);
    file_access_write(file, end, text.bytes, (size_t)(out - text.bytes));
    file_access_close(file);
    return atoi(argv[3]);
}

/* ---- The test ---- */

static int remove_files(void **state)
{
    (void)state;
    (void)file_access_remove(wave);
    (void)file_access_remove(notes);
    folder_remove_for(wave, 1);
    return 0;
}

/* A run that was killed may have left its files. */
static int make_wave(void **state)
{
    struct tape_image image;

    remove_files(state);
    tape_image_make(&image, FRAMES);
    tape_image_control(&image)->series_position = 5 * UINT64_C(10000000000);
    tape_image_finish(&image);
    store_release_u64(&tape_image_control(&image)->reason, TAPEMAP_REASON_ROTATED);
    plain_file_write(wave, image.audio, image.audio_bytes);
    tape_image_free(&image);
    return 0;
}

static struct finished_hook *start(const char *arguments)
{
    struct finished_hook *hook = NULL;
    struct failure failure;
    char command[4000];

    snprintf(command, sizeof command, "\"%s\" note \"%s\" %s", child_rig_self(), notes, arguments);
    if (finished_hook_start(command, "image", &hook, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    return hook;
}

static void read_notes(char *text, size_t room)
{
    struct file_access *file;
    uint64_t bytes = 0;

    text[0] = '\0';
    if (file_access_open(notes, FILE_ACCESS_READ, &file) != 0)
        return;
    file_access_length(file, &bytes);
    bytes = bytes < room ? bytes : room - 1;
    assert_int_equal(file_access_read(file, 0, text, (size_t)bytes), 0);
    text[bytes] = '\0';
    file_access_close(file);
}

static void must_say(const char *text, const char *expected)
{
    if (!strstr(text, expected))
        fail_msg("'%s' is not in: %s", expected, text);
}

static void tells_a_program_all_about_a_tape(void **state)
{
    char text[8192];
    (void)state;

    struct finished_hook *hook = start("0");
    finished_hook_add(hook, wave);
    finished_hook_add(hook, wave);
    finished_hook_stop(hook);
    read_notes(text, sizeof text);
    must_say(text, "DECK=image\nTAPE_ID=0f11e7a9e0000001\nFRAMES=48000\nSAMPLE_RATE_HZ=48000\n"
                   "SERIES_POSITION=50000000000\nBEGIN_UTC=2023-11-14T22:13:20.000Z\n"
                   "END_UTC=2023-11-14T22:13:21.000Z\nGAP_COUNT=1\nREASON=rotated\nFILE=");
    must_say(text, wave);
    char *second = strstr(text, "\n\n");
    assert_non_null(second);
    must_say(second, wave);
}

static void awaits_a_file_until_the_program_is_done_with_it(void **state)
{
    char other[1110];
    char same[1100];
    char text[8192];
    (void)state;

    struct finished_hook *hook = start("0 2");
    snprintf(other, sizeof other, "%s.other", wave);
    strcpy(same, wave);
    for (char *at = strchr(same, '\\'); at; at = strchr(at, '\\'))
        *at = '/';
    assert_false(finished_hook_awaits(hook, wave));
    assert_false(finished_hook_awaits(NULL, wave));
    finished_hook_add(hook, wave);
    assert_true(finished_hook_awaits(hook, same));
    assert_false(finished_hook_awaits(hook, other));
    while (finished_hook_awaits(hook, wave))
        steady_clock_sleep_ms(10);
    read_notes(text, sizeof text);
    must_say(text, "IS_THERE=yes");
    finished_hook_stop(hook);
}

static void takes_no_more_files_than_it_can_be_behind(void **state)
{
    char path[40];
    (void)state;

    struct finished_hook *hook = start("0 2");
    finished_hook_add(hook, wave);
    for (unsigned i = 1; i <= FINISHED_HOOK_MOST; i++) {
        snprintf(path, sizeof path, "none %u.wav", i);
        finished_hook_add(hook, path);
    }
    assert_false(finished_hook_awaits(hook, path));
    snprintf(path, sizeof path, "none %u.wav", FINISHED_HOOK_MOST - 1);
    assert_true(finished_hook_awaits(hook, path));
    finished_hook_stop(hook);
}

static void starts_nothing_for_what_is_no_tape(void **state)
{
    char text[8192];
    (void)state;

    struct finished_hook *hook = start("0");
    finished_hook_add(hook, notes);
    finished_hook_add(NULL, wave);
    finished_hook_stop(hook);
    read_notes(text, sizeof text);
    assert_string_equal(text, "");
}

static void leaves_a_program_that_does_not_end_to_itself(void **state)
{
    uint64_t begin = steady_clock_now();
    char text[8192];
    (void)state;

    struct finished_hook *hook = start("3 24");
    finished_hook_add(hook, wave);
    finished_hook_add(hook, wave);
    finished_hook_stop(hook);
    uint64_t waited = (steady_clock_now() - begin) / steady_clock_hz();
    assert_in_range(waited, 9, 19);
    for (unsigned tries = 0; tries < 1200; tries++) {
        read_notes(text, sizeof text);
        if (text[0] != '\0')
            break;
        steady_clock_sleep_ms(50);
    }
    must_say(text, wave);
    assert_null(strstr(strstr(text, "\n\n") + 2, wave));
}

static void refuses_what_needs_a_shell(void **state)
{
    static const char *const commands[] = {"", "  \t", "\"\" x", "C:\\x\\tidy.bat", "tidy.CMD a b",
                                           "\"C:\\a b\\t.cmd\"", "a \xFF"};
    struct finished_hook *hook = NULL;
    struct failure failure;
    (void)state;

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (finished_hook_start(commands[i], "image", &hook, &failure) != TAPEMAP_E_SYNTAX)
            fail_msg("'%s' was taken", commands[i]);
        must_say(failure.text, "; give a");
        assert_null(hook);
    }
}

#define WAVE_TEST(name) cmocka_unit_test_setup_teardown(name, make_wave, remove_files)

static int run_body(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WAVE_TEST(tells_a_program_all_about_a_tape),
        WAVE_TEST(awaits_a_file_until_the_program_is_done_with_it),
        WAVE_TEST(takes_no_more_files_than_it_can_be_behind),
        WAVE_TEST(starts_nothing_for_what_is_no_tape),
        WAVE_TEST(leaves_a_program_that_does_not_end_to_itself),
        WAVE_TEST(refuses_what_needs_a_shell),
    };

    if (argc > 3 && strcmp(argv[1], "note") == 0)
        return note(argc, argv);
    if (!folder_temporary(folder, sizeof folder - 60))
        return 1;
    snprintf(folder + strlen(folder), 60, "hook \xE9\x9F\xB3 %u", (unsigned)identity_pid());
    snprintf(wave, sizeof wave, "%s\\take \xC3\xA4.wav", folder);
    snprintf(notes, sizeof notes, "%s\\notes.txt", folder);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return program_run(run_body);
}
