/* SPDX-License-Identifier: MIT */
/* A recorder whose source is this test's own: what happens while a device takes its time, or before
   it is started. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "atomic64.h"
#include "file_access.h"
#include "folder.h"
#include "identity.h"
#include "left_tape.h"
#include "recorder_state.h"
#include "steady_clock.h"

#define FRAMES LEFT_TAPE_FRAMES
#define RATE_HZ LEFT_TAPE_RATE_HZ
#define LEFT_TAPE "host_recorder_test.wav"
#define NS_PER_SECOND UINT64_C(1000000000)
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
    static const int16_t frames[FRAMES] = {0};
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
    .ops = &slow_ops, .format = {TAPEMAP_S16, 1, RATE_HZ}, .description = "a slow device"};

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

static enum tapemap_status record(const struct record_options *options, bool fails,
                                  struct failure *failure)
{
    fails_to_start = fails;
    has_beaten = false;
    if (recorder_open(options, &recorder, failure) != TAPEMAP_OK)
        fail_msg("%s", failure->text);
    return recorder_run(recorder, failure);
}

static void beats_while_its_source_starts(void **state)
{
    const struct record_options options = left_tape_memory(deck);
    const struct tapemap_control *control;
    struct failure failure;
    (void)state;

    assert_int_equal(record(&options, false, &failure), TAPEMAP_OK);
    control = recorder_control(recorder);
    assert_true(has_beaten);
    assert_true(load_acquire_u64(&control->head) == FRAMES);
    assert_int_equal(load_acquire_u64(&control->reason), TAPEMAP_REASON_SOURCE_LOST);
    recorder_close(recorder);
}

static void ends_its_tape_when_the_source_cannot_start(void **state)
{
    const struct record_options options = left_tape_memory(deck);
    const struct tapemap_control *control;
    struct failure failure;
    (void)state;

    assert_int_equal(record(&options, true, &failure), TAPEMAP_E_LOST);
    control = recorder_control(recorder);
    assert_string_equal(failure.text, "it is asleep; wake it");
    assert_int_equal(load_acquire_u64(&control->state), TAPEMAP_STATE_ENDED);
    assert_int_equal(load_acquire_u64(&control->reason), TAPEMAP_REASON_FAILURE);
    assert_string_equal(control->reason_text, failure.text);
    recorder_close(recorder);
}

static enum tapemap_status rotate_at_once(const struct record_options *options)
{
    const struct recorder_control *control;
    struct failure failure;

    if (recorder_open(options, &recorder, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    control = &recorder->control; /* the pipe's, which is open now */
    return control->ops.rotate(control->context, &failure);
}

static void remove_file(void *context, const char *path)
{
    (void)context;
    assert_int_equal(file_access_remove(path), 0);
    folder_remove_for(path, 1);
}

static void may_be_told_to_rotate_before_its_source_is_started(void **state)
{
    char *arguments[] = {"record", "--deck", deck, "--source", "tone", "--store", "file",
                         "--output", deck, "--extent", "1MiB", "--quiet", NULL};
    const struct record_options memory = left_tape_memory(deck);
    struct record_options options;
    struct failure failure;
    (void)state;

    if (!record_options_parse(12, arguments, &options, &failure))
        fail_msg("%s", failure.text);
    assert_int_equal(rotate_at_once(&options), TAPEMAP_OK);
    recorder_close(recorder);
    folder_each_file(deck, 1, remove_file, NULL);
    assert_int_equal(rotate_at_once(&memory), TAPEMAP_E_UNSUPPORTED);
    recorder_close(recorder);
}

/* ---- Going on with an interrupted tape ------------------------------------------------------ */

static void check_frames(uint64_t first, uint64_t count, int16_t value)
{
    struct file_access *file;
    int16_t frames[4096];

    assert_int_equal(file_access_open(LEFT_TAPE, FILE_ACCESS_READ, &file), 0);
    for (uint64_t done = 0, part = 0; done < count; done += part) {
        part = count - done < 4096 ? count - done : 4096;
        assert_int_equal(file_access_read(file, TAPEMAP_DATA_OFFSET + 2 * (first + done), frames,
                                          2 * (size_t)part), 0);
        for (size_t i = 0; i < part; i++)
            assert_int_equal(frames[i], value);
    }
    file_access_close(file);
}

/* Its source cannot start: the tape goes on being one that can be resumed. */
static void fail_to_resume(const struct record_options *options)
{
    struct failure failure;

    assert_int_equal(record(options, true, &failure), TAPEMAP_E_LOST);
    const struct tapemap_control *control = recorder_control(recorder);
    assert_string_equal(failure.text, "it is asleep; wake it");
    assert_int_equal(load_acquire_u64(&control->state), TAPEMAP_STATE_STARTING);
    assert_int_equal(load_acquire_u64(&control->head), FRAMES);
    assert_int_equal(load_acquire_u64(&control->resume_count), 1); /* tried again, not counted */
    assert_null(recorder_take_path(recorder));
    recorder_close(recorder);
}

static void leaves_an_interrupted_tape_when_the_source_cannot_start(void **state)
{
    struct record_options options = left_tape_options(deck, LEFT_TAPE);
    uint64_t died = utc_now_ns() - 5 * NS_PER_SECOND;
    struct failure failure;
    (void)state;

    left_tape_remove(LEFT_TAPE);
    options.file.resumes = true;
    left_tape_make(&options, died);
    fail_to_resume(&options);
    fail_to_resume(&options);
    uint64_t least = (utc_now_ns() - died) / 1000 * RATE_HZ / 1000000;
    assert_int_equal(record(&options, false, &failure), TAPEMAP_OK);
    uint64_t most = (utc_now_ns() - died) / 1000 * RATE_HZ / 1000000;
    const struct tapemap_control *control = recorder_control(recorder);
    uint64_t gap = load_acquire_u64(&control->gap_frames);
    assert_in_range(gap, least, most);
    assert_int_equal(load_acquire_u64(&control->gap_count), 1);
    assert_int_equal(load_acquire_u64(&control->head), FRAMES + gap + FRAMES);
    assert_int_equal(load_acquire_u64(&control->state), TAPEMAP_STATE_ENDED);
    recorder_close(recorder);
    check_frames(0, FRAMES, 1);
    check_frames(FRAMES, gap, 0);
    left_tape_remove(LEFT_TAPE);
}

static void begins_no_new_tape_beside_one_that_is_being_completed(void **state)
{
    struct record_options options = left_tape_options(deck, LEFT_TAPE);
    struct file_access *completing;
    struct failure failure;
    (void)state;

    left_tape_remove(LEFT_TAPE);
    options.file.resumes = options.file.resumes_or_new = true;
    options.wish.format.sample_rate_hz = 44100; /* else a new one would be begun */
    left_tape_make(&options, utc_now_ns());
    assert_int_equal(file_access_open(LEFT_TAPE, FILE_ACCESS_CHANGE, &completing), 0);
    assert_int_equal(recorder_open(&options, &recorder, &failure), TAPEMAP_E_BUSY);
    assert_non_null(strstr(failure.text, "another process is recording or completing"));
    file_access_close(completing);
    left_tape_remove(LEFT_TAPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beats_while_its_source_starts),
        cmocka_unit_test(ends_its_tape_when_the_source_cannot_start),
        cmocka_unit_test(may_be_told_to_rotate_before_its_source_is_started),
        cmocka_unit_test(begins_no_new_tape_beside_one_that_is_being_completed),
        cmocka_unit_test(leaves_an_interrupted_tape_when_the_source_cannot_start),
    };
    snprintf(deck, sizeof deck, "recorder test %u", (unsigned)identity_pid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
