/* SPDX-License-Identifier: MIT */
/* The thread of a recorder's sources, beside a keeper that does not wait for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>

#include "source_thread.h"

static void tell(void *context, const char *text)
{
    (void)context;
    (void)text;
}

static bool goes_on(void *context, const struct device_call *call, struct failure *failure)
{
    (void)context;
    (void)call;
    (void)failure;
    return true;
}

/* Who is stopped before his source was started ticks on to his end all the same. */
static void a_keeper_may_tick_before_its_source_is_started(void **state)
{
    const struct source_plan plan = {.source = "tone:ramp", .speed_thousandths = 1000};
    const struct source_waiting waiting = {.tell = tell, .goes_on = goes_on};
    struct source_thread *thread;
    struct failure failure;
    (void)state;

    assert_int_equal(source_thread_open(&plan, &waiting, &thread, &failure), TAPEMAP_OK);
    source_thread_tick(thread);
    assert_false(source_thread_has_answered(thread));
    source_thread_stop(thread);
    source_thread_tick(thread);
    assert_true(source_thread_close(thread));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_keeper_may_tick_before_its_source_is_started),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
