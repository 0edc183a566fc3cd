/* SPDX-License-Identifier: MIT */
#include "waiting_lines.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool append(struct waiting_lines *lines, unsigned kind, const char *text, uint64_t utc_ns)
{
    size_t bytes = strlen(text) + 1;
    struct waiting_line *line = malloc(sizeof *line + bytes);

    if (!line)
        return false;
    *line = (struct waiting_line){.utc_ns = utc_ns, .kind = kind};
    memcpy(line->text, text, bytes);
    if (lines->last)
        lines->last->next = line;
    else
        lines->first = line;
    lines->last = line;
    lines->count++;
    return true;
}

/* Where they would have stood. */
static bool append_count_of_missing(struct waiting_lines *lines, uint64_t utc_ns)
{
    char text[80];

    if (lines->missing == 0)
        return true;
    snprintf(text, sizeof text, "%u line%s missing here: too many waited to be written",
             lines->missing, lines->missing == 1 ? " is" : "s are");
    if (!append(lines, 0, text, utc_ns))
        return false;
    lines->missing = 0;
    return true;
}

bool waiting_lines_add(struct waiting_lines *lines, unsigned kind, const char *text,
                       uint64_t utc_ns)
{
    unsigned wanted = lines->missing > 0 ? 2 : 1;

    if (lines->count + wanted <= lines->most && append_count_of_missing(lines, utc_ns) &&
        append(lines, kind, text, utc_ns))
        return true;
    lines->missing++;
    return false;
}

struct waiting_line *waiting_lines_first(struct waiting_lines *lines, uint64_t utc_ns)
{
    if (!lines->first)
        (void)append_count_of_missing(lines, utc_ns); /* else next time */
    return lines->first;
}

void waiting_lines_drop_first(struct waiting_lines *lines)
{
    struct waiting_line *first = lines->first;

    assert(first);
    lines->first = first->next;
    if (!lines->first)
        lines->last = NULL;
    lines->count--;
    free(first);
}
