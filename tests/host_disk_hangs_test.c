/* SPDX-License-Identifier: MIT */
/* A recorder whose disk is this test's own, and does not answer: what is said, and that nothing
   waits for it for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "deck_change.h"
#include "device_rig.h"
#include "folder.h"
#include "identity.h"
#include "program.h"
#include "recorder_state.h"
#include "say.h"
#include "sleeper.h"
#include "steady_clock.h"

#define RATE_HZ 48000u
#define PACKET 480u

static char deck[40];
static char folder[300];
static struct recorder *recorder;
/* 1: the next one does; 2: one does. The last is the making of the next tape. */
static struct tapemap_shared_u64 commit_hangs;
static struct tapemap_shared_u64 flush_hangs;
static struct tapemap_shared_u64 make_hangs;
static const struct store_ops *real_ops;
static void (*when_said)(const char *text); /* on the main thread */
static unsigned errors;
static unsigned given_up;
static char last_line[400];

/* ---- In place of the real ones -------------------------------------------------------------- */

static void hang(struct tapemap_shared_u64 *what)
{
    if (load_acquire_u64(what) == 0)
        return;
    store_release_u64(what, 2);
    while (load_acquire_u64(what) != 0)
        steady_clock_sleep_ms(5);
}

static void hear(const char *format, va_list arguments)
{
    char text[700];

    vsnprintf(text, sizeof text, format, arguments);
    print_message("%s\n", text);
    if (when_said)
        when_said(text);
}

void say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    hear(format, arguments);
    va_end(arguments);
}

/* What the event log is to have. */
void say_error(const char *format, ...)
{
    va_list arguments;

    errors++;
    va_start(arguments, format);
    hear(format, arguments);
    va_end(arguments);
}

void say_without_log(const char *format, ...)
{
    (void)format;
}

static enum tapemap_status commit_that_hangs(struct store *store, uint64_t offset, void *address,
                                             size_t bytes)
{
    hang(&commit_hangs);
    return real_ops->commit(store, offset, address, bytes);
}

static enum tapemap_status flush_that_hangs(struct store *store, uint64_t offset, uint64_t end)
{
    (void)store;
    (void)offset;
    (void)end;
    hang(&flush_hangs);
    return TAPEMAP_OK;
}

enum tapemap_status __real_recorded_tape_create(const struct tape_place *place,
                                                struct tape_config *config,
                                                struct recorded_tape **made,
                                                struct failure *failure);
enum tapemap_status __wrap_recorded_tape_create(const struct tape_place *place,
                                                struct tape_config *config,
                                                struct recorded_tape **made,
                                                struct failure *failure);

enum tapemap_status __wrap_recorded_tape_create(const struct tape_place *place,
                                                struct tape_config *config,
                                                struct recorded_tape **made,
                                                struct failure *failure)
{
    hang(&make_hangs);
    return __real_recorded_tape_create(place, config, made, failure);
}

/* The process goes on, and so does the disk. */
void __wrap_program_give_up(const char *line, int code);
void __wrap_program_give_up(const char *line, int code)
{
    assert_int_equal(code, 1);
    snprintf(last_line, sizeof last_line, "%s", line);
    given_up++;
    store_release_u64(&commit_hangs, 0);
}

static void deliver(struct sleeper *sleeper, void *context)
{
    static const int16_t frames[PACKET] = {1};
    struct device_rig *device = context;

    while (load_acquire_u64(&device->is_stopping) == 0) {
        sleeper_wait(sleeper, 10);
        device->sink.frames(device->sink.context, frames, PACKET, steady_clock_now());
    }
}

static enum tapemap_status device_start(struct source *source, const struct source_sink *sink,
                                        struct failure *failure)
{
    return device_rig_start(source, sink, deliver, failure);
}

static void device_close(struct source *source)
{
    device_rig_stop(source);
    free(source);
}

static const struct source_ops device_ops = {
    .start = device_start, .stop = device_rig_stop, .close = device_close};

enum tapemap_status source_open(const char *spec, const struct source_wish *wish,
                                struct source **source, struct failure *failure)
{
    struct device_rig *device = calloc(1, sizeof *device);
    (void)spec;
    (void)wish;

    if (!device)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory; close other programs");
    device->base = (struct source){.ops = &device_ops,
                                   .format = {TAPEMAP_S16, 1, RATE_HZ},
                                   .description = "TEST: device"};
    *source = &device->base;
    return TAPEMAP_OK;
}

/* ---- Recording ------------------------------------------------------------------------------ */

