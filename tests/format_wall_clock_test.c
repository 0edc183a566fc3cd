/* SPDX-License-Identifier: MIT */
/* From the clocks on the wall to UTC, and the days of the calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "wall_clock.h"

#define SPRING_S 1774746000u /* 2026-03-29T01:00:00Z: 02:00 becomes 03:00 */
#define AUTUMN_S 1792890000u /* 2026-10-25T01:00:00Z: 03:00 becomes 02:00 */
#define NS_PER_SECOND UINT64_C(1000000000)
#define HOUR_NS (3600 * (int64_t)NS_PER_SECOND)

static int64_t berlin(uint64_t utc_ns)
{
    bool is_summer = utc_ns >= SPRING_S * NS_PER_SECOND && utc_ns < AUTUMN_S * NS_PER_SECOND;
    return (is_summer ? 2 : 1) * HOUR_NS;
}

/* As Berlin, mirrored: west of Greenwich. */
static int64_t behind(uint64_t utc_ns)
{
    return berlin(utc_ns) - 8 * HOUR_NS;
}

static uint64_t utc_of(struct calendar wall, wall_clock_offset *offset)
{
    uint64_t utc_ns = 7;
    assert_true(wall_clock_to_utc(&wall, offset, &utc_ns));
    return utc_ns / NS_PER_SECOND;
}

static void follows_summer_and_winter(void **state)
{
    (void)state;
    assert_int_equal(utc_of((struct calendar){2026, 1, 1, 13, 0, 0}, berlin), 1767268800);
    assert_int_equal(utc_of((struct calendar){2026, 7, 1, 14, 0, 0}, berlin), 1782907200);
    assert_int_equal(utc_of((struct calendar){2026, 7, 1, 14, 0, 0}, behind),
                     1782907200 + 8 * 3600);
}

static void takes_the_first_of_an_hour_that_comes_twice(void **state)
{
    (void)state;
    assert_int_equal(utc_of((struct calendar){2026, 10, 25, 1, 59, 59}, berlin), AUTUMN_S - 3601);
    assert_int_equal(utc_of((struct calendar){2026, 10, 25, 2, 0, 0}, berlin), AUTUMN_S - 3600);
    assert_int_equal(utc_of((struct calendar){2026, 10, 25, 2, 59, 59}, berlin), AUTUMN_S - 1);
    assert_int_equal(utc_of((struct calendar){2026, 10, 25, 3, 0, 0}, berlin), AUTUMN_S + 3600);
}

static void counts_on_through_an_hour_that_never_comes(void **state)
{
    (void)state;
    assert_int_equal(utc_of((struct calendar){2026, 3, 29, 1, 59, 59}, berlin), SPRING_S - 1);
    assert_int_equal(utc_of((struct calendar){2026, 3, 29, 2, 0, 0}, berlin), SPRING_S);
    assert_int_equal(utc_of((struct calendar){2026, 3, 29, 2, 30, 0}, berlin), SPRING_S + 1800);
    assert_int_equal(utc_of((struct calendar){2026, 3, 29, 3, 0, 0}, berlin), SPRING_S);
}

static void refuses_what_no_calendar_shows(void **state)
{
    static const struct calendar bad[] = {
        {2026, 2, 29, 0, 0, 0}, {2100, 2, 29, 0, 0, 0}, {2026, 4, 31, 0, 0, 0},
        {2026, 0, 1, 0, 0, 0}, {2026, 13, 1, 0, 0, 0}, {2026, 1, 0, 0, 0, 0},
        {2026, 1, 32, 0, 0, 0}, {2026, 1, 1, 24, 0, 0}, {2026, 1, 1, 0, 60, 0},
        {2026, 1, 1, 0, 0, 60}, {1969, 12, 31, 0, 0, 0}, {2554, 1, 1, 0, 0, 0},
        {1970, 1, 1, 0, 0, 0}, /* its offset might lead before 1970 */
    };
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t utc_ns = 7;
        if (wall_clock_to_utc(&bad[i], berlin, &utc_ns) || utc_ns != 7)
            fail_msg("row %zu was accepted", i);
    }
}

static void leads_back_on_every_day(void **state)
{
    (void)state;
    for (uint64_t day = 2; day < 200000; day++) {
        struct calendar at = calendar_of((day * 86400 + 86399) * NS_PER_SECOND);
        uint64_t seconds = 0;
        assert_true(calendar_seconds(&at, &seconds));
        assert_int_equal(seconds, day * 86400 + 86399);
    }
}

static void shows_what_the_wall_shows(void **state)
{
    (void)state;
    struct calendar wall = wall_clock_of(AUTUMN_S * NS_PER_SECOND, berlin);
    assert_int_equal(wall.hour, 2);
    wall = wall_clock_of((AUTUMN_S - 1) * NS_PER_SECOND, berlin);
    assert_int_equal(wall.hour, 2);
    assert_int_equal(wall.second, 59);
    assert_int_equal(wall_clock_of(5, behind).year, 1970);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_summer_and_winter),
        cmocka_unit_test(takes_the_first_of_an_hour_that_comes_twice),
        cmocka_unit_test(counts_on_through_an_hour_that_never_comes),
        cmocka_unit_test(refuses_what_no_calendar_shows),
        cmocka_unit_test(leads_back_on_every_day),
        cmocka_unit_test(shows_what_the_wall_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
