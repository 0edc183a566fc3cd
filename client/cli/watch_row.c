/* SPDX-License-Identifier: MIT */
#include "watch_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli_text.h"

#define WATCH_SILENCE_DB (-99.9)

static void trim(char *line)
{
    size_t length = strlen(line);

    while (length > 0 && line[length - 1] == ' ')
        line[--length] = '\0';
}

void watch_heading(unsigned name_columns, char out[WATCH_LINE_BYTES])
{
    snprintf(out, WATCH_LINE_BYTES, "  %-*s  %-11s  %12s  %5s  %7s  %6s", (int)name_columns,
             "DECK", "STATE", "LENGTH", "GAPS", "READERS", "PEAK");
}

static bool is_trouble(const struct watch_row *row)
{
    const struct tapemap_now *now = &row->now;
    bool has_failed = now->state == TAPEMAP_STATE_ENDED &&
                      now->reason != TAPEMAP_REASON_REQUESTED &&
                      now->reason != TAPEMAP_REASON_DURATION && row->now.reason_text[0] != '\0';

    return row->status != TAPEMAP_OK || now->is_stalled || now->warnings != 0 || has_failed ||
           now->state == TAPEMAP_STATE_SOURCE_LOST || now->state == TAPEMAP_STATE_WAITING;
}

static void describe_peak(const struct watch_row *row, char out[16])
{
    if (!row->has_peak || row->now.is_stalled || row->now.state != TAPEMAP_STATE_RECORDING)
        snprintf(out, 16, "-");
    else if (row->peak_db < WATCH_SILENCE_DB)
        snprintf(out, 16, "-inf");
    else
        snprintf(out, 16, "%.1f", row->peak_db);
}

/* What there is to say beside the columns; "" for nothing. */
static void describe_more(const struct watch_row *row, char *out, size_t room)
{
    const struct tapemap_now *now = &row->now;
    char warnings[CLI_TEXT_WARNINGS_BYTES];
    char why[256];

    cli_text_warnings(now->warnings, warnings);
    cli_text_clean(now->reason_text, why, sizeof why);
    const char *global = row->deck.is_global ? "global " : "";
    if (now->is_stalled)
        snprintf(out, room, "%sno sign of life for %" PRIu64 " s", global,
                 now->heartbeat_age_ns / 1000000000u);
    else if (now->state == TAPEMAP_STATE_ENDED)
        snprintf(out, room, "%s%s%s%s", global, tapemap_reason_name(now->reason),
                 why[0] ? ": " : "", why);
    else
        snprintf(out, room, "%s%s", global, warnings);
}

void watch_line(const struct watch_row *row, unsigned name_columns, char out[WATCH_LINE_BYTES])
{
    char name[TAPEMAP_NAME_BYTES];
    char length[40];
    char peak[16];
    char more[320];

    cli_text_clean(row->deck.name, name, sizeof name);
    unsigned columns = (unsigned)cli_text_columns(name);
    int padding = name_columns > columns ? (int)(name_columns - columns) : 0;
    int begun = snprintf(out, WATCH_LINE_BYTES, "%s %s%*s  ", is_trouble(row) ? "!" : " ", name,
                         padding, "");
    char *rest = out + begun;
    size_t room = WATCH_LINE_BYTES - (size_t)begun;

    if (row->status != TAPEMAP_OK) {
        snprintf(rest, room, "unreadable: %s", tapemap_status_text(row->status));
        return;
    }
    cli_text_length(row->now.head, row->info.sample_rate_hz, length, sizeof length);
    describe_peak(row, peak);
    describe_more(row, more, sizeof more);
    snprintf(rest, room, "%-11s  %12s  %5" PRIu64 "  %7" PRIu32 "  %6s  %s",
             cli_text_state(&row->now), length,
             row->now.gap_count, row->now.reader_count, peak, more);
    trim(out);
}

bool watch_has_changed(const struct watch_row *before, const struct watch_row *now)
{
    return before->status != now->status || before->now.state != now->now.state ||
           before->now.is_stalled != now->now.is_stalled ||
           before->now.gap_count != now->now.gap_count ||
           before->now.warnings != now->now.warnings ||
           before->now.reader_count != now->now.reader_count;
}

void watch_fit(char line[WATCH_LINE_BYTES], unsigned columns)
{
    size_t length = 0;
    unsigned used = 0;

    while (line[length] != '\0') {
        bool begins_character = ((unsigned char)line[length] & 0xC0) != 0x80;
        if (begins_character && used == columns)
            break;
        used += begins_character;
        length++;
    }
    while (used < columns && length + 1 < WATCH_LINE_BYTES) {
        line[length++] = ' ';
        used++;
    }
    line[length] = '\0';
}