/* To a file, by a store with other functions; `ops` outlive it. */
static void open_file(struct store_ops *ops)
{
    static struct record_options options;
    static char hook[] = "where.exe";
    char *arguments[] = {"record", "--deck", deck, "--source", "portaudio:TEST:device", "--store",
                         "file", "--output", folder, "--extent", "1MiB", "--keep-free", "0",
                         "--on-finished", hook, "--quiet", NULL};
    struct failure failure;

    errors = given_up = 0;
    if (!record_options_parse(16, arguments, &options, &failure) ||
        recorder_open(&options, &recorder, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    struct store *audio = recorder_tape(recorder)->storage.audio;
    real_ops = audio->ops;
    *ops = *audio->ops;
    ops->commit = commit_that_hangs;
    ops->flush = flush_that_hangs;
    audio->ops = ops;
}

static void record_with_commit_that_hangs(void (*script)(const char *text))
{
    static struct store_ops ops;
    struct failure failure;

    open_file(&ops);
    when_said = script;
    store_release_u64(&commit_hangs, 1);
    assert_int_equal(recorder_run(recorder, &failure), TAPEMAP_OK);
    when_said = NULL;
    assert_int_equal(load_acquire_u64(&recorder_control(recorder)->reason),
                     TAPEMAP_REASON_REQUESTED);
    recorder_close(recorder);
}

static bool has_gone_on;

/* The number behind `words`; 0: they are not in the text. A slow machine makes it larger. */
static unsigned long seconds_behind(const char *text, const char *words)
{
    const char *at = strstr(text, words);

    return at ? strtoul(at + strlen(words), NULL, 10) : 0;
}

static void let_go_when_told(const char *text)
{
    if (seconds_behind(text, "its disk has not answered for ") >= 10)
        store_release_u64(&commit_hangs, 0);
    has_gone_on = has_gone_on || seconds_behind(text, "it goes on, after ") >= 10;
    if (has_gone_on)
        deck_request_end(recorder->deck, TAPEMAP_REASON_REQUESTED, NULL);
}

static void tells_of_a_commit_that_hangs_and_of_its_end(void **state)
{
    (void)state;
    record_with_commit_that_hangs(let_go_when_told);
    assert_true(has_gone_on);
    assert_int_equal(errors, 1);
    assert_int_equal(given_up, 0);
}

static void end_when_told(const char *text)
{
    if (seconds_behind(text, "its disk has not answered for ") >= 10)
        deck_request_end(recorder->deck, TAPEMAP_REASON_REQUESTED, NULL);
}

static void ends_when_it_is_asked_to_while_a_commit_hangs(void **state)
{
    (void)state;
    record_with_commit_that_hangs(end_when_told);
    assert_true(given_up > 0);
    assert_true(seconds_behind(last_line, "it cannot end: its disk has not answered for ") >= 10);
    assert_non_null(strstr(last_line, "'tapemap recover' complete the file\n"));
}

static void end_once_both_hang(struct sleeper *sleeper, void *context)
{
    (void)sleeper;
    store_release_u64(&make_hangs, 1);
    deck_request_rotate(context);
    while (load_acquire_u64(&flush_hangs) != 2 || load_acquire_u64(&make_hangs) != 2)
        steady_clock_sleep_ms(1);
    deck_request_end(context, TAPEMAP_REASON_REQUESTED, NULL);
}

static void waits_for_no_other_thread_once_its_flushes_hang(void **state)
{
    static struct store_ops ops;
    struct sleeper *later;
    struct failure failure;
    (void)state;

    open_file(&ops);
    store_release_u64(&flush_hangs, 1);
    assert_int_equal(sleeper_start(end_once_both_hang, recorder->deck, &later, &failure),
                     TAPEMAP_OK);
    assert_int_equal(recorder_run(recorder, &failure), TAPEMAP_E_SYSTEM);
    assert_non_null(strstr(failure.text, "has not answered for 10 seconds"));
    assert_int_equal(load_acquire_u64(&recorder_control(recorder)->state), TAPEMAP_STATE_ENDED);
    assert_null(recorder_take_path(recorder));
    assert_null(recorder_take_hook(recorder));
    assert_false(recorder_close(recorder));
    assert_true(source_thread_was_left());
    sleeper_destroy(later);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_of_a_commit_that_hangs_and_of_its_end),
        cmocka_unit_test(ends_when_it_is_asked_to_while_a_commit_hangs),
        /* The last one: it leaves its recorder behind. */
        cmocka_unit_test(waits_for_no_other_thread_once_its_flushes_hang),
    };
    snprintf(deck, sizeof deck, "disk test %u", (unsigned)identity_pid());
    if (!folder_temporary(folder, sizeof folder))
        return 1;
    snprintf(folder + strlen(folder), sizeof folder - strlen(folder), "%s", deck);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
