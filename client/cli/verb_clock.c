/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "cli_fail.h"
#include "cli_journal.h"
#include "cli_json.h"
#include "cli_text.h"
#include "clock_drift.h"
#include "journal_list.h"
#include "layout_check.h"

#define CLOCK_ROWS 20u

static int clock_run(int argc, char **argv);

const struct cli_verb verb_clock = {
    .name = "clock",
    .summary = "List when it was recorded",
    .help = "usage: tapemap clock DECK|ID|FILE [--from P] [--to P] [--json|--csv|--audacity]\n"
            "\n"
            "Lists anchors, positions with the UTC at which they were recorded: the device's\n"
            "drift up to there (parts per million of its rate, from the first anchor listed,\n"
            "without gaps) and by how much the system's clock was set since the one before.\n"
            "--json and --csv list all, about one a second; else some, and all at which it\n"
            "was set.\n"
            "\n"
            JOURNAL_LIST_HELP,
    .short_options = ":h",
    .options = journal_list_options,
    .run = clock_run,
};

struct clock_row {
    uint64_t number;
    struct tapemap_record anchor;
    struct clock_point point;
};

struct clock_texts {
    char drift[32]; /* "" when there is none */
    char step[32];  /* "" when the clock was not set */
    char utc[CLI_TEXT_UTC_BYTES];
};

static void clock_write(const struct clock_row *row, unsigned digits, struct clock_texts *texts)
{
    const struct clock_point *point = &row->point;
    texts->drift[0] = '\0';
    texts->step[0] = '\0';
    if (point->has_drift)
        snprintf(texts->drift, sizeof texts->drift, "%.3f", point->drift_ppm);
    if (point->step_ns != 0)
        snprintf(texts->step, sizeof texts->step, "%.3f", (double)point->step_ns / 1e9);
    cli_text_utc(row->anchor.utc_ns, digits, texts->utc);
}

static void clock_print_row(const struct journal_list *list, const struct clock_row *row)
{
    char length[40];
    struct clock_texts texts;
    clock_write(row, 3, &texts);
    if (list->rows == 0)
        printf("NUMBER        LENGTH         FRAME  %-24s   DRIFT, PPM  CLOCK SET BY\n", "UTC");
    printf("%6" PRIu64 "  %12s  %12" PRIu64 "  %-24s  %11s%s%s%s\n", row->number,
           cli_text_length(row->anchor.position, list->tape.info.sample_rate_hz, length,
                           sizeof length),
           row->anchor.position, texts.utc, texts.drift[0] ? texts.drift : "-",
           row->point.step_ns > 0 ? "  +" : row->point.step_ns < 0 ? "  " : "", texts.step,
           texts.step[0] ? " s" : "");
}

static void clock_print_csv(const struct journal_list *list, const struct clock_row *row)
{
    char seconds[JOURNAL_SECONDS_BYTES];
    struct clock_texts texts;
    clock_write(row, 9, &texts);
    printf("%" PRIu64 ",%" PRIu64 ",%s,%s,%s,%s\r\n", row->number, row->anchor.position,
           journal_list_seconds(list, row->anchor.position, seconds), texts.utc, texts.drift,
           texts.step[0] ? texts.step : "0");
}

static void clock_print_json(struct journal_list *list, const struct clock_row *row)
{
    char seconds[JOURNAL_SECONDS_BYTES];
    struct clock_texts texts;
    cJSON *object = cJSON_CreateObject();
    clock_write(row, 9, &texts);
    journal_list_seconds(list, row->anchor.position, seconds);
    bool is_whole = object && cJSON_AddStringToObject(object, "utc", texts.utc) &&
                    cli_json_u64(object, "number", row->number) &&
                    cli_json_u64(object, "frame", row->anchor.position) &&
                    cJSON_AddRawToObject(object, "seconds", seconds) &&
                    cJSON_AddRawToObject(object, "drift_ppm",
                                         texts.drift[0] ? texts.drift : "null") &&
                    cJSON_AddRawToObject(object, "clock_set_by_seconds",
                                         texts.step[0] ? texts.step : "0");
    journal_list_json(list, object, is_whole);
}

