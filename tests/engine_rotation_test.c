/* SPDX-License-Identifier: MIT */
/* Where one tape ends and the next begins: by the clock, by length, by size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <string.h>

#include "rotation.h"

#define NS UINT64_C(1000000000)
#define MINUTE (60 * NS)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define RATE 48000u

static struct rotation_policy policy_of(const char *text)
{
    struct rotation_policy policy;
    struct failure failure;

    if (!rotation_parse(text, &policy, &failure))
        fail_msg("'%s' was refused: %s", text, failure.text);
    return policy;
}

static struct rotation_facts facts_at(uint64_t position, uint64_t utc_ns)
{
    return (struct rotation_facts){.sample_rate_hz = RATE, .frame_bytes = 4,
                                   .position = position, .utc_ns = utc_ns};
}

/* How long after facts_at(0, utc_ns) the next tape begins, in whole seconds. */
static uint64_t seconds_to_boundary(const char *policy_text, uint64_t utc_ns,
                                    int64_t (*utc_offset_ns)(uint64_t utc_ns))
{
    struct rotation_policy policy = policy_of(policy_text);
    struct rotation_facts facts = facts_at(0, utc_ns);

    facts.utc_offset_ns = utc_offset_ns;
    uint64_t boundary = rotation_boundary(&policy, &facts);
    assert_true(boundary % RATE == 0);
    return boundary / RATE;
}

/* ---- Clocks --------------------------------------------------------------------------------- */

#define SPRING (200 * DAY + 1 * HOUR) /* 02:00 becomes 03:00 */
#define AUTUMN (400 * DAY + 1 * HOUR) /* 03:00 becomes 02:00 */

static int64_t central_europe(uint64_t utc_ns)
{
    return (int64_t)(utc_ns >= SPRING && utc_ns < AUTUMN ? 2 * HOUR : HOUR);
}

/* West of Greenwich; midnight becomes one o'clock. */
static int64_t brasilia(uint64_t utc_ns)
{
    return -(int64_t)(utc_ns >= 300 * DAY + 3 * HOUR ? 2 * HOUR : 3 * HOUR);
}

static void aligns_to_the_local_clock(void **state)
{
    (void)state;

    assert_int_equal(seconds_to_boundary("1h", 10 * DAY + 20 * MINUTE, NULL), 40 * 60);
    assert_int_equal(seconds_to_boundary("15m", 10 * DAY + 20 * MINUTE, NULL), 10 * 60);
    assert_int_equal(seconds_to_boundary("1h", 10 * DAY, NULL), 3600);
    assert_int_equal(seconds_to_boundary("1d", 10 * DAY, central_europe), 23 * 3600);
    assert_int_equal(seconds_to_boundary("1d", 10 * DAY, brasilia), 3 * 3600);
}

static void a_day_ends_at_midnight_though_summer_time_begins_or_ends_in_it(void **state)
{
    (void)state;

    assert_int_equal(seconds_to_boundary("1d", SPRING - 2 * HOUR, central_europe), 23 * 3600);
    assert_int_equal(seconds_to_boundary("1d", AUTUMN - 3 * HOUR, central_europe), 25 * 3600);
    assert_int_equal(seconds_to_boundary("1d", 300 * DAY, brasilia), 3 * 3600);
    assert_int_equal(seconds_to_boundary("1d", 300 * DAY + 3 * HOUR, brasilia), 23 * 3600);
}

static void an_hour_stays_an_hour_when_the_clock_is_put_forward_or_back(void **state)
{
    (void)state;

    assert_int_equal(seconds_to_boundary("1h", SPRING - HOUR, central_europe), 3600);
    assert_int_equal(seconds_to_boundary("1h", SPRING - 10 * MINUTE, central_europe), 600);
    assert_int_equal(seconds_to_boundary("1h", SPRING, central_europe), 3600);
    assert_int_equal(seconds_to_boundary("1h", AUTUMN - 10 * MINUTE, central_europe), 600);
    assert_int_equal(seconds_to_boundary("1h", AUTUMN, central_europe), 3600);
    assert_int_equal(seconds_to_boundary("2h", AUTUMN - HOUR, central_europe), 3600);
    assert_int_equal(seconds_to_boundary("4h", AUTUMN - 3 * HOUR, central_europe), 5 * 3600);
    assert_int_equal(seconds_to_boundary("2h", SPRING - HOUR, central_europe), 2 * 3600);
}

static void no_tape_is_planned_that_is_shorter_than_a_second(void **state)
{
    struct rotation_policy policy = policy_of("1h");
    struct rotation_facts late = facts_at(RATE / 2, HOUR - 100);
    (void)state;

    assert_int_equal(seconds_to_boundary("1h", HOUR - NS, NULL), 1);
    struct rotation_facts facts = facts_at(0, HOUR - NS / 2);
    assert_true(rotation_boundary(&policy, &facts) == RATE * UINT64_C(3600) + RATE / 2);
    assert_true(rotation_boundary(&policy, &late) > RATE * UINT64_C(3600));
}

