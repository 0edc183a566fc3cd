/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_json.h"
#include "cli_tape.h"
#include "cli_text.h"
#include "cli_verb.h"

static int list_run(int argc, char **argv);

static const struct option list_options[] = {
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_list = {
    .name = "list",
    .summary = "List the decks with a tape",
    .help = "usage: tapemap list [--json]\n"
            "\n"
            "Lists the decks that have a tape: the deck's name, the tape's id, its state\n"
            "(starting, recording, paused, source-lost, disk-full, ended, or stalled when the\n"
            "recorder shows no sign of life), its length, its format, the gaps in it, how\n"
            "many programs read it, \"global\" when it is recorded for all login sessions and\n"
            "not for this one, and its warnings: silent-input (nothing but zeros where there\n"
            "was sound before), fallback (recorded from its fallback source).\n"
            "\n"
            "      --json   an array of objects; whole numbers in it are exact, however large\n"
            "  -h, --help   this text\n",
    .short_options = ":h",
    .options = list_options,
    .run = list_run,
};

#define LIST_MOST_DECKS (2 * (size_t)TAPEMAP_CATALOGUE_SLOTS)

struct list_row {
    struct tapemap_deck deck;
    enum tapemap_status status; /* of opening its tape */
    struct tapemap_info info;
    struct tapemap_now now;
};

static void list_look(const struct tapemap_deck *deck, struct list_row *row)
{
    tapemap_tape *tape = NULL;
    memset(row, 0, sizeof *row);
    row->deck = *deck;
    row->status = tapemap_open_tape(deck->tape_id, &tape);
    if (row->status != TAPEMAP_OK)
        return;
    tapemap_get_info(tape, &row->info);
    tapemap_get_now(tape, &row->now);
    tapemap_close(tape);
}

static void list_print_row(const struct list_row *row, int width)
{
    char name[TAPEMAP_NAME_BYTES];
    char length[40];
    char warnings[CLI_TEXT_WARNINGS_BYTES];
    cli_text_clean(row->deck.name, name, sizeof name);
    int padding = width - (int)cli_text_columns(name);
    printf("%s%*s  %s  ", name, padding > 0 ? padding : 0, "", row->deck.tape_id);
    if (row->status != TAPEMAP_OK) {
        printf("unreadable\n");
        return;
    }
    cli_text_length(row->now.head, row->info.sample_rate_hz, length, sizeof length);
    printf("%-11s  %12s  %s %" PRIu32 " ch %" PRIu32 " Hz  ", cli_tape_state(&row->now), length,
           tapemap_format_name(row->info.format), row->info.channels, row->info.sample_rate_hz);
    printf("%" PRIu64 " gap%s  %" PRIu32 " reader%s%s", row->now.gap_count,
           row->now.gap_count == 1 ? "" : "s", row->now.reader_count,
           row->now.reader_count == 1 ? "" : "s", row->deck.is_global ? "  global" : "");
    cli_text_warnings(row->now.warnings, warnings);
    printf("%s%s\n", warnings[0] ? "  " : "", warnings);
}

static void list_print(const struct list_row *rows, size_t count)
{
    int width = 4;
    for (size_t i = 0; i < count; i++) {
        char name[TAPEMAP_NAME_BYTES];
        int columns = (int)cli_text_columns(cli_text_clean(rows[i].deck.name, name, sizeof name));
        width = columns > width ? columns : width;
    }
    printf("%-*s  %-16s  %-11s  %12s  FORMAT, GAPS, READERS, WARNINGS\n", width, "DECK", "TAPE",
           "STATE", "LENGTH");
    for (size_t i = 0; i < count; i++)
        list_print_row(&rows[i], width);
}

static bool list_fill_json(cJSON *object, const struct list_row *row)
{
    bool is_whole = cli_json_text(object, "deck", row->deck.name) &&
                    cli_json_text(object, "id", row->deck.tape_id) &&
                    cli_json_u64(object, "recorder_pid", row->deck.recorder_pid) &&
                    cli_json_text(object, "space", row->deck.is_global ? "global" : "local");
    if (row->status != TAPEMAP_OK)
        return is_whole && cli_json_text(object, "error", tapemap_status_name(row->status));
    return is_whole && cli_json_text(object, "state", tapemap_state_name(row->now.state)) &&
           cli_json_bool(object, "is_stalled", row->now.is_stalled != 0) &&
           cli_json_u64(object, "head_frames", row->now.head) &&
           cli_json_u64(object, "oldest_frame", row->now.oldest) &&
           cli_json_text(object, "format", tapemap_format_name(row->info.format)) &&
           cli_json_u64(object, "channels", row->info.channels) &&
           cli_json_u64(object, "sample_rate_hz", row->info.sample_rate_hz) &&
           cli_json_u64(object, "gap_count", row->now.gap_count) &&
           cli_json_u64(object, "gap_frames", row->now.gap_frames) &&
           cli_json_u64(object, "reader_count", row->now.reader_count) &&
           cli_json_warnings(object, "warnings", row->now.warnings);
}

static int list_print_json(const struct list_row *rows, size_t count)
{
    cJSON *array = cJSON_CreateArray();
    bool is_whole = array != NULL;
    for (size_t i = 0; i < count && is_whole; i++) {
        cJSON *object = cJSON_CreateObject();
        is_whole = object && cJSON_AddItemToArray(array, object) &&
                   list_fill_json(object, &rows[i]);
    }
    return cli_json_print(array, is_whole);
}

/* A tape that went between listing and opening is simply no longer there. */
static size_t list_gather(const struct tapemap_deck *decks, size_t count, struct list_row *rows)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        list_look(&decks[i], &rows[kept]);
        if (rows[kept].status != TAPEMAP_E_NO_TAPE)
            kept++;
    }
    return kept;
}

static int list_decks(bool is_json)
{
    static struct tapemap_deck decks[LIST_MOST_DECKS];
    static struct list_row rows[LIST_MOST_DECKS];
    size_t count = 0;
    enum tapemap_status status = tapemap_list_decks(decks, LIST_MOST_DECKS, &count);
    if (status != TAPEMAP_OK)
        return cli_fail_status(status, "cannot list the decks");

    count = list_gather(decks, count < LIST_MOST_DECKS ? count : LIST_MOST_DECKS, rows);
    int code = CLI_DONE;
    if (is_json)
        code = list_print_json(rows, count);
    else if (count == 0)
        cli_note("no deck has a tape; start one with 'tapemapd record'");
    else
        list_print(rows, count);
    for (size_t i = 0; i < count; i++)
        if (rows[i].status != TAPEMAP_OK)
            code = cli_fail_status(rows[i].status, "cannot open tape %s", rows[i].deck.tape_id);
    return code;
}

static int list_run(int argc, char **argv)
{
    bool is_json = false;
    int option;
    while ((option = cli_verb_option(&verb_list, argc, argv)) != CLI_VERB_END) {
        if (option == 'h')
            return cli_verb_help(&verb_list);
        if (option != 'j')
            return CLI_MISUSED;
        is_json = true;
    }
    if (optind < argc)
        return cli_misuse("list", "'%s' is one argument too many", argv[optind]);
    return list_decks(is_json);
}
