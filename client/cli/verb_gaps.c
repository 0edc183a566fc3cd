/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "cli_fail.h"
#include "cli_json.h"
#include "cli_text.h"
#include "journal_list.h"

static int gaps_run(int argc, char **argv);

const struct cli_verb verb_gaps = {
    .name = "gaps",
    .summary = "List where frames were lost",
    .help = "usage: tapemap gaps DECK|ID|FILE [--from P] [--to P] [--json|--csv|--audacity]\n"
            "\n"
            "Lists the gaps: number, position, when that was (UTC), and how many frames of\n"
            "silence stand there for so many that the source lost.\n"
            "\n"
            JOURNAL_LIST_HELP,
    .short_options = ":h",
    .options = journal_list_options,
    .run = gaps_run,
};

static void gaps_print_csv(const struct journal_list *list, const struct tapemap_record *gap)
{
    char seconds[JOURNAL_SECONDS_BYTES];
    char lost[JOURNAL_SECONDS_BYTES];
    char utc[CLI_TEXT_UTC_BYTES];
    printf("%" PRIu64 ",%" PRIu64 ",%s,%s,%" PRIu64 ",%s\r\n", list->number, gap->position,
           journal_list_seconds(list, gap->position, seconds),
           journal_list_utc(list, gap->position, 9, utc), gap->frames,
           journal_list_seconds(list, gap->frames, lost));
}

static void gaps_print_row(const struct journal_list *list, const struct tapemap_record *gap)
{
    char length[40];
    char lost[JOURNAL_SECONDS_BYTES];
    char utc[CLI_TEXT_UTC_BYTES];
    printf("%6" PRIu64 "  %12s  %12" PRIu64 "  %-24s  %" PRIu64 " frames (%s s)\n", list->number,
           cli_text_length(gap->position, list->tape.info.sample_rate_hz, length, sizeof length),
           gap->position, journal_list_utc(list, gap->position, 3, utc), gap->frames,
           journal_list_seconds(list, gap->frames, lost));
}

static void gaps_print_json(struct journal_list *list, const struct tapemap_record *gap)
{
    char lost[JOURNAL_SECONDS_BYTES];
    cJSON *row = cJSON_CreateObject();
    journal_list_seconds(list, gap->frames, lost);
    journal_list_json(list, row, row && journal_list_add(list, row, gap) &&
                                     cli_json_u64(row, "lost_frames", gap->frames) &&
                                     cJSON_AddRawToObject(row, "lost_seconds", lost));
}

static void gaps_print(struct journal_list *list, const struct tapemap_record *gap)
{
    char text[64];
    switch (list->format) {
    case JOURNAL_TABLE:
        if (list->rows == 0)
            printf("NUMBER        LENGTH         FRAME  %-24s  LOST\n", "UTC");
        gaps_print_row(list, gap);
        break;
    case JOURNAL_JSON:
        gaps_print_json(list, gap);
        break;
    case JOURNAL_CSV:
        gaps_print_csv(list, gap);
        break;
    case JOURNAL_AUDACITY:
        snprintf(text, sizeof text, "gap of %" PRIu64 " frames", gap->frames);
        journal_list_label(list, gap->position, gap->frames, text);
        break;
    }
    list->rows++;
}

static int gaps_list(struct journal_list *list)
{
    struct tapemap_record gap;
    journal_list_begin(list, "number,frame,seconds,utc,lost_frames,lost_seconds");
    while (journal_list_next(list, &gap))
        gaps_print(list, &gap);
    return journal_list_end(list, "gaps");
}

static int gaps_run(int argc, char **argv)
{
    return journal_list_run(&verb_gaps, TAPEMAP_RECORD_GAP, argc, argv, gaps_list);
}
