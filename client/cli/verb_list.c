/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_json.h"
#include "cli_tape.h"
#include "cli_text.h"
#include "cli_verb.h"
#include "list_supervised.h"

static int list_run(int argc, char **argv);

static const struct option list_options[] = {
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_list = {
    .name = "list",
    .summary = "List the decks",
    .help = "usage: tapemap list [--json]\n"
            "\n"
            "Lists the decks that have a tape, and those without one that a supervisor has.\n"
            "Of the first: the deck's name, the tape's id, its state\n"
            "(starting, recording, paused, source-lost, disk-full, ended, or stalled when the\n"
            "recorder shows no sign of life), its length, its format, the gaps in it, how\n"
            "many programs read it, \"global\" when it is recorded for all login sessions and\n"
            "not for this one, and its warnings: silent-input (nothing but zeros where there\n"
            "was sound before), fallback (recorded from its fallback source).\n"
            "Of the others: stopped, waiting (for its next start), failed, done, starting or\n"
            "source-lost (it waits for a device), and what went wrong last; 'tapemap status'\n"
            "says more of them.\n"
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

struct list {
    struct list_row rows[LIST_MOST_DECKS]; /* of decks with a tape */
    size_t count;
    struct list_supervised others[LIST_MOST_DECKS]; /* of decks without */
    size_t other_count;
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
    printf("%-11s  %12s  %s %" PRIu32 " ch %" PRIu32 " Hz  ", cli_text_state(&row->now), length,
           tapemap_format_name(row->info.format), row->info.channels, row->info.sample_rate_hz);
    printf("%" PRIu64 " gap%s  %" PRIu32 " reader%s%s", row->now.gap_count,
           row->now.gap_count == 1 ? "" : "s", row->now.reader_count,
           row->now.reader_count == 1 ? "" : "s", row->deck.is_global ? "  global" : "");
    cli_text_warnings(row->now.warnings, warnings);
    printf("%s%s\n", warnings[0] ? "  " : "", warnings);
}

static void list_print_other(const struct list_supervised *other, int width)
{
    char name[TAPEMAP_NAME_BYTES];
    char state[sizeof other->state];
    char failure[sizeof other->failure];
    cli_text_clean(other->deck.name, name, sizeof name);
    int padding = width - (int)cli_text_columns(name);
    printf("%s%*s  %-16s  %-11s  %12s  %s%s%s\n", name, padding > 0 ? padding : 0, "", "-",
           cli_text_clean(other->state, state, sizeof state), "-",
           other->deck.is_global ? "global" : "",
           other->deck.is_global && other->failure[0] != '\0' ? "  " : "",
           cli_text_clean(other->failure, failure, sizeof failure));
}

static int list_widen(int width, const char *deck)
{
    char name[TAPEMAP_NAME_BYTES];
    int columns = (int)cli_text_columns(cli_text_clean(deck, name, sizeof name));
    return columns > width ? columns : width;
}

static void list_print(const struct list *list)
{
    int width = 4;
    for (size_t i = 0; i < list->count; i++)
        width = list_widen(width, list->rows[i].deck.name);
    for (size_t i = 0; i < list->other_count; i++)
        width = list_widen(width, list->others[i].deck.name);
    printf("%-*s  %-16s  %-11s  %12s  FORMAT, GAPS, READERS, WARNINGS\n", width, "DECK", "TAPE",
           "STATE", "LENGTH");
    for (size_t i = 0; i < list->count; i++)
        list_print_row(&list->rows[i], width);
    for (size_t i = 0; i < list->other_count; i++)
        list_print_other(&list->others[i], width);
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

static bool list_fill_other(cJSON *object, const struct list_supervised *other)
{
    return cli_json_text(object, "deck", other->deck.name) && cli_json_text(object, "id", "") &&
           cli_json_u64(object, "recorder_pid", other->deck.recorder_pid) &&
           cli_json_text(object, "space", other->deck.is_global ? "global" : "local") &&
           cli_json_text(object, "state", other->state) &&
           cli_json_text(object, "failure", other->failure);
}

static int list_print_json(const struct list *list)
{
    cJSON *array = cJSON_CreateArray();
    bool is_whole = array != NULL;
    for (size_t i = 0; i < list->count + list->other_count && is_whole; i++) {
        cJSON *object = cJSON_CreateObject();
        is_whole = object && cJSON_AddItemToArray(array, object) &&
                   (i < list->count ? list_fill_json(object, &list->rows[i])
                                    : list_fill_other(object, &list->others[i - list->count]));
    }
    return cli_json_print(array, is_whole);
}

/* Whether the deck of a tape that went between listing and opening has another by now, which is not
   listed yet; then that is *deck. */
static bool list_goes_on(const struct tapemap_deck *listed, size_t count,
                         struct tapemap_deck *deck)
{
    static struct tapemap_deck decks[LIST_MOST_DECKS];
    size_t now = 0;
    if (tapemap_list_decks(decks, LIST_MOST_DECKS, &now) != TAPEMAP_OK)
        return false;
    for (size_t i = 0; i < now && i < LIST_MOST_DECKS; i++) {
        bool is_new = decks[i].is_global == deck->is_global &&
                      strcmp(decks[i].name, deck->name) == 0;
        for (size_t j = 0; j < count && is_new; j++)
            is_new = strcmp(decks[i].tape_id, listed[j].tape_id) != 0;
        if (is_new) {
            *deck = decks[i];
            return true;
        }
    }
    return false;
}

/* A tape that went, and no other came in its place, is simply no longer there. */
static size_t list_gather(struct tapemap_deck *decks, size_t count, struct list_row *rows)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        do
            list_look(&decks[i], &rows[kept]);
        while (rows[kept].status == TAPEMAP_E_NO_TAPE && list_goes_on(decks, count, &decks[i]));
        if (rows[kept].status != TAPEMAP_E_NO_TAPE)
            kept++;
    }
    return kept;
}

static bool list_has_tape(const void *context, const struct tapemap_deck *deck)
{
    const struct list *list = context;
    for (size_t i = 0; i < list->count; i++)
        if (list->rows[i].deck.is_global == deck->is_global &&
            strcmp(list->rows[i].deck.name, deck->name) == 0)
            return true;
    return false;
}

static int list_decks(bool is_json)
{
    static struct tapemap_deck decks[LIST_MOST_DECKS];
    static struct list list;
    size_t count = 0;
    enum tapemap_status status = tapemap_list_decks(decks, LIST_MOST_DECKS, &count);
    if (status != TAPEMAP_OK)
        return cli_fail_status(status, "cannot list the decks");

    list.count = list_gather(decks, count < LIST_MOST_DECKS ? count : LIST_MOST_DECKS, list.rows);
    list.other_count =
        list_supervised_find(list_has_tape, &list, list.others, LIST_MOST_DECKS);
    int code = CLI_DONE;
    if (is_json)
        code = list_print_json(&list);
    else if (list.count + list.other_count == 0)
        cli_note("no deck has a tape; start one with 'tapemapd record'");
    else
        list_print(&list);
    for (size_t i = 0; i < list.count; i++)
        if (list.rows[i].status != TAPEMAP_OK)
            code = cli_fail_status(list.rows[i].status, "cannot open tape %s",
                                   list.rows[i].deck.tape_id);
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