static void clock_print_label(const struct journal_list *list, const struct clock_row *row)
{
    char text[96];
    struct clock_texts texts;
    clock_write(row, 3, &texts);
    snprintf(text, sizeof text, "%s%s%s%s", texts.utc, texts.step[0] ? ", clock set by " : "",
             texts.step, texts.step[0] ? " s" : "");
    journal_list_label(list, row->anchor.position, 0, text);
}

static void clock_print(struct journal_list *list, const struct clock_row *row)
{
    switch (list->format) {
    case JOURNAL_TABLE: clock_print_row(list, row); break;
    case JOURNAL_JSON: clock_print_json(list, row); break;
    case JOURNAL_CSV: clock_print_csv(list, row); break;
    case JOURNAL_AUDACITY: clock_print_label(list, row); break;
    }
    list->rows++;
}

/* Rows that people read are so far apart that there are not many. */
static uint64_t clock_distance(const struct journal_list *list)
{
    uint64_t head = tapemap_head(list->tape.handle);
    uint64_t from = tapemap_oldest(list->tape.handle);
    uint64_t to = list->range.to < head ? list->range.to : head;
    if (list->format == JOURNAL_JSON || list->format == JOURNAL_CSV)
        return 0;
    if (list->range.from > from)
        from = list->range.from;
    return to > from ? (to - from) / CLOCK_ROWS : 0;
}

/* What comes between two anchors: entries of a kind; of the states, those that tell of a resume. */
struct clock_between {
    enum tapemap_record_kind kind;
    uint64_t next; /* where to look */
};

/* Whether the journal has such a one before this anchor that was not met yet. */
static bool clock_meets(const struct journal_list *list, const struct tapemap_record *anchor,
                        struct clock_between *between)
{
    bool is_met = false;
    tapemap_tape *tape = list->tape.handle;
    while (between->next < anchor->sequence) {
        struct tapemap_record found;
        if (cli_journal_find(tape, between->kind, &between->next, &found) != TAPEMAP_OK)
            break; /* there is none; what else is wrong the next anchor tells */
        if (between->next > anchor->sequence)
            break;
        is_met = is_met || between->kind == TAPEMAP_RECORD_GAP || layout_record_is_resume(&found);
        between->next++;
    }
    return is_met;
}

static int clock_list(struct journal_list *list)
{
    struct clock_drift drift;
    struct clock_row row = {0};
    struct tapemap_record anchor;
    uint64_t distance = clock_distance(list);
    uint64_t shown = 0;
    struct clock_between gap = {.kind = TAPEMAP_RECORD_GAP};
    struct clock_between resume = {.kind = TAPEMAP_RECORD_STATE};
    bool is_shown = true;
    clock_drift_init(&drift, tapemap_clock_hz(list->tape.handle), list->tape.info.sample_rate_hz);
    journal_list_begin(list, "number,frame,seconds,utc,drift_ppm,clock_set_by_seconds");
    while (journal_list_next(list, &anchor)) {
        if (clock_meets(list, &anchor, &gap))
            clock_drift_pass_gap(&drift);
        if (clock_meets(list, &anchor, &resume))
            clock_drift_pass_resume(&drift);
        row = (struct clock_row){list->number, anchor, clock_drift_add(&drift, &anchor)};
        is_shown = list->rows == 0 || row.point.step_ns != 0 || row.anchor.position < shown ||
                   row.anchor.position - shown >= distance;
        if (!is_shown)
            continue;
        clock_print(list, &row);
        shown = row.anchor.position;
    }
    if (!is_shown)
        clock_print(list, &row); /* the last one */
    return journal_list_end(list, "anchors");
}

static int clock_run(int argc, char **argv)
{
    return journal_list_run(&verb_clock, TAPEMAP_RECORD_ANCHOR, argc, argv, clock_list);
}
