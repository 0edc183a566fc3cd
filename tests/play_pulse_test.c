/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "output_pulse.h"

#define MS 1000000u

static void counts_how_long_a_device_asks_for_nothing(void **state)
{
    struct output_pulse pulse = {0};

    (void)state;
    assert_int_equal(output_pulse_look(&pulse, 0, 7000 * MS), 0);
    assert_int_equal(output_pulse_look(&pulse, 0, 7005 * MS), 5 * MS);
    assert_int_equal(output_pulse_look(&pulse, 480, 7010 * MS), 0);
    assert_int_equal(output_pulse_look(&pulse, 480, 7015 * MS), 5 * MS);
    assert_int_equal(output_pulse_look(&pulse, 480, 7020 * MS), 10 * MS);
    assert_int_equal(output_pulse_look(&pulse, 481, 7025 * MS), 0);
}

static void blames_no_device_for_a_computer_that_slept(void **state)
{
    struct output_pulse pulse = {0};

    (void)state;
    output_pulse_look(&pulse, 480, 1000 * MS);
    output_pulse_look(&pulse, 480, 1005 * MS);
    assert_int_equal(output_pulse_look(&pulse, 480, 3600000u * (uint64_t)MS), 105 * MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_how_long_a_device_asks_for_nothing),
        cmocka_unit_test(blames_no_device_for_a_computer_that_slept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
