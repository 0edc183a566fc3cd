/* SPDX-License-Identifier: MIT */
/* What a recorder makes of the surroundings in which somebody started it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>

#include "child_rig_win32.h"
#include "keeper_thread.h"
#include "program.h"

static void do_nothing(void *context)
{
    (void)context;
}

/* The priority of a process that was started with `priority` and has begun to record. */
static enum child_rig_class class_after(enum child_rig_class priority)
{
    struct keeper_thread *thread;
    struct failure failure;

    child_rig_set_class(priority);
    assert_int_equal(keeper_thread_start(do_nothing, NULL, &thread, &failure), TAPEMAP_OK);
    keeper_thread_destroy(thread);
    return child_rig_own_class();
}

static void a_recorder_is_not_below_the_others(void **state)
{
    (void)state;
    assert_int_equal(class_after(CHILD_RIG_IDLE), CHILD_RIG_NORMAL);
    assert_int_equal(class_after(CHILD_RIG_BELOW), CHILD_RIG_NORMAL);
    assert_int_equal(class_after(CHILD_RIG_NORMAL), CHILD_RIG_NORMAL);
    assert_int_equal(class_after(CHILD_RIG_ABOVE), CHILD_RIG_ABOVE);
}

/* A drive that is not ready must not hold the thread that asks for it. */
static void no_dialog_of_the_system_waits_for_a_user(void **state)
{
    (void)state;
    assert_true(child_rig_is_without_dialogs());
}

static int run_body(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recorder_is_not_below_the_others),
        cmocka_unit_test(no_dialog_of_the_system_waits_for_a_user),
    };

    (void)argc;
    (void)argv;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return program_run(run_body);
}
