/* SPDX-License-Identifier: MIT */
/* Waiting, against a recorder that is played between the sleeps. No real time passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "atomic64.h"
#include "fake_tape.h"
#include "reader_wait.h"

#define TICKS_PER_MS (FAKE_CLOCK_HZ / 1000)
#define NEVER UINT32_MAX

static const struct fake_config config = {
    .format = TAPEMAP_S16, .channels = 1, .sample_rate_hz = 48000, .capacity_frames = 100000,
};

static struct fake_tape tape;
static struct reader reader;

/* What happens while the reader sleeps. */
static struct script {
    uint64_t clock;
    unsigned sleeps;
    unsigned blind_sleeps;
    uint32_t append_at;   /* the sleep in which frames come and wake the sleeper */
    uint32_t end_at;      /* the sleep in which the tape ends */
    uint64_t end_frames;  /* published together with the end */
    uint32_t dies_at;     /* from this sleep on the heart stands still */
    uint32_t suspend_at;  /* the sleep in which the machine sleeps for an hour: no beat in it */
    bool event_is_stuck;
    uint32_t last_slice_ms;
    enum tapemap_status failure;
} script;

static uint64_t script_clock(void *context)
{
    (void)context;
    return script.clock;
}

static void beat(void)
{
    store_relaxed_u64(&tape.control->heartbeat_clock, script.clock);
}

/* The recorder's wake-up: count, then set the event of that number's parity. */
static uint32_t wake(void)
{
    uint64_t count = load_relaxed_u64(&tape.control->wake_count) + 1;
    store_release_u64(&tape.control->wake_count, count);
    return (uint32_t)(count & 1);
}

static enum tapemap_status script_sleep(void *context, uint32_t parity, uint32_t slice_ms)
{
    (void)context;
    unsigned sleep = script.sleeps++;
    bool is_stuck = script.event_is_stuck && parity != READER_NO_EVENT;

    if (parity == READER_NO_EVENT)
        script.blind_sleeps++;
    script.last_slice_ms = slice_ms;
    assert_in_range(slice_ms, 1, 100);
    if (sleep == script.append_at) {
        fake_tape_append(&tape, 480);
        assert_int_equal(wake(), parity);
        script.clock += 3 * TICKS_PER_MS;
    } else if (!is_stuck) {
        script.clock += slice_ms * TICKS_PER_MS;
    }
    if (sleep == script.end_at) {
        fake_tape_append(&tape, script.end_frames);
        store_release_u64(&tape.control->state, TAPEMAP_STATE_ENDED);
    }
    if (sleep == script.suspend_at)
        script.clock += 3600 * (uint64_t)FAKE_CLOCK_HZ;
    else if (sleep < script.dies_at)
        beat();
    return script.failure;
}

