/* SPDX-License-Identifier: MIT */
/* A recorder whose device is this test's own, and goes away: what becomes of it then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "atomic64.h"
#include "control_client.h"
#include "control_image.h"
#include "control_pipe.h"
#include "device_rig.h"
#include "file_access.h"
#include "folder.h"
#include "identity.h"
#include "object_names.h"
#include "recorder_state.h"
#include "steady_clock.h"
#include "sleeper.h"

#define MOST_PACKET 480

/* What the n-th time that the device is opened does; the last one for all that follow. */
enum act {
    ACT_ABSENT,        /* it is not there */
    ACT_OTHER_FORMAT,  /* it is there in another format only, from now on; delivers nothing */
    ACT_LOSE,          /* delivers half a second, and is lost */
    ACT_LOSE_AND_HANG, /* the same, and never answers its stop */
    ACT_DELIVER,       /* delivers half a second; then the recording is asked to end */
    ACT_BACK,          /* the same, as it was at first */
};

struct device {
    struct device_rig rig;
    enum act act;
};

static char deck[40];
static char folder[300];
static struct recorder *recorder;
static const enum act *acts;
static uint32_t rate_hz; /* of the device */
static struct tapemap_shared_u64 opened; /* times */
static struct tapemap_shared_u64 lets_go; /* 1: a stop that hangs comes back */

static bool is_stopping(struct device *device)
{
    return load_acquire_u64(&device->rig.is_stopping) != 0;
}

static void deliver(struct sleeper *sleeper, void *context)
{
    static const int16_t frames[MOST_PACKET] = {1};
    struct device *device = context;
    size_t packet = device->rig.base.format.sample_rate_hz / 100;

    for (int i = 0; i < 50 && !is_stopping(device); i++) {
        sleeper_wait(sleeper, 10);
        device->rig.sink.frames(device->rig.sink.context, frames, packet, steady_clock_now());
    }
    if (device->act != ACT_DELIVER && device->act != ACT_BACK)
        device->rig.sink.lost(device->rig.sink.context);
    else
        deck_request_end(device->rig.sink.context, TAPEMAP_REASON_REQUESTED, NULL);
}

static enum tapemap_status device_start(struct source *source, const struct source_sink *sink,
                                        struct failure *failure)
{
    return device_rig_start(source, sink, deliver, failure);
}

static void device_stop(struct source *source)
{
    struct device *device = (struct device *)source;

    device_rig_stop(source);
    while (device->act == ACT_LOSE_AND_HANG && load_acquire_u64(&lets_go) == 0)
        steady_clock_sleep_ms(5);
}

static void device_close(struct source *source)
{
    device_stop(source);
    memset(source, 0, sizeof(struct device));
}

static const struct source_ops device_ops = {
    .start = device_start, .stop = device_stop, .close = device_close};

/* In place of the one that knows real sources. */
enum tapemap_status source_open(const char *spec, const struct source_wish *wish,
                                struct source **source, struct failure *failure)
{
    static struct device device;
    uint64_t count = load_relaxed_u64(&opened);
    enum act act = acts[count];
    bool is_any = wish->format.sample_rate_hz == 0;

    assert_string_equal(spec, "portaudio:TEST:device");
    if (act == ACT_ABSENT) {
        store_release_u64(&opened, count + 1);
        return failure_set(failure, TAPEMAP_E_ARGUMENT, "no device fits; connect it");
    }
    if (act == ACT_OTHER_FORMAT)
        rate_hz = 44100;
    if (act == ACT_BACK)
        rate_hz = 48000;
    if (!is_any && wish->format.sample_rate_hz != rate_hz)
        return failure_set(failure, TAPEMAP_E_UNSUPPORTED, "not in that format");
    store_release_u64(&opened, count + 1);
    memset(&device, 0, sizeof device);
    device.act = act;
    device.rig.base = (struct source){.ops = &device_ops,
                                      .format = {TAPEMAP_S16, 1, rate_hz},
                                      .description = "TEST: device"};
    *source = &device.rig.base;
    return TAPEMAP_OK;
}

