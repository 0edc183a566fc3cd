/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "cli_fail.h"
#include "cli_text.h"
#include "journal_list.h"
#include "label_text.h"

static int marks_run(int argc, char **argv);

const struct cli_verb verb_marks = {
    .name = "marks",
    .summary = "List the marks of a tape",
    .help = "usage: tapemap marks DECK|ID|FILE [--from P] [--to P] [--json|--csv|--audacity]\n"
            "\n"
            "Lists the marks in the order in which they were set: number, position, when that\n"
            "was recorded (UTC), label. 'mark:LABEL' is a position wherever one is asked for,\n"
            "and 'mark:#3' the third mark.\n"
            "\n"
            JOURNAL_LIST_HELP,
    .short_options = ":h",
    .options = journal_list_options,
    .run = marks_run,
};

static void marks_print_csv(const struct journal_list *list, const struct tapemap_record *mark)
{
    char seconds[JOURNAL_SECONDS_BYTES];
    char utc[CLI_TEXT_UTC_BYTES];
    char label[LABEL_TEXT_BYTES];
    printf("%" PRIu64 ",%" PRIu64 ",%s,%s,%s\r\n", list->number, mark->position,
           journal_list_seconds(list, mark->position, seconds),
           journal_list_utc(list, mark->position, 9, utc),
           label_text(mark->text, LABEL_CSV, label));
}

static void marks_print_row(const struct journal_list *list, const struct tapemap_record *mark)
{
    char length[40];
    char utc[CLI_TEXT_UTC_BYTES];
    char label[LABEL_TEXT_BYTES];
    printf("%6" PRIu64 "  %12s  %12" PRIu64 "  %-24s  %s\n", list->number,
           cli_text_length(mark->position, list->tape.info.sample_rate_hz, length, sizeof length),
           mark->position, journal_list_utc(list, mark->position, 3, utc),
           label_text(mark->text, LABEL_TABLE, label));
}

static void marks_print_json(struct journal_list *list, const struct tapemap_record *mark)
{
    char label[LABEL_TEXT_BYTES];
    cJSON *row = cJSON_CreateObject();
    label_text(mark->text, LABEL_JSON, label);
    journal_list_json(list, row, row && journal_list_add(list, row, mark) &&
                                     cJSON_AddStringToObject(row, "label", label));
}

static void marks_print(struct journal_list *list, const struct tapemap_record *mark)
{
    char label[LABEL_TEXT_BYTES];
    switch (list->format) {
    case JOURNAL_TABLE:
        if (list->rows == 0)
            printf("NUMBER        LENGTH         FRAME  %-24s  LABEL\n", "UTC");
        marks_print_row(list, mark);
        break;
    case JOURNAL_JSON:
        marks_print_json(list, mark);
        break;
    case JOURNAL_CSV:
        marks_print_csv(list, mark);
        break;
    case JOURNAL_AUDACITY:
        journal_list_label(list, mark->position, 0, label_text(mark->text, LABEL_AUDACITY, label));
        break;
    }
    list->rows++;
}

static int marks_list(struct journal_list *list)
{
    struct tapemap_record mark;
    journal_list_begin(list, "number,frame,seconds,utc,label");
    while (journal_list_next(list, &mark))
        marks_print(list, &mark);
    return journal_list_end(list, "marks");
}

static int marks_run(int argc, char **argv)
{
    return journal_list_run(&verb_marks, TAPEMAP_RECORD_MARK, argc, argv, marks_list);
}
