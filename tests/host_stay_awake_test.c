/* SPDX-License-Identifier: MIT */
/* In which states a recorder keeps the machine awake. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>

#include "stay_awake.h"
#include "tapemap/layout.h"

static void keeps_awake_while_sound_may_come(void **state)
{
    (void)state;

    assert_true(stay_awake_is_wanted(TAPEMAP_STATE_STARTING, false));
    assert_true(stay_awake_is_wanted(TAPEMAP_STATE_RECORDING, false));
    assert_true(stay_awake_is_wanted(TAPEMAP_STATE_SOURCE_LOST, false));
    assert_true(stay_awake_is_wanted(TAPEMAP_STATE_WAITING, false));
}

static void lets_sleep_when_paused_and_at_the_end(void **state)
{
    (void)state;

    assert_false(stay_awake_is_wanted(TAPEMAP_STATE_PAUSED, false));
    assert_false(stay_awake_is_wanted(TAPEMAP_STATE_ENDED, false));
}

static void lets_sleep_when_that_was_asked_for(void **state)
{
    (void)state;

    for (uint64_t each = 0; each <= TAPEMAP_STATE_PAUSED; each++)
        assert_false(stay_awake_is_wanted(each, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_awake_while_sound_may_come),
        cmocka_unit_test(lets_sleep_when_paused_and_at_the_end),
        cmocka_unit_test(lets_sleep_when_that_was_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
