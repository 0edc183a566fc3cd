/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>

#include "status_line.h"

static void assert_gaps(uint64_t count, uint64_t frames, const char *expected)
{
    struct status_facts facts = {0};
    char text[80];

    facts.sample_rate_hz = 48000;
    facts.gap_count = count;
    facts.gap_frames = frames;
    status_line_gaps(&facts, text, sizeof text);
    assert_string_equal(text, expected);
}

static void tells_gaps_of_any_length(void **state)
{
    (void)state;
    assert_gaps(0, 0, "no gaps");
    assert_gaps(1, 1, "1 gap of under 1 ms");
    assert_gaps(1, 432, "1 gap of 9 ms");
    assert_gaps(2, 47975, "2 gaps, 999 ms in all");
    assert_gaps(1, 47976, "1 gap of 0:00.9"); /* 999.5 ms: there is no "1000 ms" */
    assert_gaps(1, 48000, "1 gap of 0:01.0");
    assert_gaps(3, 3600 * UINT64_C(48000), "3 gaps, 1:00:00.0 in all");
}

static void tells_where_a_recording_stands(void **state)
{
    struct status_facts facts = {0};
    char text[STATUS_LINE_BYTES];
    (void)state;

    facts.head = 1;
    facts.sample_rate_hz = 48000;
    facts.channels = 2;
    facts.committed_bytes = 4194304;
    status_line_format(&facts, text);
    assert_string_equal(text, "0:00.0  1 frame  no gaps  4.0 MiB committed");
    facts.head = 590400;
    facts.levels = 2;
    facts.peak[0] = 0.1f;
    status_line_format(&facts, text);
    assert_string_equal(text, "0:12.3  590400 frames  -20.0 -inf dBFS  no gaps  4.0 MiB committed");
}

/* A week with many gaps: the gaps stay in sight, the line on one line. */
static void fits_a_terminal_without_losing_the_gaps(void **state)
{
    struct status_facts facts = {.head = UINT64_C(29030400000), .sample_rate_hz = 48000,
                                 .channels = 6, .committed_bytes = UINT64_C(116181237760),
                                 .gap_count = 12, .gap_frames = 600000, .levels = 2,
                                 .peak = {0.25f, 0.25f}};
    char text[STATUS_LINE_BYTES];
    (void)state;

    status_line_format(&facts, text);
    assert_int_equal(status_line_fit(text, 79), 75);
    assert_string_equal(text, "168:00:00.0  29030400000 frames  -12.0 -12.0 \xE2\x80\xA6 dBFS  "
                              "12 gaps, 0:12.5 in all");
    assert_int_equal(status_line_fit(text, 79), 75);
}

static void fits_terminals_of_other_widths(void **state)
{
    struct status_facts facts = {.head = 590400, .sample_rate_hz = 48000, .channels = 6,
                                 .committed_bytes = 4194304, .levels = 2, .peak = {0.25f, 0.25f}};
    char text[STATUS_LINE_BYTES];
    (void)state;

    for (size_t columns = 0; columns < 100; columns++) {
        status_line_format(&facts, text);
        assert_true(status_line_fit(text, columns) <= columns);
    }
    status_line_format(&facts, text);
    assert_int_equal(status_line_fit(text, 69), 69);
    assert_int_equal(status_line_fit(text, 68), 50);
    assert_int_equal(status_line_fit(text, 30), 21);
    assert_string_equal(text, "0:12.3  590400 frames");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_gaps_of_any_length),
        cmocka_unit_test(tells_where_a_recording_stands),
        cmocka_unit_test(fits_a_terminal_without_losing_the_gaps),
        cmocka_unit_test(fits_terminals_of_other_widths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
