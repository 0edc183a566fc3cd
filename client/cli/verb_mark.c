/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli_control.h"
#include "cli_fail.h"
#include "cli_tape.h"
#include "cli_text.h"

#define MARK_KEPT_BYTES (sizeof((struct tapemap_record *)0)->text - 1)

static int mark_run(int argc, char **argv);

static const struct option mark_options[] = {
    {"at", required_argument, NULL, 'a'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_mark = {
    .name = "mark",
    .summary = "Set a mark in the recording",
    .help = "usage: tapemap mark DECK TEXT [--at P]\n"
            "\n"
            "Has the recorder of a deck write a mark into the journal of its tape: at the\n"
            "frame that is the newest when the command runs, or at a position P. Of TEXT 71\n"
            "bytes are kept. 'tapemap marks' lists them; in a finished file they are\n"
            "cue points.\n"
            "\n"
            CLI_TAPE_POSITION_HELP
            "\n"
            "      --at P   mark this position\n"
            "  -h, --help   this text\n",
    .short_options = ":h",
    .options = mark_options,
    .run = mark_run,
};

/*
 * A position is resolved here and now, so that what the words take on their way does not matter.
 * Somebody who may set marks need not be one who may read: the recorder then takes its own head.
 */
static int mark_find_position(const char *deck, const char *at, struct cli_tape *tape,
                              bool *is_known, uint64_t *position)
{
    *is_known = true;
    if (!at && tapemap_open_deck(deck, &tape->handle) != TAPEMAP_OK) {
        *is_known = false;
        return CLI_DONE;
    }
    if (!at) {
        *position = tapemap_head(tape->handle);
        tapemap_get_info(tape->handle, &tape->info);
        return CLI_DONE;
    }
    int code = cli_tape_open(deck, tape);
    return code == CLI_DONE ? cli_tape_position(tape, "--at", at, position) : code;
}

static void mark_say(const char *deck, const struct cli_tape *tape, uint64_t position)
{
    char length[40];
    char more[96];

    if (tape->handle) {
        cli_text_length(position, tape->info.sample_rate_hz, length, sizeof length);
        snprintf(more, sizeof more, " at %s (frame %" PRIu64 ")", length, position);
    } else {
        snprintf(more, sizeof more, " at frame %" PRIu64, position);
    }
    cli_control_done("marked", deck, more);
}

static int mark_set(const char *deck, const char *text, const char *at)
{
    struct cli_tape tape = {0};
    struct cli_answer answer;
    uint64_t position = 0;
    bool is_known = false;
    char digits[24];
    int code = mark_find_position(deck, at, &tape, &is_known, &position);

    if (code != CLI_DONE) {
        cli_tape_close(&tape);
        return code;
    }
    snprintf(digits, sizeof digits, "%" PRIu64, position);
    enum tapemap_status status =
        cli_control_ask(deck, cli_control_mark_request(text, is_known ? digits : NULL), &answer);
    /* The deck went on to another tape meanwhile, which has just begun. */
    if (status == TAPEMAP_E_NOT_YET && !at)
        status = cli_control_ask(deck, cli_control_mark_request(text, NULL), &answer);
    if (status != TAPEMAP_OK)
        code = cli_control_fail("mark", deck, &answer);
    else
        mark_say(deck, &tape, cli_answer_u64(answer.object, "position"));
    cli_answer_free(&answer);
    cli_tape_close(&tape);
    return code;
}

static int mark_run(int argc, char **argv)
{
    const char *at = NULL;
    int option;

    while ((option = cli_verb_option(&verb_mark, argc, argv)) != CLI_VERB_END) {
        if (option == 'h')
            return cli_verb_help(&verb_mark);
        if (option != 'a')
            return CLI_MISUSED;
        at = optarg;
    }
    if (argc - optind < 2)
        return cli_misuse("mark", "the deck or the text is missing");
    if (argc - optind > 2)
        return cli_misuse("mark", "'%s' is one argument too many; put the text in quotes",
                          argv[optind + 2]);
    const char *text = argv[optind + 1];
    if (text[0] == '\0')
        return cli_misuse("mark", "the text is empty");
    if (strlen(text) > MARK_KEPT_BYTES)
        cli_note("the mark's text is cut to %u bytes", (unsigned)MARK_KEPT_BYTES);
    return mark_set(argv[optind], text, at);
}
