/* SPDX-License-Identifier: MIT */
/* Position and UTC by anchors: drift, gaps in the anchors, jumps of UTC. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "atomic64.h"
#include "fake_tape.h"
#include "tapemap/tapemap.h"

#define RATE_HZ 48000u
#define SECOND_NS UINT64_C(1000000000)
#define START_NS (UINT64_C(1700000000) * SECOND_NS)
#define HOUR_NS (3600 * SECOND_NS)

static const struct fake_config config = {
    .format = TAPEMAP_S16, .channels = 1, .sample_rate_hz = RATE_HZ, .capacity_frames = 1000000,
    .is_ring = true, .journal_capacity = 4000,
};

static struct fake_tape tape;
static struct reader reader;

static int setup(void **state)
{
    (void)state;
    fake_tape_create(&tape, &config);
    const struct reader_config opening = fake_tape_reader_config(&tape);
    return reader_open(&reader, &opening) == TAPEMAP_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    reader_close(&reader);
    fake_tape_destroy(&tape);
    return 0;
}

static void anchor(uint64_t position, uint64_t second, uint64_t utc_ns)
{
    const struct tapemap_record record = {
        .position = position, .noticed = position, .clock = 5000 + second * FAKE_CLOCK_HZ,
        .utc_ns = utc_ns, .kind = TAPEMAP_RECORD_ANCHOR,
    };
    fake_tape_journal(&tape, &record);
}

static void other(uint64_t position, uint64_t count)
{
    const struct tapemap_record record = {.position = position, .kind = TAPEMAP_RECORD_MARK};
    while (count-- > 0)
        fake_tape_journal(&tape, &record);
}

static void set_head(uint64_t head)
{
    store_release_u64(&tape.control->oldest_frame,
                      head > config.capacity_frames ? head - config.capacity_frames : 0);
    store_release_u64(&tape.control->head, head);
}

static uint64_t utc_at(uint64_t position)
{
    uint64_t utc_ns = 0;
    assert_int_equal(reader_utc_at(&reader, position, &utc_ns), TAPEMAP_OK);
    return utc_ns;
}

static uint64_t position_at(uint64_t utc_ns)
{
    uint64_t position = 0;
    assert_int_equal(reader_position_at(&reader, utc_ns, &position), TAPEMAP_OK);
    return position;
}

/* One anchor a second of a device that runs 1/1000 fast, with other records in between. */
static void record_seconds(uint64_t seconds)
{
    for (uint64_t second = 0; second < seconds; second++) {
        anchor(100 + second * 48048, second, START_NS + second * SECOND_NS);
        other(second, second % 5);
    }
    set_head(seconds * 48048);
}

static void follows_a_device_that_drifts(void **state)
{
    (void)state;
    record_seconds(1000);
    assert_int_equal(utc_at(100), START_NS);
    assert_int_equal(utc_at(100 + 500 * 48048), START_NS + 500 * SECOND_NS);
    assert_int_equal(utc_at(100 + 500 * 48048 + 24024), START_NS + 500 * SECOND_NS + SECOND_NS / 2);
    assert_int_equal(position_at(START_NS + 700 * SECOND_NS + SECOND_NS / 4),
                     100 + 700 * 48048 + 12012);
}

static void leads_back_to_the_same_position(void **state)
{
    (void)state;
    record_seconds(1000);
    for (uint64_t position = 100; position < 1000 * 48048; position += 7919)
        assert_int_equal(position_at(utc_at(position)), position);
}