static int setup(void **state)
{
    (void)state;
    script = (struct script){
        .clock = 777 * (uint64_t)FAKE_CLOCK_HZ,
        .append_at = NEVER, .end_at = NEVER, .dies_at = NEVER, .suspend_at = NEVER,
    };
    fake_tape_create(&tape, &config);
    beat();
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

static enum tapemap_status wait_for(uint64_t position, uint32_t timeout_ms)
{
    const struct reader_waiter waiter = {
        .clock_hz = FAKE_CLOCK_HZ, .clock = script_clock, .sleep = script_sleep,
    };
    return reader_wait(&reader, position, timeout_ms, &waiter);
}

static void does_not_sleep_when_the_position_is_reached(void **state)
{
    (void)state;
    fake_tape_append(&tape, 100);
    assert_int_equal(wait_for(0, 1000), TAPEMAP_OK);
    assert_int_equal(wait_for(100, 1000), TAPEMAP_OK);
    assert_int_equal(wait_for(101, 0), TAPEMAP_E_TIMEOUT);
    assert_int_equal(script.sleeps, 0);
}

static void wakes_by_the_event_of_the_next_number(void **state)
{
    (void)state;
    store_release_u64(&tape.control->wake_count, 6);
    script.append_at = 0;
    assert_int_equal(wait_for(480, 1000), TAPEMAP_OK);
    script.append_at = 1; /* now an odd number has passed */
    assert_int_equal(wait_for(960, 1000), TAPEMAP_OK);
    assert_int_equal(script.sleeps, 2);
}

static void goes_on_waiting_when_what_came_is_not_enough(void **state)
{
    (void)state;
    script.append_at = 2;
    assert_int_equal(wait_for(481, 1000), TAPEMAP_E_TIMEOUT);
    assert_int_equal(script.clock, 777 * (uint64_t)FAKE_CLOCK_HZ + 1000 * TICKS_PER_MS);
}

static void gives_up_on_time(void **state)
{
    (void)state;
    assert_int_equal(wait_for(UINT64_MAX, 250), TAPEMAP_E_TIMEOUT);
    assert_int_equal(script.sleeps, 3);
    assert_int_equal(script.last_slice_ms, 50);
}

static void notices_the_end(void **state)
{
    (void)state;
    script.end_at = 1;
    assert_int_equal(wait_for(1, 100000), TAPEMAP_E_ENDED);
    assert_int_equal(script.sleeps, 2);
    assert_int_equal(wait_for(1, 100000), TAPEMAP_E_ENDED);
    assert_int_equal(script.sleeps, 2);
}

static void does_not_miss_what_came_with_the_end(void **state)
{
    (void)state;
    script.end_at = 1;
    script.end_frames = 10;
    assert_int_equal(wait_for(10, 100000), TAPEMAP_OK);
    assert_int_equal(wait_for(11, 100000), TAPEMAP_E_ENDED);
}

static void notices_that_the_heart_stands_still(void **state)
{
    (void)state;
    script.dies_at = 5;
    assert_int_equal(wait_for(1, 100000), TAPEMAP_E_STALLED);
    assert_in_range(script.sleeps, 5 + 21, 5 + 23);
    assert_int_equal(wait_for(1, 0), TAPEMAP_E_STALLED);
    /* an ended tape has no heart */
    store_release_u64(&tape.control->state, TAPEMAP_STATE_ENDED);
    assert_int_equal(wait_for(1, 100000), TAPEMAP_E_ENDED);
}

static void beat_ahead(uint64_t clock)
{
    store_relaxed_u64(&tape.control->heartbeat_clock, script.clock + clock);
}

static uint64_t heartbeat_age_ns(void)
{
    return reader_heartbeat_age_ns(&reader, script.clock, FAKE_CLOCK_HZ);
}

static void takes_a_beat_a_little_ahead_for_a_sign_of_life(void **state)
{
    (void)state;
    beat_ahead(2 * (uint64_t)FAKE_CLOCK_HZ);
    script.dies_at = 0;
    assert_int_equal(heartbeat_age_ns(), 0);
    assert_int_equal(wait_for(1, 3900), TAPEMAP_E_TIMEOUT);
    assert_int_equal(wait_for(1, 400), TAPEMAP_E_STALLED);
}

/* L61 */
static void takes_a_beat_far_ahead_for_none(void **state)
{
    (void)state;
    script.dies_at = 0;
    beat_ahead(2 * (uint64_t)FAKE_CLOCK_HZ + 1);
    assert_int_equal(wait_for(1, 0), TAPEMAP_E_STALLED);
    beat_ahead(5 * (uint64_t)FAKE_CLOCK_HZ);
    assert_int_equal(heartbeat_age_ns(), 5000000000u);
    store_relaxed_u64(&tape.control->heartbeat_clock, UINT64_MAX);
    assert_int_equal(wait_for(1, 5000), TAPEMAP_E_STALLED);
    assert_int_equal(script.sleeps, 1);
}

/* The machine was asleep; reader and recorder run again, and the reader is the first of them. */
static void does_not_take_the_sleep_of_a_machine_for_a_stall(void **state)
{
    (void)state;
    script.suspend_at = 3;
    script.append_at = 5;
    assert_int_equal(wait_for(480, NEVER), TAPEMAP_OK);
    script.suspend_at = script.sleeps + 1;
    assert_int_equal(wait_for(481, 500), TAPEMAP_E_TIMEOUT);
    assert_int_equal(wait_for(481, 500), TAPEMAP_E_TIMEOUT);
}

/* The same while the caller was busy with what it had read. */
static void looks_twice_before_it_calls_a_recorder_stalled(void **state)
{
    (void)state;
    script.clock += 3600 * (uint64_t)FAKE_CLOCK_HZ;
    assert_int_equal(wait_for(1, 0), TAPEMAP_E_STALLED);
    assert_int_equal(wait_for(1, 50), TAPEMAP_E_TIMEOUT);
    script.dies_at = script.sleeps;
    script.clock += 3600 * (uint64_t)FAKE_CLOCK_HZ;
    assert_int_equal(wait_for(1, 50), TAPEMAP_E_STALLED);
    assert_int_equal(script.last_slice_ms, 50);
    assert_int_equal(wait_for(1, NEVER), TAPEMAP_E_STALLED);
    assert_int_equal(script.last_slice_ms, 100);
}

static void does_not_spin_on_an_event_that_is_stuck(void **state)
{
    (void)state;
    script.event_is_stuck = true;
    assert_int_equal(wait_for(1, 1000), TAPEMAP_E_TIMEOUT);
    assert_in_range(script.sleeps, 10, 21);
    assert_in_range(script.blind_sleeps, 10, 11);
}

static void passes_on_that_waiting_failed(void **state)
{
    (void)state;
    script.failure = TAPEMAP_E_SYSTEM;
    assert_int_equal(wait_for(1, 1000), TAPEMAP_E_SYSTEM);
}

#define WAIT_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WAIT_TEST(does_not_sleep_when_the_position_is_reached),
        WAIT_TEST(wakes_by_the_event_of_the_next_number),
        WAIT_TEST(goes_on_waiting_when_what_came_is_not_enough),
        WAIT_TEST(gives_up_on_time),
        WAIT_TEST(notices_the_end),
        WAIT_TEST(does_not_miss_what_came_with_the_end),
        WAIT_TEST(notices_that_the_heart_stands_still),
        WAIT_TEST(takes_a_beat_a_little_ahead_for_a_sign_of_life),
        WAIT_TEST(takes_a_beat_far_ahead_for_none),
        WAIT_TEST(does_not_take_the_sleep_of_a_machine_for_a_stall),
        WAIT_TEST(looks_twice_before_it_calls_a_recorder_stalled),
        WAIT_TEST(does_not_spin_on_an_event_that_is_stuck),
        WAIT_TEST(passes_on_that_waiting_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
