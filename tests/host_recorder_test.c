/* SPDX-License-Identifier: MIT */
/* A recorder whose source is this test's own: what happens while a device takes its time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "atomic64.h"
#include "identity.h"
#include "recorder.h"
#include "steady_clock.h"

#define FRAMES 480
#define PATIENCE_SECONDS 20

static char deck[40];
static struct recorder *recorder;
static bool fails_to_start;
static bool has_beaten; /* while the source was starting */

static void note_beat(const struct tapemap_control *control)
{
    uint64_t first = load_relaxed_u64(&control->heartbeat_clock);
    uint64_t end = steady_clock_now() + PATIENCE_SECONDS * steady_clock_hz();

    while (!has_beaten && steady_clock_now() < end) {
        steady_clock_sleep_ms(1);
        has_beaten = load_relaxed_u64(&control->heartbeat_clock) != first;
    }
}

/* Takes as long as it takes the keeper to beat; then delivers a little, and is lost. */
static enum tapemap_status slow_start(struct source *source, const struct source_sink *sink,
                                      struct failure *failure)
{
    static const int16_t frames[FRAMES];
    (void)source;

    note_beat(recorder_control(recorder));
    if (fails_to_start)
        return failure_set(failure, TAPEMAP_E_LOST, "it is asleep; wake it");
    sink->frames(sink->context, frames, FRAMES, steady_clock_now());
    sink->lost(sink->context);
    return TAPEMAP_OK;
}

static void slow_nothing(struct source *source)
{
    (void)source;
}

static const struct source_ops slow_ops = {
    .start = slow_start, .stop = slow_nothing, .close = slow_nothing};
static struct source slow = {
    .ops = &slow_ops, .format = {TAPEMAP_S16, 1, 48000}, .description = "a slow device"};

/* In place of the one that knows real sources. */
enum tapemap_status source_open(const char *spec, const struct source_wish *wish,
                                struct source **source, struct failure *failure)
{
    (void)spec;
    (void)wish;
    (void)failure;
    *source = &slow;
    return TAPEMAP_OK;
}

static enum tapemap_status record(bool fails, struct failure *failure)
{
    static struct record_options options;

    options.deck = deck;
    options.source = "slow";
    options.capacity_bytes = 1 << 20;
    options.is_quiet = true;
    fails_to_start = fails;
    has_beaten = false;
    if (recorder_open(&options, &recorder, failure) != TAPEMAP_OK)
        fail_msg("%s", failure->text);
    return recorder_run(recorder, failure);
}

static void beats_while_its_source_starts(void **state)
{
    const struct tapemap_control *control;
    struct failure failure;
    (void)state;

    assert_int_equal(record(false, &failure), TAPEMAP_OK);
    control = recorder_control(recorder);
    assert_true(has_beaten);
    assert_true(load_acquire_u64(&control->head) == FRAMES);
    assert_int_equal(load_acquire_u64(&control->reason), TAPEMAP_REASON_SOURCE_LOST);
    recorder_close(recorder);
}

static void ends_its_tape_when_the_source_cannot_start(void **state)
{
    const struct tapemap_control *control;
    struct failure failure;
    (void)state;

    assert_int_equal(record(true, &failure), TAPEMAP_E_LOST);
    control = recorder_control(recorder);
    assert_string_equal(failure.text, "it is asleep; wake it");
    assert_int_equal(load_acquire_u64(&control->state), TAPEMAP_STATE_ENDED);
    assert_int_equal(load_acquire_u64(&control->reason), TAPEMAP_REASON_FAILURE);
    assert_string_equal(control->reason_text, failure.text);
    recorder_close(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beats_while_its_source_starts),
        cmocka_unit_test(ends_its_tape_when_the_source_cannot_start),
    };
    snprintf(deck, sizeof deck, "recorder test %u", (unsigned)identity_pid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