static void counts_by_the_nominal_rate_outside_the_anchors(void **state)
{
    uint64_t position;
    uint64_t utc_ns;
    (void)state;

    anchor(96000, 2, START_NS);
    set_head(96000);
    assert_int_equal(utc_at(0), START_NS - 2 * SECOND_NS);
    assert_int_equal(utc_at(144000), START_NS + SECOND_NS);
    assert_int_equal(position_at(START_NS - SECOND_NS), 48000);
    assert_int_equal(position_at(START_NS - 5 * SECOND_NS), 0);
    assert_int_equal(position_at(0), 0);
    assert_int_equal(position_at(START_NS + 10 * SECOND_NS), 576000);
    assert_int_equal(reader_utc_at(&reader, 96001 + UINT64_C(86400) * RATE_HZ, &utc_ns),
                     TAPEMAP_E_ARGUMENT);
    assert_int_equal(reader_utc_at(&reader, UINT64_MAX, &utc_ns), TAPEMAP_E_ARGUMENT);
    assert_int_equal(reader_position_at(&reader, START_NS + 25 * HOUR_NS, &position),
                     TAPEMAP_E_ARGUMENT);
    store_release_u64(&tape.control->state, TAPEMAP_STATE_ENDED);
    assert_int_equal(position_at(START_NS + 25 * HOUR_NS), 96000);
}

static void bridges_anchors_hours_apart(void **state)
{
    (void)state;
    anchor(0, 0, START_NS);
    other(77, 900);
    anchor(10 * 3600 * UINT64_C(48001), 36000, START_NS + 10 * HOUR_NS);
    other(78, 900);
    set_head(10 * 3600 * UINT64_C(48001));
    assert_int_equal(utc_at(5 * 3600 * UINT64_C(48001)), START_NS + 5 * HOUR_NS);
    assert_int_equal(position_at(START_NS + HOUR_NS), 3600 * UINT64_C(48001));
}

static void waits_for_the_first_anchor(void **state)
{
    uint64_t value;
    (void)state;

    assert_int_equal(reader_utc_at(&reader, 0, &value), TAPEMAP_E_NOT_YET);
    other(0, 10);
    assert_int_equal(reader_utc_at(&reader, 0, &value), TAPEMAP_E_NOT_YET);
    assert_int_equal(reader_position_at(&reader, START_NS, &value), TAPEMAP_E_NOT_YET);
}

/* Two times 1000 s; in between, UTC is set by `jump_ns`. */
static void record_with_jump(int64_t jump_ns)
{
    for (uint64_t second = 0; second <= 2000; second++) {
        uint64_t utc_ns = START_NS + second * SECOND_NS;
        if (second > 1000)
            utc_ns += (uint64_t)jump_ns;
        anchor(second * RATE_HZ, second, utc_ns);
    }
    set_head(2000 * RATE_HZ);
}

static void keeps_time_even_where_utc_jumps_forward(void **state)
{
    (void)state;
    record_with_jump((int64_t)HOUR_NS);
    assert_int_equal(utc_at(1000 * RATE_HZ + 24000), START_NS + 1000 * SECOND_NS + SECOND_NS / 2);
    assert_int_equal(utc_at(1001 * RATE_HZ), START_NS + 1001 * SECOND_NS + HOUR_NS);
    assert_int_equal(position_at(START_NS + 1000 * SECOND_NS + SECOND_NS / 2),
                     1000 * RATE_HZ + 24000);
    /* in the hour that never was */
    assert_int_equal(position_at(START_NS + 1800 * SECOND_NS), 1001 * RATE_HZ);
    assert_int_equal(position_at(START_NS + 1500 * SECOND_NS + HOUR_NS), 1500 * RATE_HZ);
    assert_int_equal(position_at(START_NS + 10 * SECOND_NS), 10 * RATE_HZ);
}

static void finds_both_sides_of_a_jump_back(void **state)
{
    (void)state;
    record_with_jump(-(int64_t)HOUR_NS);
    assert_int_equal(utc_at(1000 * RATE_HZ + 24000), START_NS + 1000 * SECOND_NS + SECOND_NS / 2);
    assert_int_equal(utc_at(1500 * RATE_HZ), START_NS + 1500 * SECOND_NS - HOUR_NS);
    assert_int_equal(position_at(START_NS + 10 * SECOND_NS), 10 * RATE_HZ);
    assert_int_equal(position_at(START_NS + 990 * SECOND_NS), 990 * RATE_HZ);
    assert_int_equal(position_at(START_NS + 1500 * SECOND_NS - HOUR_NS), 1500 * RATE_HZ);
    assert_int_equal(position_at(START_NS + 1990 * SECOND_NS - HOUR_NS), 1990 * RATE_HZ);
}

