/* SPDX-License-Identifier: MIT */
/* Which finished tapes go, and which never do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <string.h>

#include "retention.h"

#define HOUR UINT64_C(3600000000000)
#define NOW (1000 * HOUR)
#define COUNT 10u

/* Tape n, of ten bytes, ended n hours ago; they come in no order. */
static void make(struct retention_tape *tapes)
{
    for (unsigned i = 0; i < COUNT; i++) {
        unsigned age = (i * 7 + 3) % COUNT;
        tapes[i] = (struct retention_tape){
            .tape_id = age, .begin_utc_ns = NOW - (age + 1) * HOUR,
            .end_utc_ns = NOW - age * HOUR, .length_ns = HOUR, .bytes = 10,
        };
    }
}

static struct retention_facts facts_with(uint64_t free_bytes)
{
    return (struct retention_facts){.utc_ns = NOW, .free_bytes = free_bytes};
}

/* The reasons from the oldest to the newest, a letter each. */
static void assert_plan(const struct retention_policy *policy, const struct retention_facts *facts,
                        struct retention_tape *tapes, const char *expected)
{
    char found[COUNT + 1] = "";

    retention_plan(policy, facts, tapes, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal(tapes[i].tape_id, COUNT - 1 - i);
        found[i] = "-asr"[tapes[i].reason];
    }
    assert_string_equal(found, expected);
}

static void keeps_all_when_nothing_is_asked(void **state)
{
    struct retention_tape tapes[COUNT];
    struct retention_policy policy = {0};
    struct retention_facts facts = facts_with(0);
    (void)state;

    make(tapes);
    assert_plan(&policy, &facts, tapes, "----------");
    retention_plan(&policy, &facts, NULL, 0);
}

static void lets_go_what_ended_too_long_ago(void **state)
{
    struct retention_tape tapes[COUNT];
    struct retention_policy policy = {.keep_ns = 6 * HOUR};
    struct retention_facts facts = facts_with(0);
    (void)state;

    make(tapes);
    assert_plan(&policy, &facts, tapes, "aaa-------");
    facts.utc_ns = NOW - 20 * HOUR; /* the clock was set back */
    assert_plan(&policy, &facts, tapes, "----------");
    facts.utc_ns = NOW + 20 * HOUR;
    facts.present_ns = 20 * HOUR;
    assert_plan(&policy, &facts, tapes, "aaaaaaaaaa");
}

static void believes_no_leap_of_the_clock_for_more_than_half_the_time(void **state)
{
    struct retention_tape tapes[COUNT];
    struct retention_policy policy = {.keep_ns = 6 * HOUR};
    struct retention_facts facts = facts_with(0);
    (void)state;

    make(tapes);
    facts.utc_ns = NOW + 100000 * HOUR;
    assert_plan(&policy, &facts, tapes, "aaaaaa----");
    facts.present_ns = HOUR;
    assert_plan(&policy, &facts, tapes, "aaaaaaa---");
}

/* Tape n, numbered from 1 with the oldest, is one of a series that is recorded on, and each was
   begun by a clock that somebody set. */
static struct retention_facts make_series(struct retention_tape *tapes)
{
    static const int leaps[] = {0, 100, 0, -100, 0, 500, 500, -900, 0, -900};
    struct retention_facts facts = facts_with(0);

    for (unsigned i = 0; i < COUNT; i++) {
        uint64_t begin = NOW - (COUNT - i) * HOUR + (uint64_t)((int64_t)HOUR * leaps[i]);
        tapes[i] = (struct retention_tape){
            .tape_id = i + 1, .previous_id = i, .begin_utc_ns = begin,
            .end_utc_ns = begin + HOUR, .length_ns = HOUR, .bytes = 10,
        };
    }
    facts.utc_ns = NOW + 100000 * HOUR;
    facts.previous_id = COUNT;
    facts.present_ns = HOUR / 2;
    return facts;
}

static void believes_no_clock_while_a_series_goes_on(void **state)
{
    struct retention_tape tapes[COUNT];
    struct retention_policy policy = {.keep_ns = 6 * HOUR};
    struct retention_facts facts = make_series(tapes);
    unsigned gone = 0;
    (void)state;

    retention_plan(&policy, &facts, tapes, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        uint64_t after_ns = (COUNT - tapes[i].tape_id) * HOUR + HOUR / 2;
        assert_int_equal(tapes[i].recorded_ns, after_ns);
        assert_int_equal(tapes[i].reason, after_ns > policy.keep_ns ? RETENTION_AGE
                                                                    : RETENTION_STAYS);
        gone += tapes[i].reason == RETENTION_AGE;
    }
    assert_int_equal(gone, 4);
}

