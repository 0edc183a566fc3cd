/* SPDX-License-Identifier: MIT */
/* Drift of the device and steps of the system's clock, from anchors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock_drift.h"

#define HZ 10000000u
#define RATE_HZ 48000u
#define SECOND_NS UINT64_C(1000000000)
#define START_NS (UINT64_C(1700000000) * SECOND_NS)

static struct clock_drift drift;

static int setup(void **state)
{
    (void)state;
    clock_drift_init(&drift, HZ, RATE_HZ);
    return 0;
}

static struct clock_point add(uint64_t position, uint64_t second, int64_t ahead_ns)
{
    const struct tapemap_record anchor = {
        .position = position, .clock = 777 + second * HZ,
        .utc_ns = START_NS + second * SECOND_NS + (uint64_t)ahead_ns,
        .kind = TAPEMAP_RECORD_ANCHOR,
    };
    return clock_drift_add(&drift, &anchor);
}

static void assert_near(double expected, double found)
{
    if (found < expected - 0.001 || found > expected + 0.001)
        fail_msg("%f instead of %f", found, expected);
}

static void measures_a_fast_and_a_slow_device(void **state)
{
    (void)state;
    for (uint64_t second = 0; second <= 1000; second++) {
        struct clock_point point = add(second * 48012, second, 0);
        assert_int_equal(point.has_drift, second >= 10);
        assert_int_equal(point.step_ns, 0);
        if (point.has_drift)
            assert_near(250, point.drift_ppm);
    }
    setup(state);
    add(0, 0, 0);
    assert_near(-1000, add(UINT64_C(47952) * 3600, 3600, 0).drift_ppm);
}

static void leaves_out_the_time_in_which_the_tape_stood_still(void **state)
{
    (void)state;
    add(0, 0, 0);
    add(100 * 48000, 100, 0);
    add(100 * 48000, 5000, 0); /* paused */
    assert_near(0, add(200 * 48000, 5100, 0).drift_ppm);
}

static void leaves_out_the_time_of_a_gap(void **state)
{
    (void)state;
    add(0, 0, 0);
    add(100 * 48000, 100, 0);
    clock_drift_pass_gap(&drift);
    assert_near(0, add(104 * 48000, 105, 0).drift_ppm); /* a gap that came out a second short */
    assert_near(0, add(204 * 48000, 205, 0).drift_ppm);
}

static void sees_the_clock_set_and_not_slewed(void **state)
{
    (void)state;
    add(0, 0, 0);
    assert_int_equal(add(48000, 1, 50000000).step_ns, 0);
    assert_int_equal(add(96000, 2, -40000000).step_ns, 0);
    assert_int_equal(add(144000, 3, 3600 * (int64_t)SECOND_NS).step_ns,
                     3600 * (int64_t)SECOND_NS + 40000000);
    assert_int_equal(add(192000, 4, 0).step_ns, -3600 * (int64_t)SECOND_NS);
    assert_int_equal(add(UINT64_C(48000) * 10000, 10000, 5 * (int64_t)SECOND_NS).step_ns, 0);
}

static void says_nothing_across_a_machine_that_began_anew(void **state)
{
    struct clock_point point;
    (void)state;

    add(0, 5000, 0);
    add(48000 * 20, 5020, 0);
    point = add(48000 * 30, 3, 7200 * (int64_t)SECOND_NS);
    assert_int_equal(point.step_ns, 0);
    assert_near(0, point.drift_ppm);
    clock_drift_pass_resume(&drift);
    point = add(48000 * 40, 9000, 3 * (int64_t)SECOND_NS); /* and is further than it was */
    assert_int_equal(point.step_ns, 0);
    assert_near(0, point.drift_ppm);
    assert_int_equal(add(48000 * 41, 9001, 3 * (int64_t)SECOND_NS).step_ns, 0);
}

static void survives_mad_anchors(void **state)
{
    static const uint64_t values[] = {0, 1, UINT64_MAX, UINT64_MAX / 2, START_NS};
    (void)state;

    for (unsigned hz = 0; hz < 2; hz++) {
        clock_drift_init(&drift, hz, hz);
        for (unsigned i = 0; i < 125; i++) {
            const struct tapemap_record anchor = {
                .position = values[i % 5], .clock = values[i / 5 % 5], .utc_ns = values[i / 25],
            };
            (void)clock_drift_add(&drift, &anchor);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(measures_a_fast_and_a_slow_device, setup),
        cmocka_unit_test_setup(leaves_out_the_time_in_which_the_tape_stood_still, setup),
        cmocka_unit_test_setup(leaves_out_the_time_of_a_gap, setup),
        cmocka_unit_test_setup(sees_the_clock_set_and_not_slewed, setup),
        cmocka_unit_test_setup(says_nothing_across_a_machine_that_began_anew, setup),
        cmocka_unit_test(survives_mad_anchors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
