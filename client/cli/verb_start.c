/* SPDX-License-Identifier: MIT */
/* The verbs `start` and `restart`: words to a supervisor alone. */
#include <inttypes.h>
#include <stdio.h>

#include "cli_control.h"
#include "cli_fail.h"

static int start_run(int argc, char **argv);
static int restart_run(int argc, char **argv);

static const struct option start_options[] = {
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_start = {
    .name = "start",
    .summary = "Start a supervised deck",
    .help = "usage: tapemap start DECK\n"
            "\n"
            "Has the supervisor ('tapemapd run', or the service) start the recorder of a deck\n"
            "of its configuration that was stopped or has failed. Without a supervisor,\n"
            "'tapemapd record' starts one.\n"
            "\n"
            "  -h, --help   this text\n",
    .short_options = ":h",
    .options = start_options,
    .run = start_run,
};

const struct cli_verb verb_restart = {
    .name = "restart",
    .summary = "End it and start it again",
    .help = "usage: tapemap restart DECK\n"
            "\n"
            "Has the supervisor ('tapemapd run', or the service) end the recorder of a deck,\n"
            "with its tape finished, and start it again, with a new tape.\n"
            "\n"
            "  -h, --help   this text\n",
    .short_options = ":h",
    .options = start_options,
    .run = restart_run,
};

static int tell(const struct cli_verb *verb, const char *done, int argc, char **argv)
{
    struct cli_answer answer;
    char more[48];
    int code;
    const char *deck = cli_control_deck(verb, argc, argv, &code);

    if (!deck)
        return code;
    if (cli_control_ask_supervisor(verb->name, deck, &answer) != TAPEMAP_OK)
        return cli_control_fail(verb->name, deck, &answer);
    snprintf(more, sizeof more, ": process %" PRIu64, cli_answer_u64(answer.object, "pid"));
    cli_control_done(done, deck, more);
    cli_answer_free(&answer);
    return CLI_DONE;
}

static int start_run(int argc, char **argv)
{
    return tell(&verb_start, "started", argc, argv);
}

static int restart_run(int argc, char **argv)
{
    return tell(&verb_restart, "restarted", argc, argv);
}
