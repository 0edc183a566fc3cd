/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli_text.h"
#include "watch_row.h"

static struct watch_row recording(void)
{
    struct watch_row row = {.peak_db = -6.04, .has_peak = true};

    strcpy(row.deck.name, "Küche");
    row.info.sample_rate_hz = 48000;
    row.now.state = TAPEMAP_STATE_RECORDING;
    row.now.head = 480000;
    row.now.gap_count = 3;
    row.now.reader_count = 2;
    return row;
}

static void assert_line(const struct watch_row *row, const char *expected)
{
    char line[WATCH_LINE_BYTES];

    watch_line(row, 6, line);
    assert_string_equal(line, expected);
}

static void tells_a_deck_in_columns(void **state)
{
    struct watch_row row = recording();
    (void)state;

    assert_line(&row, "  Küche   recording          0:10.0      3        2    -6.0");
    row.peak_db = -HUGE_VAL;
    row.deck.is_global = 1;
    assert_line(&row, "  Küche   recording          0:10.0      3        2    -inf  global");
}

static void points_at_decks_that_somebody_should_look_at(void **state)
{
    struct watch_row row = recording();
    (void)state;

    row.now.warnings = TAPEMAP_WARNING_SILENT_INPUT | TAPEMAP_WARNING_FALLBACK;
    assert_line(&row, "! Küche   recording          0:10.0      3        2    -6.0  "
                      "silent-input, fallback");
    row = recording();
    row.now.is_stalled = 1;
    row.now.heartbeat_age_ns = 3900000000u;
    assert_line(&row, "! Küche   stalled            0:10.0      3        2       -  "
                      "no sign of life for 3 s");
    row = recording();
    row.now.state = TAPEMAP_STATE_SOURCE_LOST;
    assert_line(&row, "! Küche   source-lost        0:10.0      3        2       -");
    row.status = TAPEMAP_E_DENIED;
    assert_line(&row, "! Küche   unreadable: access is denied");
}

static void tells_why_a_deck_has_ended(void **state)
{
    struct watch_row row = recording();
    (void)state;

    row.now.state = TAPEMAP_STATE_ENDED;
    row.now.reason = TAPEMAP_REASON_REQUESTED;
    assert_line(&row, "  Küche   ended              0:10.0      3        2       -  requested");
    row.now.reason = TAPEMAP_REASON_FAILURE;
    strcpy(row.now.reason_text, "the disk\x1b[2J is gone");
    assert_line(&row, "! Küche   ended              0:10.0      3        2       -  "
                      "failure: the disk?[2J is gone");
}

static void knows_a_change_from_time_going_by(void **state)
{
    struct watch_row before = recording();
    struct watch_row now = recording();
    (void)state;

    now.now.head += 48000;
    now.peak_db = -1.0;
    assert_false(watch_has_changed(&before, &now));
    now.now.gap_count++;
    assert_true(watch_has_changed(&before, &now));
    now = recording();
    now.now.warnings = TAPEMAP_WARNING_FALLBACK;
    assert_true(watch_has_changed(&before, &now));
    now = recording();
    now.now.is_stalled = 1;
    assert_true(watch_has_changed(&before, &now));
}

static void fits_lines_to_a_terminal(void **state)
{
    char line[WATCH_LINE_BYTES] = "Küche";
    (void)state;

    watch_fit(line, 8);
    assert_string_equal(line, "Küche   ");
    watch_fit(line, 2);
    assert_string_equal(line, "Kü");
    watch_fit(line, 600);
    assert_int_equal(strlen(line), WATCH_LINE_BYTES - 1);
}

static void names_only_warnings_that_it_knows(void **state)
{
    char text[CLI_TEXT_WARNINGS_BYTES];
    (void)state;

    assert_string_equal(cli_text_warnings(0, text), "");
    assert_string_equal(cli_text_warnings(TAPEMAP_WARNING_FALLBACK | 1u << 31, text), "fallback");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_a_deck_in_columns),
        cmocka_unit_test(points_at_decks_that_somebody_should_look_at),
        cmocka_unit_test(tells_why_a_deck_has_ended),
        cmocka_unit_test(knows_a_change_from_time_going_by),
        cmocka_unit_test(fits_lines_to_a_terminal),
        cmocka_unit_test(names_only_warnings_that_it_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
