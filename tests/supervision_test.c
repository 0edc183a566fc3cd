/* SPDX-License-Identifier: MIT */
/* When recorders are started, stopped and started again: by a scripted clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_arguments.h"
#include "record_options.h"
#include "supervision.h"

#define MS UINT64_C(1000000)
#define SECOND (1000 * MS)

/* The action now; *due is when to ask again, 0: never. */
static enum supervision_action next(struct supervision *deck, uint64_t now, uint64_t *due)
{
    enum supervision_action action;

    *due = UINT64_MAX;
    action = supervision_next(deck, now, due);
    if (*due == UINT64_MAX)
        *due = 0;
    return action;
}

static void must_start(struct supervision *deck, uint64_t now)
{
    uint64_t due;

    assert_int_equal(next(deck, now, &due), SUPERVISION_START);
    supervision_runs(deck, now);
    assert_int_equal(next(deck, now, &due), SUPERVISION_NOTHING);
    assert_true(due == 0);
}

static void starts_a_killed_recorder_again(void **state)
{
    struct supervision deck;
    uint64_t due;
    (void)state;

    supervision_init(&deck, 5 * SECOND);
    must_start(&deck, 5 * SECOND);
    supervision_ended(&deck, SUPERVISION_END_BROKEN, 7 * SECOND);
    assert_int_equal(deck.state, SUPERVISION_WAITING);
    assert_int_equal(next(&deck, 7 * SECOND, &due), SUPERVISION_NOTHING);
    assert_true(due == 7 * SECOND + 100 * MS);
    assert_int_equal(next(&deck, due, &due), SUPERVISION_START);
    assert_true(deck.restarts == 1);
}

static void gives_a_recorder_as_long_to_stop_as_it_was_told(void **state)
{
    struct supervision deck;
    uint64_t due;
    (void)state;

    supervision_init(&deck, 0);
    deck.stop_limit_ns = 170 * SECOND;
    must_start(&deck, 0);
    supervision_stop(&deck, 0);
    assert_int_equal(next(&deck, SUPERVISION_STOP_LIMIT_NS + SECOND, &due),
                     SUPERVISION_ASK_TO_STOP);
    assert_int_equal(next(&deck, 170 * SECOND, &due), SUPERVISION_TELL_LATE);
}

static void waits_longer_each_time_up_to_a_minute(void **state)
{
    static const unsigned delays_ms[] = {100,  200,   400,   800,   1600,  3200,
                                         6400, 12800, 25600, 51200, 60000, 60000};
    struct supervision deck;
    uint64_t now = 0;
    uint64_t due;
    (void)state;

    supervision_init(&deck, now);
    for (size_t i = 0; i < sizeof delays_ms / sizeof delays_ms[0]; i++) {
        must_start(&deck, now);
        supervision_ended(&deck, SUPERVISION_END_BROKEN, now);
        next(&deck, now, &due);
        assert_true(due == now + delays_ms[i] * MS);
        now = due;
    }
    /* One that could not even be started counts the same. */
    supervision_ended(&deck, SUPERVISION_END_BROKEN, now);
    next(&deck, now, &due);
    assert_true(due == now + 60 * SECOND);
}

static void forgets_delays_after_a_minute_of_good_running(void **state)
{
    struct supervision deck;
    uint64_t due;
    (void)state;

    supervision_init(&deck, 0);
    must_start(&deck, 0);
    for (int i = 0; i < 5; i++)
        supervision_ended(&deck, SUPERVISION_END_BROKEN, 0);
    must_start(&deck, 100 * SECOND);
    supervision_ended(&deck, SUPERVISION_END_BROKEN, 160 * SECOND - 1);
    next(&deck, 160 * SECOND - 1, &due);
    assert_true(due == 160 * SECOND - 1 + 3200 * MS);
    must_start(&deck, 200 * SECOND);
    supervision_ended(&deck, SUPERVISION_END_BROKEN, 260 * SECOND);
    next(&deck, 260 * SECOND, &due);
    assert_true(due == 260 * SECOND + 100 * MS);
}

static void leaves_what_is_done_or_misused(void **state)
{
    struct supervision deck;
    uint64_t due;
    (void)state;

    supervision_init(&deck, 0);
    must_start(&deck, 0);
    supervision_ended(&deck, SUPERVISION_END_DONE, 1);
    assert_int_equal(deck.state, SUPERVISION_DONE);
    assert_int_equal(next(&deck, 1000 * SECOND, &due), SUPERVISION_NOTHING);
    assert_true(due == 0);
    supervision_start(&deck, 1000 * SECOND);
    must_start(&deck, 1000 * SECOND);
    supervision_ended(&deck, SUPERVISION_END_MISUSED, 1001 * SECOND);
    assert_int_equal(deck.state, SUPERVISION_FAILED);
    assert_int_equal(next(&deck, 2000 * SECOND, &due), SUPERVISION_NOTHING);
    assert_true(deck.restarts == 0);
}

