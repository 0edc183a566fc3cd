/* SPDX-License-Identifier: MIT */
#include "overview_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MARGIN 4u
#define TEXT_MOST_WIDTH 1024u
#define TEXT_TICK_SPACING 15u
#define TEXT_MOST_LINES 24u /* of sound, where every channel has more than one */

struct words {
    const char *gap;
    const char *silence;   /* on the lowest line */
    const char *mark;
    const char *edge;
    const char *tick;
    const char *eighths[9];
};

static const struct words words_blocks = {
    "\xE2\x95\xB1", "\xE2\x96\x81", "\xE2\x94\x82", "\xE2\x94\x82", "\xE2\x94\xB4",
    {" ", "\xE2\x96\x81", "\xE2\x96\x82", "\xE2\x96\x83", "\xE2\x96\x84", "\xE2\x96\x85",
     "\xE2\x96\x86", "\xE2\x96\x87", "\xE2\x96\x88"},
};

static const struct words words_ascii = {
    "/", "_", "|", "|", "+", {" ", "_", "_", ".", ".", "o", "o", "#", "#"},
};

uint32_t overview_text_columns(unsigned width)
{
    if (width < OVERVIEW_TEXT_LEAST)
        width = OVERVIEW_TEXT_LEAST;
    return (width > TEXT_MOST_WIDTH ? TEXT_MOST_WIDTH : width) - TEXT_MARGIN;
}

static unsigned text_lines(uint32_t channels)
{
    unsigned lines = TEXT_MOST_LINES / channels;
    return lines > 8 ? 8 : lines < 1 ? 1 : lines;
}

/* What is in each column: 'g' where more than half of it is a gap, 's' where a part is, ' '. */
static void text_find_gaps(const struct overview *overview, char *what)
{
    memset(what, ' ', overview->columns);
    for (size_t i = 0; i < overview->gap_count; i++) {
        double from = overview_place(overview, overview->gaps[i].from) * overview->columns;
        double to = overview_place(overview, overview->gaps[i].to) * overview->columns;
        for (uint32_t at = (uint32_t)from; at < overview->columns && at < to; at++) {
            double covered = fmin(to, at + 1.0) - fmax(from, at);
            what[at] = covered > 0.5 || what[at] == 'g' ? 'g' : 's';
        }
    }
}

static void text_lane(const struct overview *overview, uint32_t channel, const char *what,
                      const struct words *words, struct draw_bytes *out)
{
    unsigned lines = text_lines(overview->channels);
    for (unsigned line = 0; line < lines; line++) {
        unsigned below = (lines - 1 - line) * 8;
        if (line == lines / 2 && overview->channels > 1)
            draw_bytes_print(out, "%3u%s", (unsigned)channel + 1, words->edge);
        else
            draw_bytes_print(out, "   %s", words->edge);
        for (uint32_t i = 0; i < overview->columns; i++) {
            const struct overview_cell *cell =
                &overview->cells[(size_t)i * overview->channels + channel];
            double peak = fmin(1.0, fmax(fabs((double)cell->min), fabs((double)cell->max)));
            unsigned height = (unsigned)ceil(peak * lines * 8.0);
            unsigned eighths = height > below ? height - below : 0;
            /* A short one is seen above the sound, which it does not hide. */
            if (what[i] == 'g' || (what[i] == 's' && eighths == 0 && line == 0))
                draw_bytes_text(out, words->gap);
            else if (eighths == 0 && below == 0)
                draw_bytes_text(out, words->silence);
            else
                draw_bytes_text(out, words->eighths[eighths > 8 ? 8 : eighths]);
        }
        draw_bytes_text(out, "\n");
    }
}

/* Appends a row whose characters lie in cells; a cell may hold several bytes, or none. */
static void text_row(struct draw_bytes *out, const char *margin, char (*cells)[8], uint32_t count)
{
    while (count > 0 && cells[count - 1][0] == ' ')
        count--;
    draw_bytes_text(out, count > 0 ? margin : "");
    for (uint32_t i = 0; i < count; i++)
        draw_bytes_text(out, cells[i]);
    draw_bytes_text(out, "\n");
}

static void text_blank(char (*cells)[8], uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        memcpy(cells[i], " ", 2);
}

