/* SPDX-License-Identifier: MIT */
/* The position options of cli_tape.h, and what to say when there is no such position. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_tape.h"
#include "cli_text.h"
#include "local_time.h"

#define POSITION_LABELS 6u

/* What somebody wrote, on its way into a sentence. */
struct position_option {
    const char *name;
    char text[96]; /* clean */
};

/* The newest labels, as "'outro', 'intro'"; the number of those that there are beside them. */
static unsigned position_list_marks(const struct cli_tape *tape, char *out, size_t room)
{
    uint64_t first;
    uint64_t at;
    unsigned marks = 0;
    size_t length = 0;
    tapemap_get_journal(tape->handle, &first, &at);
    out[0] = '\0';
    while (at-- > first) {
        struct tapemap_record record;
        char clean[sizeof record.text];
        if (tapemap_get_record(tape->handle, at, &record) != TAPEMAP_OK)
            break;
        if (record.kind != TAPEMAP_RECORD_MARK)
            continue;
        if (marks++ < POSITION_LABELS)
            length += (size_t)snprintf(out + length, room - length, "%s'%s'",
                                       length > 0 ? ", " : "",
                                       cli_text_clean(record.text, clean, sizeof clean));
    }
    return marks > POSITION_LABELS ? marks - POSITION_LABELS : 0;
}

static int position_fail_mark(const struct cli_tape *tape, const struct position_option *option)
{
    char labels[POSITION_LABELS * (sizeof((struct tapemap_record *)0)->text + 4)];
    char more[40] = "";
    unsigned others = position_list_marks(tape, labels, sizeof labels);
    if (labels[0] == '\0')
        return cli_fail("cannot find '%s' of option '%s': %s has no marks; set one by 'tapemap "
                        "mark'", option->text, option->name, tape->label);
    if (others > 0)
        snprintf(more, sizeof more, " and %u more", others);
    return cli_fail("cannot find '%s' of option '%s': %s has no such mark; its marks are %s%s, as "
                    "'tapemap marks' lists", option->text, option->name, tape->label, labels, more);
}

static char *position_local(uint64_t utc_ns, char out[CLI_TEXT_UTC_BYTES])
{
    cli_text_utc(utc_ns + (uint64_t)local_time_offset_ns(utc_ns), 0, out);
    out[strlen(out) - 1] = '\0'; /* its Z */
    return out;
}

bool cli_tape_is_moment(const char *text)
{
    const char *colon = strchr(text, ':');
    bool is_daytime = colon == text + 2 && strchr(colon + 1, ':');
    return text[0] == '@' ||
           (text[0] >= '0' && text[0] <= '9' && (is_daytime || strchr(text, '-')));
}

void cli_tape_note_coming(const struct cli_tape *tape, const char *text, uint64_t position)
{
    char clean[96];
    char length[40];
    uint64_t head = tapemap_head(tape->handle);

    /* Less than a second is who says 'now' by a clock. */
    if (!cli_tape_is_moment(text) || position < head ||
        position - head < tape->info.sample_rate_hz)
        return;
    cli_note("%s: %s is yet to come, in %s; waiting for it", tape->label,
             cli_text_clean(text, clean, sizeof clean),
             cli_text_length(position - head, tape->info.sample_rate_hz, length, sizeof length));
}

int cli_tape_fail_moment(const struct cli_tape *tape, const char *option, const char *text)
{
    char clean[96];
    char first[CLI_TEXT_UTC_BYTES];
    char last[CLI_TEXT_UTC_BYTES];
    uint64_t first_ns;
    uint64_t last_ns;
    cli_text_clean(text, clean, sizeof clean);
    uint64_t oldest = tapemap_oldest(tape->handle);
    uint64_t head = tapemap_head(tape->handle);
    if (tapemap_utc_at(tape->handle, oldest, &first_ns) != TAPEMAP_OK ||
        tapemap_utc_at(tape->handle, head, &last_ns) != TAPEMAP_OK)
        return cli_fail_status(TAPEMAP_E_OUTSIDE, "cannot find '%s' of option '%s'", clean, option);
    return cli_fail("cannot find '%s' of option '%s': %s holds nothing of that time; give one from "
                    "%s to %s (local time), or a length such as +1:30:00", clean, option,
                    tape->label, position_local(first_ns, first), position_local(last_ns, last));
}

static int position_fail(const struct cli_tape *tape, const char *name, const char *text,
                         enum tapemap_status status)
{
    struct position_option option = {.name = name};
    cli_text_clean(text, option.text, sizeof option.text);
    switch (status) {
    case TAPEMAP_E_SYNTAX:
        cli_fail("cannot read '%s' of option '%s': that is no position; give frames (12345f), a "
                 "length (90s, 1:30:00, +14:05:30), one before the head (-30s), a time (14:05:30, "
                 "2026-11-20T14:05:30), mark:NAME, start or now", option.text, name);
        return CLI_MISUSED;
    case TAPEMAP_E_NO_MARK:
        return position_fail_mark(tape, &option);
    case TAPEMAP_E_OUTSIDE:
        if (cli_tape_is_moment(text))
            return cli_tape_fail_moment(tape, name, text);
        return cli_fail("cannot find '%s' of option '%s': it lies past what %s can hold; see "
                        "'tapemap info' for how much that is", option.text, name, tape->label);
    case TAPEMAP_E_NOT_YET:
        return cli_fail("cannot find '%s' of option '%s': %s does not say when it was recorded; "
                        "give a length from the start such as +1:30:00, or frames", option.text,
                        name, tape->label);
    default:
        return cli_fail_status(status, "cannot read '%s' of option '%s'", option.text, name);
    }
}

/* What scrolls out of a ring while this program runs was meant as far as it is there. */
static uint64_t position_limit(const struct cli_tape *tape, const char *text, uint64_t found)
{
    if (strcmp(text, "start") != 0 && text[0] != '-')
        return found;
    uint64_t beginning = cli_tape_beginning(tape);
    return found < beginning ? beginning : found;
}

int cli_tape_position(const struct cli_tape *tape, const char *option, const char *text,
                      uint64_t *position)
{
    uint64_t found = 0;
    enum tapemap_status status = tapemap_parse_position(tape->handle, text, &found);
    if (status != TAPEMAP_OK)
        return position_fail(tape, option, text, status);
    *position = position_limit(tape, text, found);
    return CLI_DONE;
}

int cli_tape_position_after(const struct cli_tape *tape, const char *option, const char *text,
                            uint64_t from, uint64_t *position)
{
    uint64_t found = 0;
    enum tapemap_status status = tapemap_parse_position_after(tape->handle, text, from, &found);
    if (status != TAPEMAP_OK)
        return position_fail(tape, option, text, status);
    *position = position_limit(tape, text, found);
    return CLI_DONE;
}