/* Who lists the journal first has looked at some of the anchors, or at all of them. */
static void finds_both_sides_of_a_jump_back_after_other_searches(void **state)
{
    static const enum tapemap_record_kind kinds[] = {TAPEMAP_RECORD_MARK, TAPEMAP_RECORD_ANY_EVENT,
                                                     TAPEMAP_RECORD_ANCHOR};
    static const uint64_t begins[] = {0, 1, 700, 1800};
    (void)state;
    record_with_jump(-(int64_t)HOUR_NS);
    for (unsigned i = 0; i < 12; i++) {
        struct tapemap_record found;
        reader_close(&reader);
        const struct reader_config opening = fake_tape_reader_config(&tape);
        assert_int_equal(reader_open(&reader, &opening), TAPEMAP_OK);
        for (uint64_t at = begins[i % 4];
             reader_find_record(&reader, kinds[i / 4], 1900, &at, &found) == TAPEMAP_OK; at++)
            ;
        assert_int_equal(position_at(START_NS + 10 * SECOND_NS), 10 * RATE_HZ);
        assert_int_equal(position_at(START_NS + 990 * SECOND_NS), 990 * RATE_HZ);
        assert_int_equal(position_at(START_NS + 1990 * SECOND_NS - HOUR_NS), 1990 * RATE_HZ);
        assert_true(reader.utc.was_set_back);
    }
}

static void looks_at_every_anchor_once(void **state)
{
    (void)state;
    record_seconds(1000);
    position_at(START_NS + 700 * SECOND_NS);
    assert_false(reader.utc.was_set_back);
    assert_int_equal(reader.utc.looked_until, 3000);
    anchor(100 + 1000 * 48048, 1000, START_NS);
    set_head(1001 * 48048);
    position_at(START_NS + 700 * SECOND_NS);
    assert_true(reader.utc.was_set_back);
}

static void takes_the_newest_of_anchors_at_one_position(void **state)
{
    (void)state;
    anchor(0, 0, START_NS);
    for (uint64_t second = 1; second <= 60; second++) /* the source is away for a minute */
        anchor(RATE_HZ, second, START_NS + second * SECOND_NS);
    anchor(2 * RATE_HZ, 61, START_NS + 61 * SECOND_NS);
    set_head(2 * RATE_HZ);
    assert_int_equal(utc_at(RATE_HZ), START_NS + 60 * SECOND_NS);
    assert_int_equal(utc_at(RATE_HZ - 48), START_NS + SECOND_NS - SECOND_NS / 1000);
    assert_int_equal(position_at(START_NS + 30 * SECOND_NS), RATE_HZ);
}

/* Paused after 60 s. Its recorder has shown signs of life for `second` seconds of all. */
static void pause_until(uint64_t second)
{
    anchor(0, 0, START_NS);
    anchor(60 * RATE_HZ, 60, START_NS + 60 * SECOND_NS);
    set_head(60 * RATE_HZ);
    store_relaxed_u64(&tape.control->heartbeat_clock, 5000 + second * FAKE_CLOCK_HZ);
    store_release_u64(&tape.control->state, TAPEMAP_STATE_PAUSED);
}

static void stays_at_the_head_while_the_deck_is_paused(void **state)
{
    (void)state;
    pause_until(1860);
    assert_int_equal(position_at(START_NS + 30 * SECOND_NS), 30 * RATE_HZ);
    assert_int_equal(position_at(START_NS + 61 * SECOND_NS), 60 * RATE_HZ);
    assert_int_equal(position_at(START_NS + 660 * SECOND_NS), 60 * RATE_HZ);
    assert_int_equal(position_at(START_NS + 1860 * SECOND_NS), 60 * RATE_HZ);
    store_release_u64(&tape.control->state, TAPEMAP_STATE_WAITING); /* silence follows */
    assert_int_equal(position_at(START_NS + 660 * SECOND_NS), 660 * RATE_HZ);
}

static void finds_now_after_days_of_a_pause(void **state)
{
    (void)state;
    pause_until(60 + 3 * 86400);
    assert_int_equal(position_at(START_NS + 60 * SECOND_NS + 72 * HOUR_NS), 60 * RATE_HZ);
}

