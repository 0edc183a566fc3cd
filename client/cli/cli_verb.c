/* SPDX-License-Identifier: MIT */
#include "cli_verb.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli_fail.h"

static const struct option *verb_find_option(const struct cli_verb *verb, int letter)
{
    for (const struct option *option = verb->options; option->name; option++)
        if (option->val == letter)
            return option;
    return NULL;
}

static int verb_say_unknown(const struct cli_verb *verb, const char *word)
{
    size_t length = strcspn(word, "=");
    int beginnings = 0;
    for (const struct option *option = verb->options; option->name; option++)
        if (length > 2 && strncmp(option->name, word + 2, length - 2) == 0)
            beginnings++;
    if (beginnings > 1)
        cli_misuse(verb->name, "option '%.*s' could be more than one", (int)length, word);
    else
        cli_misuse(verb->name, "there is no option '%.*s'", (int)length, word);
    return '?';
}

/*
 * The getopt_long of glibc and those of BSD and mingw say the same failure with different letters:
 * a value for an option that takes none is '?' there and ':' here. So the option tells, not the
 * letter.
 */
static int verb_say_wrong(const struct cli_verb *verb, char **argv)
{
    const struct option *option = optopt ? verb_find_option(verb, optopt) : NULL;
    if (option && option->has_arg == no_argument)
        cli_misuse(verb->name, "option '--%s' takes no value", option->name);
    else if (option)
        cli_misuse(verb->name, "option '--%s' needs a value", option->name);
    else if (optopt)
        cli_misuse(verb->name, "there is no option '-%c'", optopt);
    else
        return verb_say_unknown(verb, argv[optind - 1]);
    return '?';
}

int cli_verb_option(const struct cli_verb *verb, int argc, char **argv)
{
    opterr = 0;
    int letter = getopt_long(argc, argv, verb->short_options, verb->options, NULL);
    if (letter == '?' || letter == ':')
        return verb_say_wrong(verb, argv);
    return letter;
}

const char *cli_verb_deck(const struct cli_verb *verb, int argc, char **argv)
{
    if (optind >= argc) {
        cli_misuse(verb->name, "the deck or file is missing");
        return NULL;
    }
    if (optind + 1 < argc) {
        cli_misuse(verb->name, "'%s' is one argument too many", argv[optind + 1]);
        return NULL;
    }
    return argv[optind];
}

static bool verb_ends_in(const char *text, const char *lower_end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(lower_end);
    if (length < end_length)
        return false;
    for (size_t i = 0; i < end_length; i++)
        if (tolower((unsigned char)text[length - end_length + i]) != lower_end[i])
            return false;
    return true;
}

bool cli_verb_is_path(const char *argument)
{
    return strpbrk(argument, "/\\") || verb_ends_in(argument, ".wav") ||
           verb_ends_in(argument, ".rf64");
}

int cli_verb_help(const struct cli_verb *verb)
{
    fputs(verb->help, stdout);
    return CLI_DONE;
}
