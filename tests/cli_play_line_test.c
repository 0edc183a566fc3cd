/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "play_line.h"

#define RATE 48000u
#define AT_14_05_30 (UINT64_C(1763733930) * 1000000000u) /* on 2025-11-21 */

static struct play_line following(void)
{
    return (struct play_line){
        .state = "live",
        .position = 10 * RATE,
        .head = 10 * RATE + RATE / 2,
        .rate_hz = RATE,
        .wall_ns = AT_14_05_30,
        .speed = 1,
        .is_growing = true,
        .message = "",
    };
}

static void assert_line(const struct play_line *line, unsigned columns, const char *expected)
{
    char out[PLAY_LINE_BYTES];

    assert_ptr_equal(play_line(line, columns, out), out);
    assert_string_equal(out, expected);
}

static void tells_position_clock_and_distance(void **state)
{
    struct play_line line = following();
    (void)state;

    assert_line(&line, 0, "   0:10.0  14:05:30  0:00.5 behind  live");
}

static void tells_what_is_left_of_a_tape_that_has_ended(void **state)
{
    struct play_line line = following();
    (void)state;

    line.is_growing = false;
    line.state = "playing";
    line.head = 75 * RATE;
    assert_line(&line, 0, "   0:10.0  14:05:30  1:05.0 left  playing");
}

static void is_silent_about_a_clock_that_is_not_known(void **state)
{
    struct play_line line = following();
    (void)state;

    line.wall_ns = 0;
    assert_line(&line, 0, "   0:10.0  0:00.5 behind  live");
}

static void tells_another_speed_and_the_last_word(void **state)
{
    struct play_line line = following();
    (void)state;

    line.speed = 0.75;
    line.state = "playing";
    line.message = "marked 0:09.5";
    assert_line(&line, 0, "   0:10.0  14:05:30  0:00.5 behind  playing at 0.75x  marked 0:09.5");
}

static void counts_no_distance_when_it_is_past_the_head(void **state)
{
    struct play_line line = following();
    (void)state;

    line.head = line.position - 1;
    assert_line(&line, 0, "   0:10.0  14:05:30  0:00.0 behind  live");
}

static void is_cut_to_the_terminal(void **state)
{
    struct play_line line = following();
    (void)state;

    assert_line(&line, 19, "   0:10.0  14:05:30");
}

static void has_room_for_the_longest(void **state)
{
    struct play_line line = following();
    char message[200];
    char out[PLAY_LINE_BYTES];
    (void)state;

    memset(message, 'm', sizeof message - 1);
    message[sizeof message - 1] = '\0';
    line.position = UINT64_MAX - 1;
    line.head = UINT64_MAX;
    line.rate_hz = 1;
    line.speed = 0.123456789;
    line.message = message;
    assert_true(strlen(play_line(&line, 10000, out)) < PLAY_LINE_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_position_clock_and_distance),
        cmocka_unit_test(tells_what_is_left_of_a_tape_that_has_ended),
        cmocka_unit_test(is_silent_about_a_clock_that_is_not_known),
        cmocka_unit_test(tells_another_speed_and_the_last_word),
        cmocka_unit_test(counts_no_distance_when_it_is_past_the_head),
        cmocka_unit_test(is_cut_to_the_terminal),
        cmocka_unit_test(has_room_for_the_longest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