/* As if it went on now: once the sign of life is not missed, two seconds after the newest. */
static void counts_from_now_on_for_what_follows_a_pause(void **state)
{
    uint64_t position;
    (void)state;

    pause_until(1860);
    assert_int_equal(position_at(START_NS + 1862 * SECOND_NS), 60 * RATE_HZ);
    assert_int_equal(position_at(START_NS + 1872 * SECOND_NS), 70 * RATE_HZ);
    assert_int_equal(reader_position_at(&reader, START_NS + 1863 * SECOND_NS + 24 * HOUR_NS,
                                        &position), TAPEMAP_E_ARGUMENT);
}

/* 100 s, a restart of the machine 7100 s long, and 100 s by a steady clock that began anew and is
   further by then than the old one was. */
static void record_with_restart(bool is_set_back)
{
    const struct tapemap_record resume = {
        .position = 100 * RATE_HZ, .kind = TAPEMAP_RECORD_STATE, .detail = TAPEMAP_STATE_STARTING};

    anchor(0, 0, START_NS + (is_set_back ? 10 * SECOND_NS : 0));
    for (uint64_t second = 1; second <= 100; second++)
        anchor(second * RATE_HZ, second, START_NS + second * SECOND_NS);
    fake_tape_journal(&tape, &resume);
    for (uint64_t second = 7200; second <= 7300; second++)
        anchor(second * RATE_HZ, second - 6800, START_NS + second * SECOND_NS);
    set_head(7300 * RATE_HZ);
}

static void counts_by_the_frames_where_the_machine_began_anew(void **state)
{
    for (int turn = 0; turn < 2; turn++) {
        record_with_restart(turn == 1);
        assert_int_equal(utc_at(3700 * RATE_HZ), START_NS + 3700 * SECOND_NS);
        assert_int_equal(position_at(START_NS + 3700 * SECOND_NS), 3700 * RATE_HZ);
        assert_int_equal(position_at(START_NS + 7250 * SECOND_NS), 7250 * RATE_HZ);
        assert_int_equal(position_at(START_NS + 50 * SECOND_NS), 50 * RATE_HZ);
        teardown(state);
        setup(state);
    }
}

static void survives_mad_anchors(void **state)
{
    const uint64_t values[] = {0, 1, UINT64_MAX, UINT64_MAX - 1, START_NS, UINT64_MAX / 2};
    const unsigned count = sizeof values / sizeof values[0];
    uint64_t found;
    (void)state;

    for (unsigned i = 0; i < count * count * count; i++) {
        const struct tapemap_record record = {
            .position = values[i % count], .clock = values[i / count % count],
            .utc_ns = values[i / count / count], .kind = TAPEMAP_RECORD_ANCHOR,
        };
        fake_tape_journal(&tape, &record);
    }
    set_head(UINT64_MAX);
    for (unsigned i = 0; i < count; i++) {
        (void)reader_utc_at(&reader, values[i], &found);
        (void)reader_position_at(&reader, values[i], &found);
    }
}

#define CLOCK_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLOCK_TEST(follows_a_device_that_drifts),
        CLOCK_TEST(leads_back_to_the_same_position),
        CLOCK_TEST(counts_by_the_nominal_rate_outside_the_anchors),
        CLOCK_TEST(bridges_anchors_hours_apart),
        CLOCK_TEST(waits_for_the_first_anchor),
        CLOCK_TEST(keeps_time_even_where_utc_jumps_forward),
        CLOCK_TEST(finds_both_sides_of_a_jump_back),
        CLOCK_TEST(finds_both_sides_of_a_jump_back_after_other_searches),
        CLOCK_TEST(looks_at_every_anchor_once),
        CLOCK_TEST(takes_the_newest_of_anchors_at_one_position),
        CLOCK_TEST(stays_at_the_head_while_the_deck_is_paused),
        CLOCK_TEST(finds_now_after_days_of_a_pause),
        CLOCK_TEST(counts_from_now_on_for_what_follows_a_pause),
        CLOCK_TEST(counts_by_the_frames_where_the_machine_began_anew),
        CLOCK_TEST(survives_mad_anchors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