static void waits_whether_the_session_has_ended(void **state)
{
    struct supervision deck;
    uint64_t due;
    (void)state;

    supervision_init(&deck, 0);
    must_start(&deck, 0);
    supervision_ended(&deck, SUPERVISION_END_SESSION, SECOND);
    assert_int_equal(deck.state, SUPERVISION_WAITING);
    assert_int_equal(next(&deck, 61 * SECOND - 1, &due), SUPERVISION_NOTHING);
    assert_true(due == 61 * SECOND);
    must_start(&deck, 61 * SECOND);
    assert_true(deck.restarts == 1); /* so it goes on with a clock that it knows */
    /* It was no fault of the recorder's. */
    supervision_ended(&deck, SUPERVISION_END_BROKEN, 62 * SECOND);
    next(&deck, 62 * SECOND, &due);
    assert_true(due == 62 * SECOND + 100 * MS);
    /* A supervisor that ends starts none meanwhile. */
    must_start(&deck, 63 * SECOND);
    supervision_ended(&deck, SUPERVISION_END_SESSION, 64 * SECOND);
    supervision_stop(&deck, 64 * SECOND);
    assert_int_equal(deck.state, SUPERVISION_STOPPED);
}

static void asks_to_stop_until_it_has(void **state)
{
    struct supervision deck;
    uint64_t due;
    (void)state;

    supervision_init(&deck, 0);
    must_start(&deck, 0);
    supervision_stop(&deck, SECOND);
    assert_int_equal(next(&deck, SECOND, &due), SUPERVISION_ASK_TO_STOP);
    assert_int_equal(next(&deck, SECOND, &due), SUPERVISION_NOTHING);
    assert_true(due == SECOND + 500 * MS);
    assert_int_equal(next(&deck, due, &due), SUPERVISION_ASK_TO_STOP);
    assert_int_equal(next(&deck, 21 * SECOND, &due), SUPERVISION_TELL_LATE);
    assert_int_equal(next(&deck, 21 * SECOND, &due), SUPERVISION_ASK_TO_STOP);
    assert_int_equal(next(&deck, 21 * SECOND, &due), SUPERVISION_NOTHING);
    assert_true(supervision_has_process(&deck));
    supervision_ended(&deck, SUPERVISION_END_BROKEN, 22 * SECOND);
    assert_int_equal(deck.state, SUPERVISION_STOPPED);
    assert_false(supervision_has_process(&deck));
    assert_int_equal(next(&deck, 99 * SECOND, &due), SUPERVISION_NOTHING);
}

static void restarts_by_stopping_first(void **state)
{
    struct supervision deck;
    uint64_t due;
    (void)state;

    supervision_init(&deck, 0);
    must_start(&deck, 0);
    supervision_restart(&deck, SECOND);
    assert_int_equal(next(&deck, SECOND, &due), SUPERVISION_ASK_TO_STOP);
    supervision_ended(&deck, SUPERVISION_END_DONE, 2 * SECOND);
    must_start(&deck, 2 * SECOND);
    assert_true(deck.restarts == 0);
    /* The last word counts, while it stops. */
    supervision_restart(&deck, 3 * SECOND);
    supervision_stop(&deck, 3 * SECOND);
    supervision_ended(&deck, SUPERVISION_END_DONE, 4 * SECOND);
    assert_int_equal(deck.state, SUPERVISION_STOPPED);
    supervision_start(&deck, 5 * SECOND);
    must_start(&deck, 5 * SECOND);
    supervision_stop(&deck, 5 * SECOND);
    supervision_start(&deck, 5 * SECOND);
    supervision_ended(&deck, SUPERVISION_END_DONE, 6 * SECOND);
    assert_int_equal(deck.state, SUPERVISION_WAITING);
    supervision_stop(&deck, 6 * SECOND);
    assert_int_equal(deck.state, SUPERVISION_STOPPED);
}

/* ---- Command lines -------------------------------------------------------------------------- */

static void gives_recorders_what_record_understands(void **state)
{
    char text[] = "deck 'two words' { source = '--tone' rate = 8000 quiet = true\n"
                  "    capacity = '10 m' }\n"
                  "deck b { source = tone:ramp capacity = 10m write_through = on store = file\n"
                  "    output = 'a b\\c' }\n";
    struct config *config = config_parse(text, sizeof text - 1);
    static const char *const more[] = {"--same-boot", NULL};
    struct record_options options;
    struct failure failure;
    char **arguments;
    int count = 0;
    (void)state;

    assert_non_null(config);
    assert_int_equal(config->complaint_count, 1); /* '10 m' */
    arguments = config_deck_arguments("C:\\Program Files\\tapemapd.exe", &config->decks[1],
                                      "D:\\a b.log", more);
    assert_non_null(arguments);
    assert_string_equal(arguments[0], "C:\\Program Files\\tapemapd.exe");
    while (arguments[count])
        count++;
    assert_true(record_options_parse(count - 1, arguments + 1, &options, &failure));
    assert_string_equal(options.deck, "b");
    assert_string_equal(options.source, "tone:ramp");
    assert_string_equal(options.file.output, "a b\\c");
    assert_true(options.file.writes_through);
    assert_true(options.capacity_ns == 600 * SECOND);
    assert_int_equal(strlen(options.supervised), 16);
    assert_string_equal(options.log, "D:\\a b.log");
    assert_true(options.is_same_boot);
    free(arguments);
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_a_killed_recorder_again),
        cmocka_unit_test(gives_a_recorder_as_long_to_stop_as_it_was_told),
        cmocka_unit_test(waits_longer_each_time_up_to_a_minute),
        cmocka_unit_test(forgets_delays_after_a_minute_of_good_running),
        cmocka_unit_test(leaves_what_is_done_or_misused),
        cmocka_unit_test(waits_whether_the_session_has_ended),
        cmocka_unit_test(asks_to_stop_until_it_has),
        cmocka_unit_test(restarts_by_stopping_first),
        cmocka_unit_test(gives_recorders_what_record_understands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
