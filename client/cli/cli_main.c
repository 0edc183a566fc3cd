/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_verb.h"
#include "program.h"
#include "tapemap/tapemap.h"

static const struct cli_verb *const main_verbs[] = {
    &verb_list, &verb_info, &verb_meter, &verb_tail, &verb_export, &verb_verify,
    &verb_recover, &verb_mark, &verb_rotate, &verb_pause, &verb_resume, &verb_stop,
    &verb_start, &verb_restart, &verb_status, &verb_keep, &verb_watch,
    &verb_marks, &verb_gaps, &verb_clock, &verb_overview, &verb_play,
};

#define MAIN_VERBS (sizeof main_verbs / sizeof main_verbs[0])

static const struct cli_verb *main_find_verb(const char *name)
{
    for (size_t i = 0; i < MAIN_VERBS; i++)
        if (strcmp(main_verbs[i]->name, name) == 0)
            return main_verbs[i];
    return NULL;
}

static int main_unknown_verb(const char *name)
{
    cli_fail("cannot run '%s': there is no such verb; see 'tapemap help'", name);
    return CLI_MISUSED;
}

static void main_print_help(FILE *to)
{
    fputs("usage: tapemap VERB [ARGUMENTS]\n"
          "\n"
          "Reads what a tapemap recorder (tapemapd) records, while it records or later.\n"
          "\n", to);
    for (size_t i = 0; i < MAIN_VERBS; i++)
        fprintf(to, "  %-8s %s\n", main_verbs[i]->name, main_verbs[i]->summary);
    fputs("  help     Explain a verb: 'tapemap help VERB', or 'tapemap VERB --help'\n"
          "\n"
          CLI_VERB_TAPE_HELP
          "A position P is a frame (12345f), a length from the start (90s, 1.5s, 10m, 2h,\n"
          "1:30:00), after --from (+90s), or before the head (-30s), a local time of day\n"
          "with two digits of hours (14:05:30), a moment (2026-11-20T14:05:30, local\n"
          "unless it ends in Z or +01:00), mark:NAME, start, or now.\n"
          "\n"
          "Data go to stdout, everything else to stderr. Exit codes: 0 done, 1 failed,\n"
          "2 wrong command line. 'tapemap --version' prints the version.\n", to);
}

static int main_help(int argc, char **argv)
{
    if (argc > 2) {
        cli_fail("cannot run 'help': '%s' is one argument too many; give one verb", argv[2]);
        return CLI_MISUSED;
    }
    if (argc < 2) {
        main_print_help(stdout);
        return CLI_DONE;
    }
    const struct cli_verb *verb = main_find_verb(argv[1]);
    return verb ? cli_verb_help(verb) : main_unknown_verb(argv[1]);
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
