/* SPDX-License-Identifier: MIT */
/* The verbs `pause` and `resume`. */
#include "cli_control.h"
#include "cli_fail.h"

static int pause_run(int argc, char **argv);
static int resume_run(int argc, char **argv);

static const struct option pause_options[] = {
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_pause = {
    .name = "pause",
    .summary = "Leave out what comes now",
    .help = "usage: tapemap pause DECK\n"
            "\n"
            "Has the recorder of a deck leave out what its source delivers, until 'tapemap\n"
            "resume'. The tape's length stands still meanwhile, and its journal tells where.\n"
            "\n"
            "  -h, --help   this text\n",
    .short_options = ":h",
    .options = pause_options,
    .run = pause_run,
};

const struct cli_verb verb_resume = {
    .name = "resume",
    .summary = "Have a paused deck go on",
    .help = "usage: tapemap resume DECK\n"
            "\n"
            "Has the recorder of a paused deck go on recording.\n"
            "\n"
            "  -h, --help   this text\n",
    .short_options = ":h",
    .options = pause_options,
    .run = resume_run,
};

static int tell(const struct cli_verb *verb, const char *done, int argc, char **argv)
{
    struct cli_answer answer;
    int code;
    const char *deck = cli_control_deck(verb, argc, argv, &code);

    if (!deck)
        return code;
    code = cli_control_tell(deck, verb->name, verb->name, &answer);
    if (code == CLI_DONE)
        cli_control_done(done, deck, "");
    cli_answer_free(&answer);
    return code;
}

static int pause_run(int argc, char **argv)
{
    return tell(&verb_pause, "paused", argc, argv);
}

static int resume_run(int argc, char **argv)
{
    return tell(&verb_resume, "resumed", argc, argv);
}
