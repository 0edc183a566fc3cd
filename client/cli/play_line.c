/* SPDX-License-Identifier: MIT */
#include "play_line.h"

#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "cli_text.h"

/* The day is known to who listens. */
static void line_add_clock(uint64_t wall_ns, char *out)
{
    struct calendar at = calendar_of(wall_ns);
    size_t used = strlen(out);

    if (wall_ns > 0)
        snprintf(out + used, PLAY_LINE_BYTES - used, "  %02u:%02u:%02u", at.hour, at.minute,
                 at.second);
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
    line_add_clock(line->wall_ns, out);
    size_t used = strlen(out);
    snprintf(out + used, PLAY_LINE_BYTES - used, "  %s %s  %s%s%s%.60s", distance,
             line->is_growing ? "behind" : "left", line->state, speed,
             line->message[0] ? "  " : "", line->message);
    if (columns > 0 && columns < PLAY_LINE_BYTES)
        out[columns] = '\0';
    return out;
}
