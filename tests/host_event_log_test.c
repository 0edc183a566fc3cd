/* SPDX-License-Identifier: MIT */
/* The event log's source and texts. What is reported Wine drops, so that only this much is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "event_log.h"
#include "message_rig.h"

#define NOT_ALLOWED 5u /* ERROR_ACCESS_DENIED */

static const char *program; /* tapemapd.exe */

static void the_program_has_a_text_for_each_kind(void **state)
{
    static const char expected[] = "deck d\xC3\xA4: the disk is full";
    char text[256];

    (void)state;
    for (int kind = MESSAGE_RIG_TOLD; kind <= MESSAGE_RIG_FAILED; kind++) {
        message_rig_text(program, (enum message_rig_kind)kind, "deck d\xC3\xA4",
                         "the disk is full", text);
        assert_memory_equal(text, expected, sizeof expected - 1);
        assert_int_equal(strspn(text + sizeof expected - 1, "\r\n"),
                         strlen(text + sizeof expected - 1));
    }
}

/* Only an administrator may do it. */
static void register_or_skip(const char *service)
{
    uint32_t code = event_log_register(service);

    if (code == NOT_ALLOWED)
        skip();
    assert_int_equal(code, 0);
}

static void is_registered_and_unregistered(void **state)
{
    (void)state;
    event_log_report(LOG_ERROR, "nobody", "nothing is registered, so nothing happens");
    register_or_skip("one");
    assert_true(message_rig_is_registered());
    event_log_report(LOG_WARNING, "deck a", "reported, though nobody sees it on Wine");
    assert_int_equal(event_log_register("one"), 0);
    assert_int_equal(event_log_unregister("one"), 0);
    assert_false(message_rig_is_registered());
    assert_int_equal(event_log_unregister("one"), 0);
}

static void stays_while_another_service_needs_it(void **state)
{
    (void)state;
    register_or_skip("one");
    assert_int_equal(event_log_register("another"), 0);
    assert_int_equal(event_log_unregister("one"), 0);
    assert_true(message_rig_is_registered());
    assert_int_equal(event_log_unregister("one"), 0);
    assert_true(message_rig_is_registered());
    assert_int_equal(event_log_unregister("another"), 0);
    assert_false(message_rig_is_registered());
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_program_has_a_text_for_each_kind),
        cmocka_unit_test(is_registered_and_unregistered),
        cmocka_unit_test(stays_while_another_service_needs_it),
    };

    if (argc != 2)
        return 2;
    program = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