static void lets_go_the_oldest_until_the_rest_fits_but_never_the_newest(void **state)
{
    struct retention_tape tapes[COUNT];
    struct retention_policy policy = {.keep_size_bytes = 65};
    struct retention_facts facts = facts_with(0);
    (void)state;

    make(tapes);
    assert_plan(&policy, &facts, tapes, "ssss------");
    policy.keep_size_bytes = 100;
    assert_plan(&policy, &facts, tapes, "----------");
    policy.keep_size_bytes = 1;
    assert_plan(&policy, &facts, tapes, "sssssssss-");
    policy = (struct retention_policy){.keep_size_bytes = 65, .keep_ns = 8 * HOUR};
    assert_plan(&policy, &facts, tapes, "asss------");
}

static void lets_go_the_oldest_of_a_series_whatever_its_clock_said(void **state)
{
    static const struct retention_policy policies[] = {{.keep_size_bytes = 65},
                                                       {.keep_free_bytes = 40}};
    struct retention_tape tapes[COUNT];
    (void)state;

    for (unsigned which = 0; which < 2; which++) {
        struct retention_facts facts = make_series(tapes);
        retention_plan(&policies[which], &facts, tapes, COUNT);
        for (unsigned i = 0; i < COUNT; i++) {
            assert_int_equal(tapes[i].tape_id, i + 1);
            assert_int_equal(tapes[i].reason != RETENTION_STAYS, i < 4);
        }
    }
}

static void lets_go_the_oldest_until_there_is_room_for_what_comes(void **state)
{
    struct retention_tape tapes[COUNT];
    struct retention_policy policy = {.keep_free_bytes = 100};
    struct retention_facts facts = facts_with(85);
    (void)state;

    make(tapes);
    assert_plan(&policy, &facts, tapes, "rr--------");
    facts.headroom_bytes = 20;
    assert_plan(&policy, &facts, tapes, "rrrr------");
    policy.keep_ns = 7 * HOUR;
    assert_plan(&policy, &facts, tapes, "aarr------");
    facts.free_bytes = 120;
    assert_plan(&policy, &facts, tapes, "aa--------");
    facts.free_bytes = UINT64_MAX;
    assert_plan(&policy, &facts, tapes, "aa--------");
    facts.free_bytes = 0;
    assert_plan(&policy, &facts, tapes, "aarrrrrrrr");
    facts.headroom_bytes = UINT64_MAX;
    assert_plan(&policy, &facts, tapes, "aarrrrrrrr");
}

static void takes_another_for_one_that_is_held_only_when_there_is_no_room(void **state)
{
    struct retention_tape tapes[COUNT];
    struct retention_policy size = {.keep_size_bytes = 80};
    struct retention_policy room = {.keep_free_bytes = 100};
    struct retention_facts facts = facts_with(85);
    (void)state;

    make(tapes);
    retention_plan(&size, &facts, tapes, COUNT);
    tapes[0].is_held = true;
    assert_plan(&size, &facts, tapes, "ss--------");
    assert_plan(&room, &facts, tapes, "-rr-------");
}

static void lets_go_what_is_awaited_only_for_room_and_after_all_others(void **state)
{
    struct retention_tape tapes[COUNT];
    struct retention_policy policy = {.keep_ns = 7 * HOUR, .keep_size_bytes = 60};
    struct retention_facts facts = facts_with(0);
    unsigned going = 0;
    (void)state;

    make(tapes);
    for (unsigned i = 0; i < COUNT; i++)
        tapes[i].is_awaited = tapes[i].tape_id > 3;
    assert_plan(&policy, &facts, tapes, "aass------");
    for (unsigned i = 0; i < COUNT; i++)
        going += retention_may_go(&tapes[i]);
    assert_int_equal(going, 0);
    policy.keep_free_bytes = 60;
    assert_plan(&policy, &facts, tapes, "rrss--rrrr");
    for (unsigned i = 0; i < COUNT; i++)
        going += retention_may_go(&tapes[i]);
    assert_int_equal(going, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_all_when_nothing_is_asked),
        cmocka_unit_test(lets_go_what_ended_too_long_ago),
        cmocka_unit_test(believes_no_leap_of_the_clock_for_more_than_half_the_time),
        cmocka_unit_test(believes_no_clock_while_a_series_goes_on),
        cmocka_unit_test(lets_go_the_oldest_until_the_rest_fits_but_never_the_newest),
        cmocka_unit_test(lets_go_the_oldest_of_a_series_whatever_its_clock_said),
        cmocka_unit_test(lets_go_the_oldest_until_there_is_room_for_what_comes),
        cmocka_unit_test(takes_another_for_one_that_is_held_only_when_there_is_no_room),
        cmocka_unit_test(lets_go_what_is_awaited_only_for_room_and_after_all_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
