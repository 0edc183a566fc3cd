/* SPDX-License-Identifier: MIT */
#include "status_line.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "error_output.h"
#include "quantity.h"
#include "terminal.h"

#define STATUS_TERMINAL_MS 200
#define STATUS_PLAIN_MS 10000

/* ---- Text ----------------------------------------------------------------------------------- */

static void status_line_levels(const struct status_facts *facts, char *out, size_t room)
{
    size_t length = 0;

    out[0] = '\0';
    for (uint32_t i = 0; i < facts->levels && length < room; i++) {
        double peak = (double)facts->peak[i];
        int added = peak > 0.0 ? snprintf(out + length, room - length, "%.1f ", 20 * log10(peak))
                               : snprintf(out + length, room - length, "-inf ");
        length += added > 0 ? (size_t)added : 0;
    }
    if (facts->levels > 0 && length < room)
        snprintf(out + length, room - length, "%sdBFS  ",
                 facts->channels > facts->levels ? "\xE2\x80\xA6 " : "");
}

static void status_line_time(uint64_t frames, uint32_t rate_hz, char *out, size_t room)
{
    uint64_t ns = 0;

    quantity_ns_from_frames(frames, rate_hz, &ns);
    quantity_print_duration(ns, out, room);
}

/* Most gaps are shorter than the tenths of a second in which the rest is told. */
static void status_line_lost(const struct status_facts *facts, char *out, size_t room)
{
    uint64_t ns = 0;
    uint64_t ms;

    quantity_ns_from_frames(facts->gap_frames, facts->sample_rate_hz, &ns);
    ms = ns / 1000000 + (ns % 1000000 >= 500000);
    if (ms == 0)
        snprintf(out, room, "under 1 ms");
    else if (ms < 1000)
        snprintf(out, room, "%" PRIu64 " ms", ms);
    else
        quantity_print_duration(ns, out, room);
}

void status_line_frames(uint64_t frames, char *out, size_t room)
{
    snprintf(out, room, "%" PRIu64 " frame%s", frames, frames == 1 ? "" : "s");
}

void status_line_gaps(const struct status_facts *facts, char *out, size_t room)
{
    char lost[48];

    status_line_lost(facts, lost, sizeof lost);
    if (facts->gap_count == 0)
        snprintf(out, room, "no gaps");
    else if (facts->gap_count == 1)
        snprintf(out, room, "1 gap of %s", lost);
    else
        snprintf(out, room, "%" PRIu64 " gaps, %s in all", facts->gap_count, lost);
}

void status_line_format(const struct status_facts *facts, char *out)
{
    char elapsed[48];
    char frames[32];
    char committed[48];
    char levels[64];
    char gaps[80];

    status_line_time(facts->head, facts->sample_rate_hz, elapsed, sizeof elapsed);
    quantity_print_bytes(facts->committed_bytes, committed, sizeof committed);
    status_line_levels(facts, levels, sizeof levels);
    status_line_gaps(facts, gaps, sizeof gaps);
    status_line_frames(facts->head, frames, sizeof frames);
    snprintf(out, STATUS_LINE_BYTES, "%s  %s  %s%s  %s committed", elapsed, frames, levels,
             gaps, committed);
}

/* Every byte takes a column but the following ones of a UTF-8 character (no wide ones occur). */
size_t status_line_fit(char *text, size_t columns)
{
    size_t used_columns = 0;
    size_t fitting_columns = 0;
    char *fitting_end = text;

    for (; *text && used_columns <= columns; text++) {
        if (text[0] == ' ' && text[1] == ' ') {
            fitting_end = text;
            fitting_columns = used_columns;
        }
        used_columns += ((unsigned char)*text & 0xC0u) != 0x80u;
    }
    if (used_columns <= columns)
        return used_columns;
    *fitting_end = '\0';
    return fitting_columns;
}

/* ---- Showing it ----------------------------------------------------------------------------- */

static uint64_t status_line_period(const struct status_line *line, uint64_t clock_hz)
{
    return clock_hz * (line->is_terminal ? STATUS_TERMINAL_MS : STATUS_PLAIN_MS) / 1000;
}

void status_line_init(struct status_line *line, bool is_quiet, uint64_t clock_now,
                      uint64_t clock_hz)
{
    line->is_terminal = terminal_columns(TERMINAL_ERROR) > 0;
    line->is_quiet = is_quiet;
    line->next_clock = clock_now + status_line_period(line, clock_hz);
}

bool status_line_is_due(const struct status_line *line, uint64_t clock_now)
{
    return !line->is_quiet && clock_now >= line->next_clock;
}

void status_line_show(struct status_line *line, const struct status_facts *facts,
                      uint64_t clock_now, uint64_t clock_hz)
{
    char text[STATUS_LINE_BYTES];

    line->next_clock = clock_now + status_line_period(line, clock_hz);
    status_line_format(facts, text);
    error_output_status(text);
}
