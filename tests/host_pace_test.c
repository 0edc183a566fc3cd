/* SPDX-License-Identifier: MIT */
/* How many frames a pulled source owes at a moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>

#include "pace.h"

static void paces_by_the_clock(void **state)
{
    (void)state;

    assert_true(pace_due_frames(1000, 48000, 10000000, 10000000) == 48000);
    assert_true(pace_due_frames(4000, 48000, 10000000, 10000000) == 192000);
    assert_true(pace_due_frames(500, 48000, 10000000, 10000000) == 24000);
    /* Ten weeks of the fastest there is: nothing wraps. */
    assert_true(pace_due_frames(1000000, 3072000, UINT64_C(60480000000000), 10000000) ==
                UINT64_C(6048000) * 3072000000);
}

static void waits_until_frames_are_due(void **state)
{
    (void)state;

    assert_int_equal(pace_wait_ms(1000, 48000, 480, 480), 0);
    assert_int_equal(pace_wait_ms(1000, 48000, 480, 0), 11);
    assert_int_equal(pace_wait_ms(1, 1, 10, 0), 1000);
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
        cmocka_unit_test(reads_factors_to_the_thousandth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
