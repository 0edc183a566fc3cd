/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "overview.h"
#include "utf8_text.h"

/* Cuts a text to so many characters, the last two of which are then dots. */
static void label_cut(const char *text, unsigned most, char out[OVERVIEW_LABEL_BYTES])
{
    snprintf(out, OVERVIEW_LABEL_BYTES, "%s", text);
    if (utf8_characters(text) <= most || most < 3)
        return;
    unsigned seen = 0;
    size_t at = 0;
    for (; out[at]; at++) {
        seen += ((unsigned char)out[at] & 0xC0) != 0x80;
        if (seen == most - 1)
            break;
    }
    snprintf(out + at, OVERVIEW_LABEL_BYTES - at, "..");
}

static bool label_fits(struct overview_label *label, const struct overview_label_room *room,
                       double ends[OVERVIEW_MOST_ROWS])
{
    double left = label->x + room->margin;
    /* At the right edge it stands on the other side of its line. */
    if (left + label->width > room->width)
        left = label->x - room->margin - label->width;
    if (left < 0)
        return false;
    for (unsigned row = 0; row < room->rows; row++) {
        if (left < ends[row])
            continue;
        label->row = row;
        label->text_x = left;
        ends[row] = left + label->width + room->glyph_width;
        return true;
    }
    return false;
}

bool overview_place_labels(const struct overview *overview, const struct overview_label_room *room,
                           struct overview_labels *labels)
{
    double ends[OVERVIEW_MOST_ROWS] = {0};

    *labels = (struct overview_labels){0};
    labels->labels = calloc(overview->mark_count + 1, sizeof *labels->labels);
    if (!labels->labels)
        return false;
    for (size_t i = 0; i < overview->mark_count; i++) {
        struct overview_label *label = &labels->labels[labels->count];
        label->x = overview_place(overview, overview->marks[i].position) * room->width;
        label_cut(overview->marks[i].label, room->most_characters, label->text);
        label->width = (double)utf8_characters(label->text) * room->glyph_width;
        if (label->text[0] == '\0')
            continue; /* a line alone says it all */
        if (!label_fits(label, room, ends)) {
            labels->dropped++;
            continue;
        }
        labels->count++;
        if (label->row + 1 > labels->rows)
            labels->rows = label->row + 1;
    }
    return true;
}
