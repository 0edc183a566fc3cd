/* SPDX-License-Identifier: MIT */
#include "play_line.h"

#include <stdio.h>
#include <string.h>

#include "cli_text.h"

/* "  14:05:30Z": the day is known to who listens. */
static void line_add_clock(uint64_t utc_ns, char *out)
{
    char utc[CLI_TEXT_UTC_BYTES];
    const char *time = utc_ns > 0 ? strchr(cli_text_utc(utc_ns, 0, utc), 'T') : NULL;

    if (time)
        snprintf(out + strlen(out), PLAY_LINE_BYTES - strlen(out), "  %s", time + 1);
}

char *play_line(const struct play_line *line, unsigned columns, char out[PLAY_LINE_BYTES])
{
    uint64_t behind = line->head > line->position ? line->head - line->position : 0;
    char position[40];
    char distance[40];
    char speed[16] = "";

    cli_text_length(line->position, line->rate_hz, position, sizeof position);
    cli_text_length(behind, line->rate_hz, distance, sizeof distance);
    if (line->speed != 1)
        snprintf(speed, sizeof speed, " at %.3gx", line->speed);
    snprintf(out, PLAY_LINE_BYTES, "%9s", position);
    line_add_clock(line->utc_ns, out);
    size_t used = strlen(out);
    snprintf(out + used, PLAY_LINE_BYTES - used, "  %s %s  %s%s%s%.60s", distance,
             line->is_growing ? "behind" : "left", line->state, speed,
             line->message[0] ? "  " : "", line->message);
    if (columns > 0 && columns < PLAY_LINE_BYTES)
        out[columns] = '\0';
    return out;
}