/* Puts a text into cells from `at` on, a character each. */
static void text_put(char (*cells)[8], uint32_t count, uint32_t at, const char *text)
{
    while (*text && at < count) {
        size_t length = 1;
        while (length < 7 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length++;
        memcpy(cells[at], text, length);
        cells[at][length] = '\0';
        text += length;
        at++;
    }
}

static void text_marks(const struct overview *overview, const struct words *words,
                       char (*cells)[8], const struct overview_labels *labels,
                       struct draw_bytes *out)
{
    for (unsigned row = labels->rows; row > 0; row--) {
        text_blank(cells, overview->columns);
        for (size_t i = 0; i < labels->count; i++) {
            const struct overview_label *label = &labels->labels[i];
            uint32_t x = (uint32_t)fmin(label->x, overview->columns - 1.0);
            if (label->row + 1 >= row)
                text_put(cells, overview->columns, x, words->mark);
        }
        for (size_t i = 0; i < labels->count; i++)
            if (labels->labels[i].row + 1 == row)
                text_put(cells, overview->columns, (uint32_t)labels->labels[i].text_x,
                         labels->labels[i].text);
        text_row(out, "    ", cells, overview->columns);
    }
    if (labels->dropped > 0)
        draw_bytes_print(out, "    and %u mark%s more\n", (unsigned)labels->dropped,
                         labels->dropped == 1 ? "" : "s");
}

static void text_axis(const struct overview *overview, const struct words *words,
                      char (*cells)[8], struct draw_bytes *out)
{
    struct overview_tick ticks[OVERVIEW_MOST_TICKS];
    size_t count = overview_ticks(overview, overview->columns / TEXT_TICK_SPACING, ticks);
    bool has_dates = false;

    for (int row = 0; row < 3; row++) {
        text_blank(cells, overview->columns);
        for (size_t i = 0; i < count; i++) {
            const char *text = row == 0 ? words->tick : row == 1 ? ticks[i].label : ticks[i].date;
            uint32_t length = row == 0 ? 1 : (uint32_t)strlen(text);
            uint32_t x = (uint32_t)fmin(ticks[i].place * overview->columns,
                                        overview->columns - 1.0);
            uint32_t left = x > length / 2 ? x - length / 2 : 0;
            if (left + length > overview->columns)
                left = overview->columns - length;
            text_put(cells, overview->columns, left, text);
            has_dates = has_dates || ticks[i].date[0] != '\0';
        }
        if (row < 2 || has_dates)
            text_row(out, "    ", cells, overview->columns);
    }
}

/* In place: a dot between facts becomes a dash, any other character beyond ASCII a '?'. */
static void text_make_ascii(char *text)
{
    char *to = text;
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x80)
            *to++ = *text;
        else if ((byte & 0xC0) != 0x80)
            *to++ = memcmp(text, "\xC2\xB7", 2) == 0 ? '-' : '?';
    }
    *to = '\0';
}

/* In lines that keep to the width, broken at blanks. */
static void text_title(const struct overview *overview, unsigned width, bool is_ascii,
                       struct draw_bytes *out)
{
    char line[sizeof overview->name + sizeof overview->facts + 4];
    snprintf(line, sizeof line, "%s  %s", overview->name, overview->facts);
    if (is_ascii)
        text_make_ascii(line);
    for (char *at = line; *at;) {
        size_t used = 0;
        size_t end = 0;
        unsigned columns = 0;
        for (; at[used] && columns <= width; used++) {
            if (at[used] == ' ')
                end = used;
            columns += ((unsigned char)at[used + 1] & 0xC0) != 0x80;
        }
        if (at[used] == '\0' && columns <= width)
            end = used;
        end = end > 0 ? end : used;
        draw_bytes_add(out, at, end);
        draw_bytes_text(out, "\n");
        at += end + strspn(at + end, " ");
    }
}

bool overview_text(const struct overview *overview, unsigned width, bool is_ascii,
                   struct draw_bytes *out)
{
    const struct words *words = is_ascii ? &words_ascii : &words_blocks;
    char(*cells)[8] = calloc(overview->columns, sizeof *cells);
    char *what = calloc(overview->columns, 1);
    struct overview_labels labels = {0};
    const struct overview_label_room room = {overview->columns, 1, 1, 2, 20};
    bool is_good = cells && what && overview_place_labels(overview, &room, &labels);

    if (is_good) {
        for (size_t i = 0; i < labels.count && is_ascii; i++)
            text_make_ascii(labels.labels[i].text);
        text_find_gaps(overview, what);
        text_title(overview, width, is_ascii, out);
        text_marks(overview, words, cells, &labels, out);
        for (uint32_t channel = 0; channel < overview->channels; channel++)
            text_lane(overview, channel, what, words, out);
        text_axis(overview, words, cells, out);
    }
    free(labels.labels);
    free(what);
    free(cells);
    return is_good && !out->has_failed;
}