static const struct tapemap_control *run(const struct record_options *options,
                                         const enum act *plan)
{
    struct failure failure;

    acts = plan;
    rate_hz = 48000;
    store_release_u64(&opened, 0);
    if (recorder_open(options, &recorder, &failure) != TAPEMAP_OK ||
        recorder_run(recorder, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    return recorder_control(recorder);
}

static const struct tapemap_control *record(const enum act *plan, bool waits_at_start)
{
    static struct record_options options;

    options.deck = deck;
    options.source = "portaudio:TEST:device";
    options.capacity_bytes = 8 << 20;
    options.is_quiet = true;
    options.waits_for_source = true;
    options.space = OBJECT_SPACE_LOCAL;
    options.waits_at_start = waits_at_start;
    return run(&options, plan);
}

/* As files, of which there may be one after another; with that --rate, unless it is NULL. */
static const struct tapemap_control *record_files(const enum act *plan, const char *rate)
{
    static struct record_options options;
    char *arguments[] = {"record", "--deck", deck, "--source", "portaudio:TEST:device", "--store",
                         "file", "--output", folder, "--extent", "1MiB", "--keep-free", "0",
                         "--quiet", "--rate", (char *)(uintptr_t)rate, NULL};
    struct failure failure;

    if (!record_options_parse(rate ? 16 : 14, arguments, &options, &failure))
        fail_msg("%s", failure.text);
    options.waits_for_source = true;
    return run(&options, plan);
}

static void goes_on_with_a_device_that_comes_back(void **state)
{
    static const enum act plan[] = {ACT_LOSE, ACT_ABSENT, ACT_LOSE, ACT_DELIVER};
    const struct tapemap_control *control = record(plan, false);
    uint64_t rate = control->sample_rate_hz;
    (void)state;

    assert_int_equal(load_acquire_u64(&control->reason), TAPEMAP_REASON_REQUESTED);
    assert_int_equal(load_acquire_u64(&control->gap_count), 2);
    /* Looked for twice the first time, two seconds after another, and once the second time. */
    assert_true(load_acquire_u64(&control->gap_frames) >= 5 * rate);
    assert_true(load_acquire_u64(&control->head) >= 6 * rate);
    assert_false(recorder_was_lost(recorder));
    recorder_close(recorder);
}

static void waits_for_a_device_that_is_absent_at_first(void **state)
{
    static const enum act plan[] = {ACT_ABSENT, ACT_DELIVER};
    const struct tapemap_control *control = record(plan, true);
    (void)state;

    assert_int_equal(load_acquire_u64(&control->gap_count), 0);
    assert_true(load_acquire_u64(&control->head) > 0);
    recorder_close(recorder);
}

static enum tapemap_status open_absent(uint64_t duration_ns, struct failure *failure)
{
    static const enum act plan[8] = {ACT_ABSENT};
    static struct record_options options;

    options = (struct record_options){.deck = deck,
                                      .source = "portaudio:TEST:device",
                                      .capacity_bytes = 8 << 20,
                                      .is_quiet = true,
                                      .waits_for_source = true,
                                      .waits_at_start = true,
                                      .duration_ns = duration_ns,
                                      .space = OBJECT_SPACE_LOCAL};
    acts = plan;
    store_release_u64(&opened, 0);
    return recorder_open(&options, &recorder, failure);
}

static void does_not_wait_longer_than_it_was_to_record(void **state)
{
    struct failure failure;
    (void)state;

    assert_int_equal(open_absent(500000000, &failure), TAPEMAP_E_LOST);
    assert_non_null(strstr(failure.text, "was not there in the 0:00.5 that was to be recorded"));
}

static char *ask(const char *request)
{
    char name[OBJECT_NAME_BYTES];
    struct failure failure;
    cJSON *answer = NULL;
    char *text = NULL;

    control_pipe_name(name, false, deck);
    if (control_client_ask(name, request, 5000, &answer, &failure) == TAPEMAP_OK)
        text = cJSON_PrintUnformatted(answer);
    cJSON_Delete(answer);
    return text;
}

static struct tapemap_shared_u64 was_listed;

static void stop_what_waits(struct sleeper *sleeper, void *context)
{
    struct catalogue *catalogue;
    struct failure failure;
    bool is_waiting = false;
    (void)context;

    while (!is_waiting) {
        char *text = ask("{\"command\":\"status\"}");
        is_waiting = text && strstr(text, "\"state\":\"source-lost\"");
        cJSON_free(text);
        sleeper_wait(sleeper, 5);
    }
    if (catalogue_open(OBJECT_SPACE_LOCAL, &catalogue, &failure) == TAPEMAP_OK) {
        store_release_u64(&was_listed, catalogue_find_pid(catalogue, deck) == identity_pid());
        catalogue_close(catalogue);
    }
    cJSON_free(ask("{\"command\":\"stop\"}"));
}

static void is_listed_and_takes_words_while_it_waits(void **state)
{
    struct sleeper *other;
    struct failure failure;
    (void)state;

    assert_int_equal(sleeper_start(stop_what_waits, NULL, &other, &failure), TAPEMAP_OK);
    assert_int_equal(open_absent(0, &failure), TAPEMAP_E_ENDED);
    assert_non_null(strstr(failure.text, "stopped before its source was there"));
    assert_true(sleeper_has_ended(other, 10000));
    sleeper_destroy(other);
    assert_true(load_acquire_u64(&was_listed) == 1);
}

/* A recording of ten seconds of which two have passed. */
static void counts_the_time_that_it_waited(void **state)
{
    static const enum act plan[] = {ACT_ABSENT, ACT_LOSE, ACT_ABSENT, ACT_ABSENT};
    static struct record_options options;
    (void)state;

    options = (struct record_options){.deck = deck,
                                      .source = "portaudio:TEST:device",
                                      .capacity_bytes = 8 << 20,
                                      .is_quiet = true,
                                      .waits_for_source = true,
                                      .waits_at_start = true,
                                      .duration_ns = UINT64_C(10000000000),
                                      .space = OBJECT_SPACE_LOCAL};
    const struct tapemap_control *control = run(&options, plan);
    assert_int_equal(load_acquire_u64(&control->reason), TAPEMAP_REASON_DURATION);
    assert_true(load_acquire_u64(&control->head) <= 8 * 48000);
    recorder_close(recorder);
}

static void ends_when_it_comes_back_in_another_format(void **state)
{
    static const enum act plan[] = {ACT_LOSE, ACT_OTHER_FORMAT};
    const struct tapemap_control *control = record(plan, false);
    (void)state;

    assert_int_equal(load_acquire_u64(&control->reason), TAPEMAP_REASON_SOURCE_LOST);
    assert_non_null(strstr(control->reason_text,
                           "came back as s16, 44100 Hz, 1 channel instead of s16, 48000 Hz"));
    assert_true(recorder_was_lost(recorder));
    recorder_close(recorder);
}

static void look_at_file(void *context, const char *path)
{
    struct tapemap_control *controls = context;
    union control_image image;

    if (strstr(path, ".index"))
        return;
    assert_true(control_image_read(path, &image));
    controls[image.control.sample_rate_hz == 44100] = image.control;
}

static void remove_file(void *context, const char *path)
{
    (void)context;
    assert_int_equal(file_access_remove(path), 0);
}

static void goes_on_with_a_tape_in_the_format_that_it_came_back_in(void **state)
{
    static const enum act plan[] = {ACT_LOSE, ACT_OTHER_FORMAT, ACT_DELIVER};
    const struct tapemap_control *control = record_files(plan, NULL);
    struct tapemap_control tapes[2] = {0};
    struct status_facts facts;
    (void)state;

    assert_int_equal(load_acquire_u64(&control->reason), TAPEMAP_REASON_REQUESTED);
    assert_int_equal(control->sample_rate_hz, 44100);
    assert_int_equal(control->previous_tape_id, 0);
    assert_false(recorder_was_lost(recorder));
    recorder_get_facts(recorder, &facts);
    assert_true(facts.gap_count >= 1 && facts.head >= 3 * 44100);
    recorder_close(recorder);
    folder_each_file(folder, 1, look_at_file, tapes);
    assert_int_equal(tapes[0].sample_rate_hz, 48000);
    assert_int_equal(load_relaxed_u64(&tapes[0].reason), TAPEMAP_REASON_ROTATED);
    assert_int_equal(load_relaxed_u64(&tapes[0].next_tape_id), tapes[1].tape_id);
    assert_non_null(strstr(tapes[0].reason_text, "came back as s16, 44100 Hz, 1 channel"));
    assert_true(load_relaxed_u64(&tapes[0].index_offset) != 0); /* it is completed */
    /* Two seconds of silence pass until it is looked for. */
    assert_true(load_relaxed_u64(&tapes[0].head) >= 48000 * 5 / 2);
    assert_true(load_relaxed_u64(&tapes[1].head) - load_relaxed_u64(&tapes[1].gap_frames) >=
                44100 / 3);
    folder_each_file(folder, 1, remove_file, NULL);
}

static void keeps_time_rather_than_record_what_was_not_asked_for(void **state)
{
    static const enum act plan[] = {ACT_LOSE, ACT_OTHER_FORMAT, ACT_BACK};
    const struct tapemap_control *control = record_files(plan, "48000");
    (void)state;

    assert_int_equal(load_acquire_u64(&control->reason), TAPEMAP_REASON_REQUESTED);
    assert_int_equal(control->sample_rate_hz, 48000);
    /* Two seconds until it was there, otherwise, and two more. */
    assert_true(load_acquire_u64(&control->gap_frames) >= 4 * 48000);
    recorder_close(recorder);
    folder_each_file(folder, 1, remove_file, NULL);
}

static void ask_to_end_after_a_second_of_tape(struct sleeper *sleeper, void *context)
{
    while (load_acquire_u64(&recorder_control(recorder)->head) < 48000)
        sleeper_wait(sleeper, 5);
    deck_request_end(context, TAPEMAP_REASON_REQUESTED, NULL);
}

/* Time goes on, and the tape ends when it is asked to, though the device answers nothing. */
static void is_not_held_up_by_a_device_that_does_not_stop(void **state)
{
    static const enum act plan[] = {ACT_LOSE_AND_HANG};
    struct record_options options = {.deck = deck,
                                     .source = "portaudio:TEST:device",
                                     .capacity_bytes = 8 << 20,
                                     .is_quiet = true,
                                     .waits_for_source = true,
                                     .space = OBJECT_SPACE_LOCAL};
    struct sleeper *later;
    struct failure failure;
    (void)state;

    acts = plan;
    rate_hz = 48000;
    store_release_u64(&opened, 0);
    assert_int_equal(recorder_open(&options, &recorder, &failure), TAPEMAP_OK);
    assert_int_equal(sleeper_start(ask_to_end_after_a_second_of_tape, recorder->deck, &later,
                                   &failure), TAPEMAP_OK);
    assert_int_equal(recorder_run(recorder, &failure), TAPEMAP_OK);
    assert_true(load_acquire_u64(&recorder_control(recorder)->gap_frames) >= 24000);
    store_release_u64(&lets_go, 1);
    assert_true(sleeper_has_ended(later, 10000));
    sleeper_destroy(later);
    recorder_close(recorder);
}

static struct tapemap_shared_u64 disk_hangs; /* 1: an append waits for it */

static uint64_t fill_that_hangs(struct tape_appender *appender, const unsigned char *frames,
                                uint64_t count)
{
    if (appender->head >= 4800)
        store_release_u64(&disk_hangs, 1);
    while (load_acquire_u64(&disk_hangs) != 0)
        steady_clock_sleep_ms(1);
    return tape_append_fill(appender, frames, count);
}

static void end_once_it_hangs(struct sleeper *sleeper, void *context)
{
    (void)sleeper;
    while (load_acquire_u64(&disk_hangs) == 0)
        steady_clock_sleep_ms(1);
    deck_request_end(context, TAPEMAP_REASON_REQUESTED, NULL);
}

/* What is left to the end of the process is left to that of this test. */
static void gives_up_on_an_append_that_waits_for_the_disk(void **state)
{
    static const enum act plan[] = {ACT_DELIVER};
    static struct record_options options;
    struct sleeper *later;
    struct failure failure;
    (void)state;

    options.deck = deck;
    options.source = "portaudio:TEST:device";
    options.capacity_bytes = 8 << 20;
    options.is_quiet = true;
    options.space = OBJECT_SPACE_LOCAL;
    acts = plan;
    rate_hz = 48000;
    store_release_u64(&opened, 0);
    assert_int_equal(recorder_open(&options, &recorder, &failure), TAPEMAP_OK);
    tape_appender(recorder_tape(recorder)->tape)->fill = fill_that_hangs;
    assert_int_equal(sleeper_start(end_once_it_hangs, recorder->deck, &later, &failure),
                     TAPEMAP_OK);
    assert_int_equal(recorder_run(recorder, &failure), TAPEMAP_E_SYSTEM);
    assert_non_null(strstr(failure.text, "has not answered for 10 seconds"));
    const struct tapemap_control *control = recorder_control(recorder);
    assert_int_not_equal(load_acquire_u64(&control->state), TAPEMAP_STATE_ENDED);
    uint64_t head = load_acquire_u64(&control->head);
    assert_true(head >= 4800);
    assert_null(recorder_take_path(recorder));
    assert_null(recorder_take_hook(recorder));
    assert_false(recorder_close(recorder));
    assert_int_equal(load_acquire_u64(&control->head), head);
    sleeper_destroy(later);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_on_with_a_device_that_comes_back),
        cmocka_unit_test(waits_for_a_device_that_is_absent_at_first),
        cmocka_unit_test(does_not_wait_longer_than_it_was_to_record),
        cmocka_unit_test(is_listed_and_takes_words_while_it_waits),
        cmocka_unit_test(counts_the_time_that_it_waited),
        cmocka_unit_test(ends_when_it_comes_back_in_another_format),
        cmocka_unit_test(goes_on_with_a_tape_in_the_format_that_it_came_back_in),
        cmocka_unit_test(keeps_time_rather_than_record_what_was_not_asked_for),
        cmocka_unit_test(is_not_held_up_by_a_device_that_does_not_stop),
        /* The last one: it leaves its recorder behind. */
        cmocka_unit_test(gives_up_on_an_append_that_waits_for_the_disk),
    };
    snprintf(deck, sizeof deck, "lost test %u", (unsigned)identity_pid());
    if (!folder_temporary(folder, sizeof folder))
        return 1;
    snprintf(folder + strlen(folder), sizeof folder - strlen(folder), "%s", deck);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
