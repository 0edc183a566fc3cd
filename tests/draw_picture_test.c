/* SPDX-License-Identifier: MIT */
/* The pictures of overviews that are known: text by its characters, SVG by its shape, PNG whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "overview_draw.h"
#include "overview_text.h"

#define COLUMNS 26u

static struct overview_cell cells[2 * 1024];
static struct overview_span gap = {500, 600};
static struct overview_mark mark = {250, "a <b> & \"c\""};

/* Silence, then a full square wave. */
static struct overview known(uint32_t columns, uint32_t channels)
{
    memset(cells, 0, sizeof cells);
    for (uint32_t i = columns / 2 * channels; i < columns * channels; i++)
        cells[i] = (struct overview_cell){-1.0F, 1.0F, 1.0F};
    return (struct overview){
        .name = "deck", .facts = "facts \xC2\xB7 more", .to = 1000, .sample_rate_hz = 100,
        .channels = channels, .columns = columns, .cells = cells,
    };
}

static void draws_text_in_ascii(void **state)
{
    (void)state;
    struct overview overview = known(COLUMNS, 1);
    struct draw_bytes out = {0};
    assert_int_equal(overview_text_columns(30), COLUMNS);
    assert_true(overview_text(&overview, 30, true, &out));
    assert_string_equal(out.data, "deck  facts - more\n"
                                  "   |             #############\n"
                                  "   |             #############\n"
                                  "   |             #############\n"
                                  "   |             #############\n"
                                  "   |             #############\n"
                                  "   |             #############\n"
                                  "   |             #############\n"
                                  "   |_____________#############\n"
                                  "    +                        +\n"
                                  "    0:00:00            0:00:10\n");
    free(out.data);
}

static void shows_gaps_and_marks_in_text(void **state)
{
    (void)state;
    struct overview overview = known(COLUMNS, 1);
    struct draw_bytes out = {0};
    overview.gaps = &gap;
    overview.gap_count = 1;
    overview.marks = &mark;
    overview.mark_count = 1;
    assert_true(overview_text(&overview, 30, true, &out));
    assert_non_null(strstr(out.data, "\n          |a <b> & \"c\"\n"));
    assert_non_null(strstr(out.data, "\n   |             ///##########\n"));
    free(out.data);
}

static void svg_escapes_what_others_wrote(void **state)
{
    (void)state;
    struct overview overview = known(146, 2);
    struct draw_bytes out = {0};
    overview.marks = &mark;
    overview.mark_count = 1;
    strcpy(overview.name, "a\x01\xFF&b");
    assert_true(overview_svg(&overview, (struct overview_size){200, 100}, &out));
    assert_non_null(strstr(out.data, ">a &#60;b&#62; &#38; &#34;c&#34;</text>"));
    assert_non_null(strstr(out.data, ">a??&#38;b</text>"));
    assert_string_equal(out.data + out.used - 7, "</svg>\n");
    free(out.data);
}

static void png_is_whole(void **state)
{
    (void)state;
    static const unsigned char signature[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};
    struct overview overview = known(146, 1);
    struct draw_bytes out = {0};
    assert_true(overview_png(&overview, (struct overview_size){200, 100}, &out));
    assert_memory_equal(out.data, signature, sizeof signature);
    assert_memory_equal(out.data + 16, "\0\0\0\xC8\0\0\0\x64", 8);
    assert_memory_equal(out.data + out.used - 8, "IEND", 4);
    free(out.data);
}

/* Nothing recorded, everything lost, 256 channels: each in every form. */
static void draws_whatever_there_is(void **state)
{
    (void)state;
    static struct overview_cell many[146 * 256];
    struct overview overviews[] = {known(146, 1), known(146, 1), known(146, 1)};
    struct overview_span all = {0, 1000};
    overviews[0].to = 1;
    overviews[1].gaps = &all;
    overviews[1].gap_count = 1;
    overviews[2].channels = 256;
    overviews[2].cells = many;
    for (size_t i = 0; i < 3; i++) {
        struct draw_bytes svg = {0};
        struct draw_bytes png = {0};
        struct draw_bytes text = {0};
        assert_true(overview_svg(&overviews[i], (struct overview_size){200, 80}, &svg));
        assert_true(overview_png(&overviews[i], (struct overview_size){200, 80}, &png));
        assert_true(overview_text(&overviews[i], 150, false, &text));
        free(svg.data);
        free(png.data);
        free(text.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_text_in_ascii),
        cmocka_unit_test(shows_gaps_and_marks_in_text),
        cmocka_unit_test(svg_escapes_what_others_wrote),
        cmocka_unit_test(png_is_whole),
        cmocka_unit_test(draws_whatever_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
