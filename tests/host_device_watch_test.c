/* SPDX-License-Identifier: MIT */
/* When a device counts as one that hangs: by a scripted clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <string.h>

#include "device_watch.h"

#define HZ UINT64_C(10000000)
#define LOOKS_PER_SECOND 10u

static struct device_watch watch;
static uint64_t now;

static struct device_call call_of(enum device_call_kind kind)
{
    return (struct device_call){.kind = kind, .since = now, .name = "portaudio:TEST:device"};
}

static const struct device_call idle = {.kind = DEVICE_CALL_NONE};

/* Looks so many seconds long. Returns the first verdict but DEVICE_WELL, and then stops. */
static enum device_verdict look(const struct device_call *call, uint32_t seconds)
{
    for (uint32_t i = 0; i < seconds * LOOKS_PER_SECOND; i++) {
        now += HZ / LOOKS_PER_SECOND;
        enum device_verdict verdict = device_watch_look(&watch, call, now);
        if (verdict != DEVICE_WELL)
            return verdict;
    }
    return DEVICE_WELL;
}

static int begin(bool may_give_up)
{
    now = 123 * HZ;
    device_watch_init(&watch, &device_patience, may_give_up, HZ);
    return look(&idle, 20);
}

static void says_once_that_a_device_hangs_and_once_that_it_answers(void **state)
{
    (void)state;

    assert_int_equal(begin(false), DEVICE_WELL);
    struct device_call call = call_of(DEVICE_CALL_STOP);
    assert_int_equal(look(&call, 9), DEVICE_WELL);
    assert_int_equal(look(&call, 2), DEVICE_HANGS);
    assert_int_equal(device_watch_seconds(&watch), 10);
    assert_int_equal(look(&call, 600), DEVICE_WELL);
    assert_int_equal(look(&idle, 1), DEVICE_ANSWERS);
    assert_int_equal(device_watch_seconds(&watch), 610);
    assert_int_equal(look(&idle, 600), DEVICE_WELL);
}

static void says_it_again_every_hour(void **state)
{
    (void)state;

    begin(false);
    struct device_call call = call_of(DEVICE_CALL_OPEN);
    assert_int_equal(look(&call, 11), DEVICE_HANGS);
    assert_int_equal(look(&call, 3599), DEVICE_WELL);
    assert_int_equal(look(&call, 1), DEVICE_HANGS);
    assert_int_equal(device_watch_seconds(&watch), 3610);
}

static void gives_up_only_where_somebody_goes_on(void **state)
{
    (void)state;

    begin(true);
    struct device_call call = call_of(DEVICE_CALL_OPEN);
    assert_int_equal(look(&call, 11), DEVICE_HANGS);
    assert_int_equal(look(&call, 19), DEVICE_WELL);
    assert_int_equal(look(&call, 1), DEVICE_GIVEN_UP);
    assert_int_equal(device_watch_seconds(&watch), 30);
    assert_int_equal(look(&call, 1), DEVICE_GIVEN_UP); /* whoever could not then, can now */

    begin(false);
    call = call_of(DEVICE_CALL_OPEN);
    assert_int_equal(look(&call, 11), DEVICE_HANGS);
    assert_int_equal(look(&call, 3000), DEVICE_WELL);
}

static void does_not_give_up_what_is_recorded_meanwhile(void **state)
{
    (void)state;

    begin(true);
    struct device_call call = call_of(DEVICE_CALL_START);
    call.is_covered = true;
    assert_int_equal(look(&call, 11), DEVICE_HANGS);
    assert_int_equal(look(&call, 3000), DEVICE_WELL);
    call.is_covered = false; /* the fallback is lost, too */
    assert_int_equal(look(&call, 1), DEVICE_GIVEN_UP);
}

/* Each may take long: only one that takes too long hangs. */
static void calls_that_return_are_counted_each_for_itself(void **state)
{
    static const enum device_call_kind kinds[] = {DEVICE_CALL_OPEN, DEVICE_CALL_START,
                                                  DEVICE_CALL_STOP, DEVICE_CALL_CLOSE};
    (void)state;

    begin(true);
    for (size_t i = 0; i < 40; i++) {
        struct device_call call = call_of(kinds[i % 4]);
        assert_int_equal(look(&call, 9), DEVICE_WELL);
    }
    /* The next one begins before anybody has seen that the one that was told of has returned. */
    struct device_call call = call_of(DEVICE_CALL_STOP);
    assert_int_equal(look(&call, 11), DEVICE_HANGS);
    call = call_of(DEVICE_CALL_CLOSE);
    assert_int_equal(look(&call, 1), DEVICE_ANSWERS);
    assert_int_equal(look(&call, 11), DEVICE_HANGS);
    assert_int_equal(device_watch_seconds(&watch), 10);
}

static void a_machine_that_slept_has_no_device_that_hangs(void **state)
{
    (void)state;

    begin(true);
    struct device_call call = call_of(DEVICE_CALL_OPEN);
    assert_int_equal(look(&call, 1), DEVICE_WELL);
    now += 8 * 3600 * HZ;
    assert_int_equal(look(&call, 7), DEVICE_WELL);
    assert_int_equal(look(&call, 2), DEVICE_HANGS);
}

static void says_what_is_wrong_and_what_to_do(void **state)
{
    char text[500];
    (void)state;

    begin(false);
    struct device_call call = call_of(DEVICE_CALL_CLOSE);
    assert_int_equal(look(&call, 11), DEVICE_HANGS);
    device_watch_print(&watch, &call, text, sizeof text);
    assert_string_equal(text, "'portaudio:TEST:device' has not answered for 10 s while it was "
                              "closed: its driver or the sound system hangs; connect it anew, or "
                              "restart the sound system (on Windows the service 'Windows Audio')");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_once_that_a_device_hangs_and_once_that_it_answers),
        cmocka_unit_test(says_it_again_every_hour),
        cmocka_unit_test(gives_up_only_where_somebody_goes_on),
        cmocka_unit_test(does_not_give_up_what_is_recorded_meanwhile),
        cmocka_unit_test(calls_that_return_are_counted_each_for_itself),
        cmocka_unit_test(a_machine_that_slept_has_no_device_that_hangs),
        cmocka_unit_test(says_what_is_wrong_and_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
