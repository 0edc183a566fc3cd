/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_verb.h"
#include "program.h"
#include "tapemap/tapemap.h"

/* The list of verbs is printed in two columns. */
struct main_line {
    const char *title; /* of the verbs below it; NULL: the line is of a verb */
    const struct cli_verb *verb;
};

static const struct main_line main_left[] = {
    {"Look and listen", NULL}, {NULL, &verb_list}, {NULL, &verb_info}, {NULL, &verb_watch},
    {NULL, &verb_status}, {NULL, &verb_play}, {NULL, &verb_meter}, {NULL, &verb_overview},
    {NULL, &verb_marks}, {NULL, &verb_gaps}, {NULL, &verb_clock}, {NULL, &verb_verify},
};

static const struct main_line main_right[] = {
    {"Take away", NULL}, {NULL, &verb_tail}, {NULL, &verb_export}, {NULL, &verb_keep},
    {NULL, &verb_recover},
    {"Tell the recorder", NULL}, {NULL, &verb_mark}, {NULL, &verb_pause}, {NULL, &verb_resume},
    {NULL, &verb_rotate}, {NULL, &verb_stop}, {NULL, &verb_start}, {NULL, &verb_restart},
};

#define MAIN_LEFT (sizeof main_left / sizeof main_left[0])
#define MAIN_RIGHT (sizeof main_right / sizeof main_right[0])

/* All lines, the left ones first; NULL behind the last. */
static const struct main_line *main_line(size_t index)
{
    if (index < MAIN_LEFT)
        return &main_left[index];
    return index < MAIN_LEFT + MAIN_RIGHT ? &main_right[index - MAIN_LEFT] : NULL;
}

static const struct cli_verb *main_find_verb(const char *name)
{
    const struct main_line *line;
    for (size_t i = 0; (line = main_line(i)) != NULL; i++)
        if (line->verb && strcmp(line->verb->name, name) == 0)
            return line->verb;
    return NULL;
}

static int main_unknown_verb(const char *name)
{
    cli_fail("cannot run '%s': there is no such verb; see 'tapemap help'", name);
    return CLI_MISUSED;
}

static const char main_positions[] =
    "A position is\n"
    "\n"
    "  start, now           frame 0; the head, which is behind the newest frame\n"
    "  12345f               so many frames from the start\n"
    "  90s 1.5s 10m 2h 7d   so long from the start; also 5:00 (minutes, seconds) and\n"
    "                       1:30:00 (one digit of hours, or three and more)\n"
    "  +90s                 the same; of an end (--to) so long behind the beginning\n"
    "  -90s                 so long before the head, but not before the oldest frame\n"
    "  14:05:30             a local time of day, two digits of hours: the last one\n"
    "                       before the head, or the next to come if the tape began\n"
    "                       later; of an end the first one behind the beginning;\n"
    "                       @14:05 and @9:05:30 are times of day too\n"
    "  2026-11-20T14:05:30  a moment: local, or with Z or +01:00 behind it; the\n"
    "                       seconds may be left out or have a fraction\n"
    "  mark:NAME            the newest mark with that label\n"
    "  mark:#3              the third mark, if none is labelled so\n"
    "\n"
    "Times of day and moments are looked up in what the recorder noted of the clock\n"
    "(see 'tapemap clock'): they stay right over drift, gaps and a clock that is set.\n";

/* For programs, such as the completion of a shell: a line each. */
static void main_print_verbs(void)
{
    const struct main_line *line;
    for (size_t i = 0; (line = main_line(i)) != NULL; i++)
        if (line->verb)
            printf("%-8s  %s\n", line->verb->name, line->verb->summary);
    printf("%-8s  %s\n", "help", "Explain a verb");
}

static void main_print_cell(FILE *to, const struct main_line *line, int width)
{
    if (line->title)
        fprintf(to, "%-*s", width, line->title);
    else
        fprintf(to, "  %-8s %-*s", line->verb->name, width > 11 ? width - 11 : 0,
                line->verb->summary);
}

static void main_print_help(FILE *to)
{
    fputs("usage: tapemap VERB [ARGUMENTS]      (all about it: tapemap help VERB)\n"
          "\n"
          "Reads what a tapemap recorder (tapemapd) records, while it records or later.\n"
          "\n", to);
    for (size_t i = 0; i < MAIN_LEFT || i < MAIN_RIGHT; i++) {
        const struct main_line nothing = {"", NULL};
        main_print_cell(to, i < MAIN_LEFT ? &main_left[i] : &nothing, i < MAIN_RIGHT ? 40 : 0);
        if (i < MAIN_RIGHT)
            main_print_cell(to, &main_right[i], 0);
        fputc('\n', to);
    }
    fputs("\n"
          CLI_VERB_TAPE_HELP
          "Positions, such as -30s, 14:05:30 or mark:NAME: 'tapemap help positions'.\n"
          "Data go to stdout, everything else to stderr. Exit codes: 0 done, 1 failed,\n"
          "2 wrong command line. 'tapemap --version' prints the version.\n", to);
}

static int main_help(int argc, char **argv)
{
    if (argc > 2) {
        cli_fail("cannot run 'help': '%s' is one argument too many; give one verb", argv[2]);
        return CLI_MISUSED;
    }
    if (argc < 2 || strcmp(argv[1], "help") == 0)
        main_print_help(stdout);
    else if (strcmp(argv[1], "positions") == 0)
        fputs(main_positions, stdout);
    else if (strcmp(argv[1], "verbs") == 0)
        main_print_verbs();
    else if (strcmp(argv[1], "topics") == 0)
        fputs("positions\n", stdout);
    else {
        const struct cli_verb *verb = main_find_verb(argv[1]);
        return verb ? cli_verb_help(verb) : main_unknown_verb(argv[1]);
    }
    return CLI_DONE;
}

static int main_dispatch(int argc, char **argv)
{
    if (argc < 2) {
        main_print_help(stderr);
        return CLI_MISUSED;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("tapemap %s\n", tapemap_version());
        return CLI_DONE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0)
        return main_help(argc - 1, argv + 1);
    const struct cli_verb *verb = main_find_verb(argv[1]);
    return verb ? verb->run(argc - 1, argv + 1) : main_unknown_verb(argv[1]);
}

static int main_body(int argc, char **argv)
{
    /* Else a console gets every character by itself; who shows something at once flushes. */
    setvbuf(stdout, NULL, _IOFBF, 65536);
    setvbuf(stderr, NULL, _IOFBF, 4096);
    int code = main_dispatch(argc, argv);
    if (code == CLI_FAILED && !cli_has_failed())
        cli_fail("the command failed and cannot say why; try it once more, and report it");
    bool is_cut = fflush(stdout) != 0 || ferror(stdout);
    /* A reader that has seen enough, such as head, is no failure. */
    if (is_cut && code == CLI_DONE && !program_output_is_unwanted())
        return cli_fail("cannot write the answer: stdout takes no more; see where it goes");
    return code;
}

int main(void)
{
    return program_run(main_body);
}
