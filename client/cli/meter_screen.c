/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "meter_line.h"

#define SCREEN_WIDE 76u        /* from here on the loudness needs but one line */
#define SCREEN_LEAST_CELL 24u  /* columns of one channel */
#define SCREEN_SPACE 2u        /* between channels side by side */
#define SCREEN_MOST_BAR 120u
#define SCREEN_FIGURE 7u

/* How channels lie on the screen. */
struct screen_grid {
    unsigned rows;
    unsigned cells;     /* side by side */
    unsigned width;     /* of one */
    unsigned shown;
    unsigned bar;
    unsigned rest;      /* blanks behind a cell */
    bool has_rms;
    bool has_hold;
    bool has_clips;
};

/* Which lines there are besides the title. */
struct screen_lines {
    unsigned channels;
    unsigned loudness;
    bool has_heading;
    bool has_note; /* room for one */
};

static struct screen_lines screen_share(bool has_loudness, unsigned columns, unsigned lines)
{
    unsigned wanted = !has_loudness ? 0 : columns < SCREEN_WIDE ? 2 : 1;
    unsigned spare = lines > 3 ? lines - 3 : 0; /* of the title, a channel and the cursor */
    struct screen_lines share = {.loudness = wanted < spare ? wanted : spare};

    spare -= share.loudness;
    share.has_note = spare > 0;
    spare -= share.has_note;
    share.has_heading = spare > 0;
    share.channels = 1 + spare - share.has_heading;
    return share;
}

/* Ends the line that began at `begin`: cut, or filled with blanks, to the width. */
static void screen_end_line(struct draw_bytes *out, size_t begin, unsigned columns)
{
    unsigned used = 0;
    if (out->has_failed)
        return;
    for (size_t at = begin; at < out->used; at++) {
        bool begins_character = ((unsigned char)out->data[at] & 0xC0) != 0x80;
        if (begins_character && used == columns) {
            out->used = at;
            break;
        }
        used += begins_character;
    }
    draw_bytes_blank(out, columns - used);
    draw_bytes_text(out, "\n");
}

static struct screen_grid screen_plan(uint32_t channels, unsigned columns, unsigned rows)
{
    unsigned most_cells = (columns + SCREEN_SPACE) / (SCREEN_LEAST_CELL + SCREEN_SPACE);
    assert(channels > 0 && rows > 0);
    struct screen_grid grid = {.cells = (channels + rows - 1) / rows};

    most_cells = most_cells > 0 ? most_cells : 1;
    grid.cells = grid.cells < most_cells ? grid.cells : most_cells;
    assert(grid.cells > 0);
    grid.rows = (channels + grid.cells - 1) / grid.cells;
    grid.rows = grid.rows < rows ? grid.rows : rows;
    grid.shown = grid.rows * grid.cells < channels ? grid.rows * grid.cells : channels;
    grid.width = (columns + SCREEN_SPACE) / grid.cells - SCREEN_SPACE;
    grid.has_rms = grid.width >= 36;
    grid.has_hold = grid.width >= 46;
    grid.has_clips = grid.width >= 56;
    unsigned figures = 1u + grid.has_rms + grid.has_hold + grid.has_clips;
    unsigned taken = 5 + figures * SCREEN_FIGURE; /* the channel's number before them */
    grid.bar = grid.width > taken ? grid.width - taken : 1;
    grid.bar = grid.bar < SCREEN_MOST_BAR ? grid.bar : SCREEN_MOST_BAR;
    grid.rest = grid.width > taken + grid.bar ? grid.width - taken - grid.bar : 0;
    return grid;
}

static void screen_heading(const struct screen_grid *grid, struct draw_bytes *out)
{
    for (unsigned cell = 0; cell < grid->cells; cell++) {
        draw_bytes_blank(out, cell > 0 ? SCREEN_SPACE + 4 : 4);
        draw_bytes_print(out, "%-*s%*s", (int)(grid->bar > 3 ? grid->bar - 1 : 1),
                         grid->bar >= 8 ? "-60" : "", 1, grid->bar >= 8 ? "0" : "");
        draw_bytes_print(out, " %7s%s%s%s", "PEAK", grid->has_rms ? "    RMS" : "",
                         grid->has_hold ? "   HOLD" : "", grid->has_clips ? "  CLIPS" : "");
        draw_bytes_blank(out, grid->rest);
    }
}