/* ---- Devices that are not as fast as they say ------------------------------------------------ */

#define START (1000 * DAY + 7 * MINUTE)

static uint64_t utc_of(uint64_t position, int ppm)
{
    double rate = RATE * (1.0 + ppm / 1e6);

    return START + (uint64_t)((double)position / rate * 1e9);
}

static void lies_within_a_frame_of_the_clock_whatever_the_device(void **state)
{
    struct rotation_policy policy = policy_of("15m");
    (void)state;

    for (int ppm = -1000; ppm <= 1000; ppm += 125) {
        uint64_t begin = 0; /* of the present tape, counted from the start */
        for (unsigned tape = 0; tape < 200; tape++) {
            struct rotation_facts facts = facts_at(RATE * 400 + tape * 977, 0);
            facts.utc_ns = utc_of(begin + facts.position, ppm);
            facts.past_utc_ns = utc_of(begin, ppm);
            uint64_t boundary = rotation_boundary(&policy, &facts);
            uint64_t utc_ns = utc_of(begin + boundary, ppm);
            uint64_t wanted = (utc_ns + 7 * MINUTE) / (15 * MINUTE) * (15 * MINUTE);
            uint64_t off = utc_ns > wanted ? utc_ns - wanted : wanted - utc_ns;

            if (off > NS / (RATE - RATE / 500))
                fail_msg("%d ppm, tape %u: %llu ns beside the clock", ppm, tape,
                         (unsigned long long)off);
            assert_true(boundary > facts.position);
            assert_true(rotation_begin_utc_ns(&policy, &facts, boundary) == wanted);
            begin += boundary;
        }
    }
}

static void does_not_take_a_clock_that_was_set_for_a_fast_device(void **state)
{
    struct rotation_policy policy = policy_of("1h");
    struct rotation_facts facts = facts_at(RATE * 60, 3 * HOUR + 10 * MINUTE);
    (void)state;

    facts.past_utc_ns = 2 * HOUR; /* 70 minutes, and a minute of frames */
    assert_true(rotation_boundary(&policy, &facts) == RATE * UINT64_C(60) * 51);
    facts.past_utc_ns = 4 * HOUR;
    assert_true(rotation_boundary(&policy, &facts) == RATE * UINT64_C(60) * 51);
}

/* ---- Length and size ------------------------------------------------------------------------- */

static void counts_length_and_size_from_the_tapes_beginning(void **state)
{
    struct rotation_policy length = policy_of("length:90m");
    struct rotation_policy size = policy_of("size:2GiB");
    struct rotation_facts facts = facts_at(12345, 6 * HOUR);
    (void)state;

    assert_true(rotation_boundary(&length, &facts) == RATE * UINT64_C(5400));
    assert_true(rotation_boundary(&size, &facts) == UINT64_C(1) << 29);
    assert_true(rotation_is_fixed(&length) && rotation_is_fixed(&size));
    facts.position = RATE;
    assert_true(rotation_begin_utc_ns(&length, &facts, RATE * 3) == 6 * HOUR + 2 * NS);
}

static void refuses_what_is_no_policy(void **state)
{
    static const char *const texts[] = {"", "7h", "2d", "500ms", "length:", "length:999ms",
                                        "size:0", "size:big", "size:", "0s", "1.5h:", "hourly",
                                        "length:1h ", "90"};
    struct rotation_policy policy;
    struct failure failure;
    (void)state;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (rotation_parse(texts[i], &policy, &failure))
            fail_msg("'%s' was taken", texts[i]);
        assert_non_null(strstr(failure.text, "; "));
    }
    assert_false(rotation_is_fixed(&(struct rotation_policy){ROTATION_NEVER, 0, 0}));
}

static void refuses_a_size_of_less_than_a_second(void **state)
{
    struct rotation_policy policy = policy_of("size:191999");
    struct rotation_facts facts = facts_at(0, 0);
    struct failure failure;
    (void)state;

    assert_false(rotation_suits(&policy, &facts, &failure));
    assert_non_null(strstr(failure.text, "size:192000"));
    policy = policy_of("size:192000");
    assert_true(rotation_suits(&policy, &facts, &failure));
    policy = policy_of("1h");
    assert_true(rotation_suits(&policy, &facts, &failure));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aligns_to_the_local_clock),
        cmocka_unit_test(a_day_ends_at_midnight_though_summer_time_begins_or_ends_in_it),
        cmocka_unit_test(an_hour_stays_an_hour_when_the_clock_is_put_forward_or_back),
        cmocka_unit_test(no_tape_is_planned_that_is_shorter_than_a_second),
        cmocka_unit_test(lies_within_a_frame_of_the_clock_whatever_the_device),
        cmocka_unit_test(does_not_take_a_clock_that_was_set_for_a_fast_device),
        cmocka_unit_test(counts_length_and_size_from_the_tapes_beginning),
        cmocka_unit_test(refuses_what_is_no_policy),
        cmocka_unit_test(refuses_a_size_of_less_than_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
