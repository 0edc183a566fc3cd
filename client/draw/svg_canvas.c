/* SPDX-License-Identifier: MIT */
/* SVG 1.1, as every browser and office program reads it: shapes with colours, and plain text. */
#include <math.h>
#include <stdio.h>

#include "overview_draw.h"
#include "utf8.h"

static void svg_colour(struct draw_bytes *out, uint32_t colour)
{
    draw_bytes_print(out, " fill=\"#%06x\"", (unsigned)(colour >> 8));
    if ((colour & 0xFF) != 0xFF)
        draw_bytes_print(out, " fill-opacity=\"%.2f\"", (double)(colour & 0xFF) / 255.0);
}

static void svg_box(void *context, struct draw_box box, uint32_t colour)
{
    struct draw_bytes *out = context;
    draw_bytes_print(out, "<rect x=\"%.6g\" y=\"%.6g\" width=\"%.6g\" height=\"%.6g\"", box.x,
                     box.y, box.width, box.height);
    svg_colour(out, colour);
    draw_bytes_text(out, "/>\n");
}

/* The stripes are a pattern, defined once in the head; its colour is there. */
static void svg_hatch(void *context, struct draw_box box, uint32_t colour)
{
    struct draw_bytes *out = context;
    (void)colour;
    draw_bytes_print(out, "<rect class=\"gap\" x=\"%.6g\" y=\"%.6g\" width=\"%.6g\" "
                     "height=\"%.6g\" fill=\"url(#gap)\"/>\n", box.x, box.y, box.width, box.height);
}

/* To hundredths of a pixel, in whole numbers: printf takes ten times as long for doubles, and a
   band has thousands of points. */
static void svg_point(struct draw_bytes *out, char command, double x, double y)
{
    long across = lround(fmax(x, 0) * 100);
    long down = lround(fmax(y, 0) * 100);
    draw_bytes_print(out, "%c%ld.%02ld %ld.%02ld", command, across / 100, across % 100, down / 100,
                     down % 100);
}

/* Through the middles of the columns, out to both edges. */
static void svg_band(void *context, const struct draw_band *band, uint32_t colour)
{
    struct draw_bytes *out = context;
    size_t last = band->columns - 1;
    double right = band->x + (double)band->columns;

    draw_bytes_text(out, "<path");
    svg_colour(out, colour);
    draw_bytes_text(out, " d=\"");
    svg_point(out, 'M', band->x, band->tops[0]);
    for (size_t i = 0; i <= last; i++)
        svg_point(out, 'L', band->x + (double)i + 0.5, band->tops[i]);
    svg_point(out, 'L', right, band->tops[last]);
    svg_point(out, 'L', right, band->bottoms[last]);
    for (size_t i = band->columns; i > 0; i--)
        svg_point(out, 'L', band->x + (double)i - 0.5, band->bottoms[i - 1]);
    svg_point(out, 'L', band->x, band->bottoms[0]);
    draw_bytes_text(out, "Z\"/>\n");
}

/* XML has no way to write a control character, or half of one. */
static void svg_escape(struct draw_bytes *out, const char *text)
{
    while (*text) {
        size_t length;
        uint32_t character = utf8_character(text, &length);
        if (length == 0 || utf8_is_control(character) || character == 0xFFFE ||
            character == 0xFFFF)
            draw_bytes_text(out, "?");
        else if (character == '&' || character == '<' || character == '>' || character == '"')
            draw_bytes_print(out, "&#%u;", (unsigned)character);
        else
            draw_bytes_add(out, text, length);
        text += length ? length : 1;
    }
}

static void svg_text(void *context, const struct draw_text *text, uint32_t colour)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    struct draw_bytes *out = context;

    if (text->text[0] == '\0')
        return;
    draw_bytes_print(out, "<text x=\"%.6g\" y=\"%.6g\"", text->x, text->y);
    svg_colour(out, colour);
    if (text->align != DRAW_LEFT)
        draw_bytes_print(out, " text-anchor=\"%s\"", anchors[text->align]);
    draw_bytes_text(out, text->is_bold ? " font-weight=\"bold\">" : ">");
    svg_escape(out, text->text);
    draw_bytes_text(out, "</text>\n");
}

bool overview_svg(const struct overview *overview, struct overview_size size,
                  struct draw_bytes *out)
{
    const struct draw_canvas canvas = {out, svg_box, svg_hatch, svg_band, svg_text};

    draw_bytes_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<svg xmlns=\"http://www.w3.org/2000/svg\" ");
    draw_bytes_print(out, "width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\" ",
                     (unsigned)size.width, (unsigned)size.height, (unsigned)size.width,
                     (unsigned)size.height);
    draw_bytes_text(out, "xml:space=\"preserve\" font-family=\"'DejaVu Sans Mono', Consolas, "
                         "Menlo, monospace\" font-size=\"11.6\">\n<title>");
    svg_escape(out, overview->name);
    draw_bytes_text(out, "</title>\n"
        "<defs><pattern id=\"gap\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
        "<path d=\"M-2 2L2 -2M0 8L8 0M6 10L10 6\" stroke=\"#d98e04\" "
        "stroke-opacity=\"0.75\" stroke-width=\"1.4\"/></pattern></defs>\n");
    bool is_good = overview_draw(overview, size, &canvas);
    draw_bytes_text(out, "</svg>\n");
    return is_good && !out->has_failed;
}
