/* SPDX-License-Identifier: MIT */
/* How command lines are read; what is said about wrong ones goes to stderr and is not looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "cli_verb.h"

static const struct option options[] = {
    {"from", required_argument, NULL, 'f'}, {"force", no_argument, NULL, 'y'},
    {"output", required_argument, NULL, 'o'}, {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const struct cli_verb verb = {
    .name = "test", .help = "", .short_options = ":o:h", .options = options,
};

/* The letters that a command line gives, up to the end or the first wrong option. */
static void read_line(char **argv, char *letters)
{
    int argc = 0;
    int letter;
    while (argv[argc])
        argc++;
    optind = 0; /* start anew; 1 would go on in the last line */
    while ((letter = cli_verb_option(&verb, argc, argv)) != CLI_VERB_END) {
        *letters++ = (char)letter;
        if (letter == '?')
            break;
    }
    *letters = '\0';
}

static void reads_options_around_the_deck(void **state)
{
    char *argv[] = {"test", "--force", "studio", "--from", "-30s", "-o", "-", NULL};
    char letters[8];
    (void)state;
    read_line(argv, letters);
    assert_string_equal(letters, "yfo");
    assert_string_equal(cli_verb_deck(&verb, 7, argv), "studio");
}

static void takes_a_deck_after_two_dashes(void **state)
{
    char *argv[] = {"test", "--", "--from", NULL};
    char letters[8];
    (void)state;
    read_line(argv, letters);
    assert_string_equal(letters, "");
    assert_string_equal(cli_verb_deck(&verb, 3, argv), "--from");
}

static void tells_a_path_from_a_deck(void **state)
{
    (void)state;
    assert_true(cli_verb_is_path("take.wav"));
    assert_true(cli_verb_is_path("TAKE.WAV"));
    assert_true(cli_verb_is_path("take.Rf64"));
    assert_true(cli_verb_is_path("./take"));
    assert_true(cli_verb_is_path("C:\\takes\\1"));
    assert_true(cli_verb_is_path(".wav"));
    assert_false(cli_verb_is_path("wav"));
    assert_false(cli_verb_is_path("studio"));
    assert_false(cli_verb_is_path("take.wav.1"));
    assert_false(cli_verb_is_path("id:0123456789abcdef"));
    assert_false(cli_verb_is_path(""));
}

static void refuses_wrong_options(void **state)
{
    char *lines[][4] = {
        {"test", "--nonsense", "x", NULL}, {"test", "-x", NULL, NULL},
        {"test", "--fo=1", NULL, NULL},    {"test", "--force=1", NULL, NULL},
        {"test", "--f", "1", NULL},        {"test", "x", "--from", NULL},
        {"test", "x", "-o", NULL},
    };
    char letters[8];
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        read_line(lines[i], letters);
        assert_string_equal(letters, "?");
    }
}

static void wants_exactly_one_deck(void **state)
{
    char *none[] = {"test", NULL};
    char *two[] = {"test", "a", "b", NULL};
    char letters[8];
    (void)state;
    read_line(none, letters);
    assert_null(cli_verb_deck(&verb, 1, none));
    read_line(two, letters);
    assert_null(cli_verb_deck(&verb, 3, two));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_options_around_the_deck),
        cmocka_unit_test(takes_a_deck_after_two_dashes),
        cmocka_unit_test(tells_a_path_from_a_deck),
        cmocka_unit_test(refuses_wrong_options),
        cmocka_unit_test(wants_exactly_one_deck),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
