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
    assert_string_equal(text, "0:00.0  1 frame  4.0 MiB committed  no gaps");
    facts.head = 590400;
    facts.levels = 2;
    facts.peak[0] = 0.1f;
    status_line_format(&facts, text);
    assert_string_equal(text, "0:12.3  590400 frames  -20.0 -inf dBFS  4.0 MiB committed  no gaps");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_gaps_of_any_length),
        cmocka_unit_test(tells_where_a_recording_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
