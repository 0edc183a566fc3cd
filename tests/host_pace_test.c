/* SPDX-License-Identifier: MIT */
/* How many frames a pulled source owes at a moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>

#include "pace.h"

#define CLOCK_HZ 10000000u
#define MS (CLOCK_HZ / 1000)

static struct pace_schedule schedule_of(uint32_t thousandths, uint32_t rate_hz)
{
    return (struct pace_schedule){thousandths, rate_hz, CLOCK_HZ, 77777};
}

static uint64_t due_after(uint32_t thousandths, uint32_t rate_hz, uint64_t ticks)
{
    struct pace_schedule schedule = schedule_of(thousandths, rate_hz);
    return pace_due_frames(&schedule, schedule.start_clock + ticks);
}

static void paces_by_the_clock(void **state)
{
    (void)state;

    assert_true(due_after(1000, 48000, CLOCK_HZ) == 48000);
    assert_true(due_after(4000, 48000, CLOCK_HZ) == 192000);
    assert_true(due_after(500, 48000, CLOCK_HZ) == 24000);
    /* Ten weeks of the fastest there is: nothing wraps. */
    assert_true(due_after(1000000, 3072000, UINT64_C(60480000000000)) ==
                UINT64_C(6048000) * 3072000000);
}

static void waits_until_frames_are_due(void **state)
{
    struct pace_schedule normal = schedule_of(1000, 48000);
    struct pace_schedule slowest = schedule_of(1, 1);
    (void)state;

    assert_int_equal(pace_wait_ms(&normal, 480, 480), 0);
    assert_int_equal(pace_wait_ms(&normal, 480, 0), 11);
    assert_int_equal(pace_wait_ms(&slowest, 10, 0), 1000);
}

/* A pump on a scripted clock: takes what is due, in steps of 10 ms. */
struct scripted_pump {
    struct pace_schedule schedule;
    uint64_t clock;
    uint64_t frames;
    uint64_t largest; /* most frames in one go */
};

static struct scripted_pump start_pump(uint32_t thousandths, uint32_t rate_hz)
{
    struct pace_schedule schedule = schedule_of(thousandths, rate_hz);
    return (struct scripted_pump){schedule, schedule.start_clock, 0, 0};
}

static void run_pump(struct scripted_pump *pump, uint64_t ms)
{
    for (uint64_t end = pump->clock + ms * MS; pump->clock < end; pump->clock += 10 * MS) {
        pace_forgive(&pump->schedule, pump->frames, pump->clock);
        uint64_t due = pace_due_frames(&pump->schedule, pump->clock);
        assert_true(due >= pump->frames);
        if (due - pump->frames > pump->largest)
            pump->largest = due - pump->frames;
        pump->frames = due;
    }
}

static void a_short_delay_is_made_good(void **state)
{
    (void)state;
    struct scripted_pump pump = start_pump(1000, 48000);
    for (int i = 0; i < 100; i++) {
        run_pump(&pump, 1000);
        pump.clock += 490 * MS;
    }
    run_pump(&pump, 10);
    assert_int_equal(pump.frames, 149000 * 48);
    assert_int_equal(pump.largest, 500 * 48);
}

static void a_long_stop_is_no_flood_afterwards(void **state)
{
    (void)state;
    const uint64_t stops_ms[] = {600, 9000, 3600000, UINT64_C(604800000)};
    for (size_t i = 0; i < sizeof stops_ms / sizeof stops_ms[0]; i++) {
        struct scripted_pump pump = start_pump(1000, 44100);
        run_pump(&pump, 10000);
        pump.clock += stops_ms[i] * MS;
        run_pump(&pump, 10000);
        assert_in_range(pump.largest, 22050, 22051);
        /* From then on again at the exact speed: ten seconds, and the half that is made good. */
        assert_in_range(pump.frames, 20450 * 441 / 10, 20510 * 441 / 10);
    }
}

static void a_stop_before_the_first_frame_is_no_flood(void **state)
{
    (void)state;
    struct scripted_pump pump = start_pump(1000, 48000);
    pump.clock += 5000 * MS;
    run_pump(&pump, 1000);
    assert_in_range(pump.largest, 24000, 24001);
}

static void the_slowest_and_the_fastest_are_not_held_back(void **state)
{
    (void)state;
    struct scripted_pump slowest = start_pump(1, 1);
    run_pump(&slowest, 10000000);
    assert_int_equal(slowest.frames, 9);
    struct scripted_pump fastest = start_pump(1000000, 3072000);
    run_pump(&fastest, 10000);
    assert_int_equal(fastest.frames, UINT64_C(9990) * 3072000);
}

static void reads_factors_to_the_thousandth(void **state)
{
    struct pace_speed speed = {false, 0};
    (void)state;

    assert_true(pace_parse("0.001x", &speed));
    assert_int_equal(speed.thousandths, 1);
    assert_true(pace_parse("1.5x", &speed));
    assert_int_equal(speed.thousandths, 1500);
    assert_true(pace_parse("1000x", &speed));
    assert_int_equal(speed.thousandths, 1000000);
    assert_false(pace_parse("1000.001x", &speed));
    assert_false(pace_parse("x", &speed));
    assert_false(pace_parse("", &speed));
    assert_int_equal(speed.thousandths, 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paces_by_the_clock),
        cmocka_unit_test(waits_until_frames_are_due),
        cmocka_unit_test(a_short_delay_is_made_good),
        cmocka_unit_test(a_long_stop_is_no_flood_afterwards),
        cmocka_unit_test(a_stop_before_the_first_frame_is_no_flood),
        cmocka_unit_test(the_slowest_and_the_fastest_are_not_held_back),
        cmocka_unit_test(reads_factors_to_the_thousandth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
