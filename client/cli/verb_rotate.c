/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "cli_control.h"
#include "cli_fail.h"
#include "cli_text.h"

static int rotate_run(int argc, char **argv);

static const struct option rotate_options[] = {
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_rotate = {
    .name = "rotate",
    .summary = "Go on in a new file",
    .help = "usage: tapemap rotate DECK\n"
            "\n"
            "Has the recorder of a deck end its file and go on in the next one, without a\n"
            "frame lost between the two. Returns when the next one is being recorded, or at\n"
            "once for a deck that is paused: the next one begins when it goes on.\n"
            "Decks in memory and rings have nothing to rotate.\n"
            "\n"
            "  -h, --help   this text\n",
    .short_options = ":h",
    .options = rotate_options,
    .run = rotate_run,
};

static int rotate_run(int argc, char **argv)
{
    struct cli_answer answer;
    char id[40];
    char more[64];
    int code;
    const char *deck = cli_control_deck(&verb_rotate, argc, argv, &code);

    if (!deck)
        return code;
    code = cli_control_tell(deck, "rotate", "rotate", &answer);
    if (code == CLI_DONE && !cli_answer_text(answer.object, "tape_id")[0]) {
        cli_control_done("asked to rotate", deck, "; it is paused, and will when it goes on");
    } else if (code == CLI_DONE) {
        cli_text_clean(cli_answer_text(answer.object, "tape_id"), id, sizeof id);
        snprintf(more, sizeof more, "; it goes on in tape %s", id);
        cli_control_done("rotated", deck, more);
    }
    cli_answer_free(&answer);
    return code;
}
