/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "keep_stretch.h"

static void assert_stretch(struct keep_stretch found, uint64_t from, uint64_t to, uint64_t unmade)
{
    assert_int_equal(found.from, from);
    assert_int_equal(found.to, to);
    assert_int_equal(found.unmade, unmade);
}

static void takes_the_newest_frames(void **state)
{
    (void)state;
    assert_stretch(keep_last(1000, 300), 700, 1000, 0);
    assert_stretch(keep_last(1000, 1000), 0, 1000, 0);
    assert_stretch(keep_last(1000, 1001), 0, 1000, 1);
    assert_stretch(keep_last(0, UINT64_MAX), 0, 0, UINT64_MAX);
}

static void takes_frames_on_both_sides_of_a_position(void **state)
{
    (void)state;
    assert_stretch(keep_around(1000, 300, 200), 700, 1200, 0);
    assert_stretch(keep_around(100, 300, 200), 0, 300, 200);
    assert_stretch(keep_around(1000, 0, 200), 1000, 1200, 0);
    assert_stretch(keep_around(1000, 0, UINT64_MAX), 1000, UINT64_MAX, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_newest_frames),
        cmocka_unit_test(takes_frames_on_both_sides_of_a_position),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
