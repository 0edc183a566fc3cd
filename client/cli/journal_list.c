/* SPDX-License-Identifier: MIT */
#include "journal_list.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli_fail.h"
#include "cli_journal.h"
#include "cli_json.h"
#include "cli_text.h"
#include "quantity.h"

const struct option journal_list_options[] = {
    {"from", required_argument, NULL, 'f'},
    {"to", required_argument, NULL, 't'},
    {"json", no_argument, NULL, 'j'},
    {"csv", no_argument, NULL, 'c'},
    {"audacity", no_argument, NULL, 'a'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct journal_words {
    const char *from;
    const char *to;
};

/* A mark that was set a moment ago lies at the head: without --to there is no end. */
static int journal_find_range(struct journal_list *list, const struct journal_words *words)
{
    char tried[400];
    list->range = (struct cli_range){0, UINT64_MAX};
    if (!words->from && !words->to)
        return CLI_DONE;
    snprintf(tried, sizeof tried, "cannot list the journal of %s", list->tape.label);
    int code = cli_range_parse(&list->tape, tried, words->from, words->to, &list->range);
    if (!words->to)
        list->range.to = UINT64_MAX;
    if (!words->from)
        list->range.from = 0;
    return code;
}

int journal_list_run(const struct cli_verb *verb, enum tapemap_record_kind kind, int argc,
                     char **argv, int (*run)(struct journal_list *list))
{
    struct journal_list list = {.kind = kind};
    struct journal_words words = {0};
    unsigned formats = 0;
    int option;
    while ((option = cli_verb_option(verb, argc, argv)) != CLI_VERB_END) {
        switch (option) {
        case 'f': words.from = optarg; break;
        case 't': words.to = optarg; break;
        case 'j': list.format = JOURNAL_JSON; formats++; break;
        case 'c': list.format = JOURNAL_CSV; formats++; break;
        case 'a': list.format = JOURNAL_AUDACITY; formats++; break;
        case 'h': return cli_verb_help(verb);
        default: return CLI_MISUSED;
        }
    }
    if (formats > 1)
        return cli_misuse(verb->name, "'--json', '--csv' and '--audacity' exclude each other");
    const char *deck = cli_verb_deck(verb, argc, argv);
    if (!deck)
        return CLI_MISUSED;
    int code = cli_tape_open(deck, &list.tape);
    if (code == CLI_DONE)
        code = journal_find_range(&list, &words);
    if (code == CLI_DONE)
        code = run(&list);
    cli_tape_close(&list.tape);
    return code;
}

/* A gap reaches into the range when any of its frames does. */
static bool journal_is_inside(const struct journal_list *list, const struct tapemap_record *record)
{
    uint64_t left = UINT64_MAX - record->position;
    uint64_t frames = record->frames > 0 ? record->frames : 1;
    uint64_t end = record->position + (frames < left ? frames : left);
    return record->position < list->range.to && end > list->range.from;
}

bool journal_list_next(struct journal_list *list, struct tapemap_record *record)
{
    while (list->code == CLI_DONE) {
        enum tapemap_status status =
            cli_journal_find(list->tape.handle, list->kind, &list->sequence, record);
        if (status == TAPEMAP_E_NOT_YET)
            return false;
        if (status != TAPEMAP_OK) {
            list->code = cli_fail_status(status, "cannot read the journal of %s",
                                         list->tape.label);
            return false;
        }
        list->sequence++;
        list->number++;
        if (journal_is_inside(list, record))
            return true;
    }
    return false;
}

void journal_list_begin(const struct journal_list *list, const char *names)
{
    if (list->format == JOURNAL_CSV)
        printf("%s\r\n", names);
    if (list->format == JOURNAL_JSON)
        fputs("[", stdout);
}

void journal_list_json(struct journal_list *list, cJSON *row, bool is_whole)
{
    char *text = is_whole ? cJSON_PrintUnformatted(row) : NULL;
    cJSON_Delete(row);
    if (text)
        printf("%s\n  %s", list->rows > 0 ? "," : "", text);
    else
        list->code = cli_fail_status(TAPEMAP_E_MEMORY, "cannot make the JSON text");
    cJSON_free(text);
}

bool journal_list_add(const struct journal_list *list, cJSON *row,
                      const struct tapemap_record *record)
{
    char seconds[JOURNAL_SECONDS_BYTES];
    char utc[CLI_TEXT_UTC_BYTES];
    journal_list_utc(list, record->position, 9, utc);
    cJSON *when = utc[0] ? cJSON_AddStringToObject(row, "utc", utc)
                         : cJSON_AddNullToObject(row, "utc");
    journal_list_seconds(list, record->position, seconds);
    return when && cli_json_u64(row, "number", list->number) &&
           cli_json_u64(row, "frame", record->position) &&
           cJSON_AddRawToObject(row, "seconds", seconds);
}

void journal_list_label(const struct journal_list *list, uint64_t position, uint64_t frames,
                        const char *text)
{
    char begin[JOURNAL_SECONDS_BYTES];
    char end[JOURNAL_SECONDS_BYTES];
    uint64_t left = UINT64_MAX - position;
    journal_list_seconds(list, position, begin);
    journal_list_seconds(list, position + (frames < left ? frames : left), end);
    printf("%s\t%s\t%s\n", begin, end, text);
}

int journal_list_end(struct journal_list *list, const char *what)
{
    if (list->format == JOURNAL_JSON && list->code == CLI_DONE)
        fputs(list->rows > 0 ? "\n]\n" : "]\n", stdout);
    bool is_all = list->range.from == 0 && list->range.to == UINT64_MAX;
    if (list->code == CLI_DONE && list->rows == 0 && list->format == JOURNAL_TABLE)
        cli_note("%s has no %s%s", list->tape.label, what, is_all ? "" : " there");
    return list->code;
}

char *journal_list_seconds(const struct journal_list *list, uint64_t frames,
                           char out[JOURNAL_SECONDS_BYTES])
{
    uint32_t rate_hz = list->tape.info.sample_rate_hz;
    uint64_t billionths = 0;
    (void)quantity_ns_from_frames(frames % rate_hz, rate_hz, &billionths);
    snprintf(out, JOURNAL_SECONDS_BYTES, "%" PRIu64 ".%09" PRIu64, frames / rate_hz,
             billionths % 1000000000u);
    return out;
}

char *journal_list_utc(const struct journal_list *list, uint64_t position, unsigned digits,
                       char *out)
{
    uint64_t utc_ns;
    out[0] = '\0';
    if (tapemap_utc_at(list->tape.handle, position, &utc_ns) == TAPEMAP_OK)
        cli_text_utc(utc_ns, digits, out);
    return out;
}