static void screen_channel(const struct meter_picture *picture, const struct screen_grid *grid,
                           uint32_t index, struct draw_bytes *out)
{
    const struct meter_channel *channel = &picture->channels[index];
    char text[16];

    draw_bytes_print(out, "%3" PRIu32 " ", index + 1);
    meter_bar(channel, grid->bar, picture->is_ascii, out);
    draw_bytes_print(out, "  %s", meter_db(channel->level.peak_db, text));
    if (grid->has_rms)
        draw_bytes_print(out, " %s", meter_db(channel->level.rms_db, text));
    if (grid->has_hold)
        draw_bytes_print(out, " %s", meter_db(channel->hold_db, text));
    if (grid->has_clips && channel->clips > 999999)
        draw_bytes_text(out, "   many");
    else if (grid->has_clips)
        draw_bytes_print(out, " %6" PRIu64, channel->clips);
    draw_bytes_blank(out, grid->rest);
}

/* Down first: neighbours stay neighbours. */
static void screen_rows(const struct meter_picture *picture, const struct screen_grid *grid,
                        unsigned columns, struct draw_bytes *out)
{
    for (unsigned row = 0; row < grid->rows; row++) {
        size_t begin = out->used;
        for (unsigned cell = 0; cell < grid->cells; cell++) {
            uint32_t index = cell * grid->rows + row;
            if (index >= grid->shown)
                break;
            draw_bytes_blank(out, cell > 0 ? SCREEN_SPACE : 0);
            screen_channel(picture, grid, index, out);
        }
        screen_end_line(out, begin, columns);
    }
}

/* In one line or two; of two that have room for one, the first. */
static void screen_loudness(const struct loudness_figures *loudness, unsigned columns,
                            unsigned lines, struct draw_bytes *out)
{
    const char *space = columns < SCREEN_WIDE ? "" : "    ";
    size_t begin = out->used;
    char figures[3][16];
    char true_peak[48];

    draw_bytes_print(out, "%sM%s  S%s  I%s LUFS", space,
                     meter_db(loudness->momentary_lufs, figures[0]),
                     meter_db(loudness->short_term_lufs, figures[1]),
                     meter_db(loudness->integrated_lufs, figures[2]));
    if (lines > 1) {
        screen_end_line(out, begin, columns);
        begin = out->used;
    }
    if (lines > 1 || columns >= SCREEN_WIDE)
        draw_bytes_print(out, "%s%s", space, meter_true_peak(loudness, true_peak));
    screen_end_line(out, begin, columns);
}

static void screen_title(const struct meter_picture *picture, unsigned left_out,
                         unsigned columns, struct draw_bytes *out)
{
    size_t begin = out->used;
    draw_bytes_text(out, picture->name);
    draw_bytes_print(out, "  %s  %s", picture->state, picture->time);
    if (left_out > 0)
        draw_bytes_print(out, "  +%u channels", left_out);
    screen_end_line(out, begin, columns);
}

unsigned meter_screen(const struct meter_picture *picture, unsigned columns, unsigned lines,
                      struct draw_bytes *out)
{
    struct screen_lines share = screen_share(picture->has_loudness, columns, lines);
    struct screen_grid grid = screen_plan(picture->channel_count, columns, share.channels);
    unsigned used = 1;

    screen_title(picture, picture->channel_count - grid.shown, columns, out);
    if (picture->has_levels && share.has_heading) {
        size_t begin = out->used;
        screen_heading(&grid, out);
        screen_end_line(out, begin, columns);
        used++;
    }
    if (picture->has_levels) {
        screen_rows(picture, &grid, columns, out);
        used += grid.rows;
    }
    if (share.loudness > 0)
        screen_loudness(&picture->loudness, columns, share.loudness, out);
    used += share.loudness;
    if (share.has_note && (picture->note[0] != '\0' || !picture->has_levels)) {
        size_t begin = out->used;
        draw_bytes_print(out, "    %s", picture->note[0] ? picture->note : "no sound yet");
        screen_end_line(out, begin, columns);
        used++;
    }
    return used;
}
