/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli_fail.h"
#include "cli_verb.h"
#include "info_facts.h"

static int info_run(int argc, char **argv);

static const struct option info_options[] = {
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_info = {
    .name = "info",
    .summary = "Show what a tape is",
    .help = "usage: tapemap info DECK|ID|FILE [--json]\n"
            "\n"
            "Shows what a tape is (source, format, capacity, start) and where it stands: its\n"
            "state, the head in frames, time and UTC, what is committed, what of a file is\n"
            "safe from a power cut and how often it was resumed, gaps, overflows, the\n"
            "recorder's newest sign of life, how many entries its journal holds, and which\n"
            "tapes of its deck join it without a seam.\n"
            "\n"
            CLI_VERB_TAPE_HELP
            "\n"
            "      --json   one object, units in its keys; whole numbers in it are exact,\n"
            "               however large; moments are ISO 8601 in UTC, or null\n"
            "  -h, --help   this text\n",
    .short_options = ":h",
    .options = info_options,
    .run = info_run,
};

static int info_count_records(const struct cli_tape *tape, struct info_facts *facts)
{
    tapemap_get_journal(tape->handle, &facts->journal_first, &facts->journal_end);
    for (uint64_t i = facts->journal_first; i < facts->journal_end; i++) {
        struct tapemap_record record;
        enum tapemap_status status = tapemap_get_record(tape->handle, i, &record);
        if (status == TAPEMAP_E_OVERWRITTEN)
            continue;
        if (status != TAPEMAP_OK)
            return cli_fail_status(status, "cannot read the journal of %s", tape->label);
        facts->kind_counts[record.kind <= INFO_KINDS ? record.kind : 0]++;
    }
    return CLI_DONE;
}

int info_gather(const struct cli_tape *tape, struct info_facts *facts)
{
    memset(facts, 0, sizeof *facts);
    facts->info = tape->info;
    tapemap_get_now(tape->handle, &facts->now);
    enum tapemap_status status =
        tapemap_utc_at(tape->handle, facts->now.head, &facts->head_utc_ns);
    if (status != TAPEMAP_OK && status != TAPEMAP_E_NOT_YET)
        return cli_fail_status(status, "cannot read the clock of %s", tape->label);
    facts->has_head_utc = status == TAPEMAP_OK;
    return info_count_records(tape, facts);
}

static int info_show(const char *deck, bool is_json)
{
    struct cli_tape tape;
    struct info_facts facts;
    int code = cli_tape_open(deck, &tape);
    if (code != CLI_DONE)
        return code;
    code = info_gather(&tape, &facts);
    cli_tape_close(&tape);
    if (code != CLI_DONE)
        return code;
    if (is_json)
        return info_print_json(&facts);
    info_print_lines(&facts);
    return CLI_DONE;
}

static int info_run(int argc, char **argv)
{
    bool is_json = false;
    int option;
    while ((option = cli_verb_option(&verb_info, argc, argv)) != CLI_VERB_END) {
        if (option == 'h')
            return cli_verb_help(&verb_info);
        if (option != 'j')
            return CLI_MISUSED;
        is_json = true;
    }
    const char *deck = cli_verb_deck(&verb_info, argc, argv);
    return deck ? info_show(deck, is_json) : CLI_MISUSED;
}
