/* SPDX-License-Identifier: MIT */
/* A recorder whose device is this test's own, and does not answer: what is said, and what becomes
   of recorder and tape. Recorders that give up are left to the end of this process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "atomic64.h"
#include "control_client.h"
#include "control_pipe.h"
#include "device_rig.h"
#include "identity.h"
#include "object_names.h"
#include "recorder_state.h"
#include "say.h"
#include "sleeper.h"
#include "source_probe.h"
#include "steady_clock.h"
#include "supervisor_presence.h"

#define RATE_HZ 48000u
#define PACKET 480u
#define DEVICE "portaudio:TEST:device"
#define OTHER "portaudio:TEST:other"

struct device {
    struct device_rig rig;
    bool is_other;
};

/* Which call of DEVICE does not return until it is let go, and at which time that it is opened. */
struct plan {
    enum device_call_kind hangs;
    unsigned at_open; /* 1: the first time */
};

static char deck[40];
static unsigned decks;
static struct recorder *recorder;
static struct plan plan;
static unsigned opened; /* by the thread of the sources */
static bool has_supervisor;
static struct tapemap_shared_u64 let_go; /* of which deck, by `decks`, the device goes on */
static void (*when_said)(const char *text); /* on the main thread */
static char said[8][700];
static unsigned said_count;

/* ---- In place of the real ones -------------------------------------------------------------- */

const struct device_patience device_patience = {
    .tell_ms = 1000, .again_ms = 1500, .give_up_ms = 2000};

bool supervisor_has_this_recorder(const char *space)
{
    (void)space;
    return has_supervisor;
}

bool source_probe(const char *spec, const struct audio_format *format)
{
    (void)spec;
    (void)format;
    return true;
}

static void note(const char *format, va_list arguments)
{
    char *text = said[said_count % 8];

    vsnprintf(text, sizeof said[0], format, arguments);
    said_count++;
    if (when_said)
        when_said(text);
}

void say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    note(format, arguments);
    va_end(arguments);
}

/* What the event log is to have. */
static unsigned errors;

void say_error(const char *format, ...)
{
    va_list arguments;

    errors++;
    va_start(arguments, format);
    note(format, arguments);
    va_end(arguments);
}

void say_without_log(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    note(format, arguments);
    va_end(arguments);
}

/* The threads of recorders that were left stay in here. */
static void hang(enum device_call_kind kind, bool is_other)
{
    bool hangs = plan.hangs == kind && !is_other && opened == plan.at_open;
    unsigned mine = decks;

    while (hangs && load_acquire_u64(&let_go) != mine)
        steady_clock_sleep_ms(5);
}

/* Delivers; the first time that DEVICE is opened half a second, and then it is lost. */
static void deliver(struct sleeper *sleeper, void *context)
{
    static const int16_t frames[PACKET] = {1};
    struct device *device = context;
    bool is_lost = !device->is_other && opened == 1;

    for (int i = 0; load_acquire_u64(&device->rig.is_stopping) == 0 && (!is_lost || i < 50); i++) {
        sleeper_wait(sleeper, 10);
        device->rig.sink.frames(device->rig.sink.context, frames, PACKET, steady_clock_now());
    }
    if (is_lost)
        device->rig.sink.lost(device->rig.sink.context);
}

static enum tapemap_status device_start(struct source *source, const struct source_sink *sink,
                                        struct failure *failure)
{
    hang(DEVICE_CALL_START, ((struct device *)source)->is_other);
    return device_rig_start(source, sink, deliver, failure);
}

static void device_stop(struct source *source)
{
    struct device *device = (struct device *)source;

    device_rig_stop(source);
    hang(DEVICE_CALL_STOP, device->is_other);
}

static void device_close(struct source *source)
{
    device_stop(source);
    hang(DEVICE_CALL_CLOSE, ((struct device *)source)->is_other);
    free(source);
}

static const struct source_ops device_ops = {
    .start = device_start, .stop = device_stop, .close = device_close};

enum tapemap_status source_open(const char *spec, const struct source_wish *wish,
                                struct source **source, struct failure *failure)
{
    bool is_other = strcmp(spec, OTHER) == 0;
    struct device *device = calloc(1, sizeof *device);
    (void)wish;

    if (!device)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory; close other programs");
    opened += !is_other;
    hang(DEVICE_CALL_OPEN, is_other);
    device->is_other = is_other;
    device->rig.base = (struct source){.ops = &device_ops,
                                       .format = {TAPEMAP_S16, 1, RATE_HZ},
                                       .description = "TEST: device"};
    *source = &device->rig.base;
    return TAPEMAP_OK;
}

/* ---- Recording ------------------------------------------------------------------------------ */

static struct record_options options_of(const char *supervised)
{
    return (struct record_options){.deck = deck,
                                   .source = DEVICE,
                                   .capacity_bytes = 8 << 20,
                                   .is_quiet = true,
                                   .waits_for_source = true,
                                   .supervised = supervised,
                                   .space = OBJECT_SPACE_LOCAL};
}

static void begin(enum device_call_kind hangs, unsigned at_open, void (*script)(const char *text))
{
    snprintf(deck, sizeof deck, "hang test %u.%u", (unsigned)identity_pid(), ++decks);
    plan = (struct plan){hangs, at_open};
    opened = 0;
    has_supervisor = true;
    when_said = script;
    said_count = 0;
    errors = 0;
}

/* What is printed is shown of a test that fails. */
static void show_end(void)
{
    print_message("ended for reason %u at frame %llu, after:\n",
                  (unsigned)load_acquire_u64(&recorder_control(recorder)->reason),
                  (unsigned long long)load_acquire_u64(&recorder_control(recorder)->head));
    for (unsigned i = 0; i < said_count && i < 8; i++)
        print_message("  %s\n", said[i]);
}

/* A supervisor takes hold of the tape at once. One asks for it every second; this one has asked
   once, as if that were an hour from now: no machine is so slow that it counts as dead. */
static enum tapemap_status record(const struct record_options *options, struct failure *failure)
{
    enum tapemap_status status = recorder_open(options, &recorder, failure);

    if (status != TAPEMAP_OK)
        return status;
    struct tape_share *share = recorder_share(recorder);
    struct tape_handles handles =
        tape_share_get(share, steady_clock_now() + 3600 * steady_clock_hz());
    assert_int_equal(tape_share_confirm(share, handles.tape_id, failure), TAPEMAP_OK);
    status = recorder_run(recorder, failure);
    show_end();
    return status;
}

static unsigned count_said(const char *part)
{
    unsigned count = 0;

    for (unsigned i = 0; i < said_count && i < 8; i++)
        count += strstr(said[i], part) != NULL;
    return count;
}

/* How many of these tell that the device hangs as it is `done`; after how many seconds is up to the
   machine (host_device_watch_test has a clock of its own). */
static unsigned count_hangs(const char *done)
{
    char part[40];

    snprintf(part, sizeof part, " s while it was %s: ", done);
    return count_said("'" DEVICE "' has not answered for ") == count_said(part) ? count_said(part)
                                                                               : 0;
}

static void was_given_up(const struct failure *failure, const char *done)
{
    assert_in_range(count_hangs(done), 1, 2);
    assert_int_equal(count_said(" s this recorder ends and another goes on"), 1);
    assert_int_equal(errors, count_hangs(done));
    assert_non_null(strstr(failure->text, "'" DEVICE "' has not answered for "));
}

/* The next recorder can go on with it. */
static void tape_was_left(void)
{
    const struct tapemap_control *control = recorder_control(recorder);
    struct failure late;

    assert_int_equal(deck_request_mark(recorder->deck, control, &(uint64_t){0}, "late", &late),
                     TAPEMAP_E_ENDED);
    assert_int_not_equal(load_acquire_u64(&control->state), TAPEMAP_STATE_ENDED);
    assert_int_equal(load_acquire_u64(&control->reason), TAPEMAP_REASON_NONE);
    assert_null(recorder_take_path(recorder));
    assert_false(recorder_close(recorder));
    assert_true(source_thread_was_left());
}

static void ends_when_its_device_hangs_as_it_is_opened(void **state)
{
    struct record_options options = options_of("0123456789abcdef");
    struct failure failure;
    (void)state;

    begin(DEVICE_CALL_OPEN, 1, NULL);
    assert_int_equal(record(&options, &failure), TAPEMAP_E_SYSTEM);
    was_given_up(&failure, "opened");
    assert_true(source_thread_was_left());
}

static void leaves_its_tape_when_its_device_hangs_as_it_is_started(void **state)
{
    struct record_options options = options_of("0123456789abcdef");
    struct failure failure;
    (void)state;

    begin(DEVICE_CALL_START, 1, NULL);
    assert_int_equal(record(&options, &failure), TAPEMAP_E_SYSTEM);
    was_given_up(&failure, "started");
    tape_was_left();
}

static void leave_after(enum device_call_kind hangs, unsigned at_open, const char *done)
{
    struct record_options options = options_of("0123456789abcdef");
    struct failure failure;

    begin(hangs, at_open, NULL);
    assert_int_equal(record(&options, &failure), TAPEMAP_E_SYSTEM);
    was_given_up(&failure, done);
    /* Half a second of sound, and two of silence. */
    const struct tapemap_control *control = recorder_control(recorder);
    assert_int_equal(load_acquire_u64(&control->state), TAPEMAP_STATE_SOURCE_LOST);
    assert_true(load_acquire_u64(&control->head) >= 2 * RATE_HZ);
    tape_was_left();
}

static void leaves_its_tape_when_a_lost_device_hangs(void **state)
{
    (void)state;

    leave_after(DEVICE_CALL_STOP, 1, "stopped");
    leave_after(DEVICE_CALL_CLOSE, 1, "closed");
    leave_after(DEVICE_CALL_OPEN, 2, "opened");
    leave_after(DEVICE_CALL_START, 2, "started");
}

static void end_when_told_again(const char *text)
{
    (void)text;
    if (count_said("has not answered for") >= 2)
        deck_request_end(recorder->deck, TAPEMAP_REASON_REQUESTED, NULL);
}

static void goes_on_with_silence_where_nobody_starts_another(void **state)
{
    struct record_options options = options_of(NULL);
    struct failure failure;
    (void)state;

    begin(DEVICE_CALL_STOP, 1, end_when_told_again);
    assert_int_equal(record(&options, &failure), TAPEMAP_OK);
    assert_in_range(count_hangs("stopped"), 2, 7);
    assert_in_range(count_said("time goes on as silence"), 3, 8); /* so the loss says, too */
    const struct tapemap_control *control = recorder_control(recorder);
    assert_int_equal(load_acquire_u64(&control->state), TAPEMAP_STATE_ENDED);
    assert_true(load_acquire_u64(&control->head) >= 2 * RATE_HZ);
    store_release_u64(&let_go, decks);
    recorder_close(recorder);
}

static void does_not_end_without_a_supervisor(void **state)
{
    struct record_options options = options_of("0123456789abcdef");
    struct failure failure;
    (void)state;

    begin(DEVICE_CALL_STOP, 1, end_when_told_again);
    has_supervisor = false;
    assert_int_equal(record(&options, &failure), TAPEMAP_OK);
    assert_int_equal(count_said("no supervisor answers that would go on with its tape"), 1);
    assert_in_range(errors, 3, 8);
    store_release_u64(&let_go, decks);
    recorder_close(recorder);
}

static void does_not_end_while_its_fallback_is_recorded(void **state)
{
    struct record_options options = options_of("0123456789abcdef");
    struct failure failure;
    (void)state;

    options.fallback = OTHER;
    begin(DEVICE_CALL_OPEN, 2, end_when_told_again);
    assert_int_equal(record(&options, &failure), TAPEMAP_OK);
    assert_in_range(count_said("; the fallback is recorded meanwhile"), 2, 8);
    const struct tapemap_control *control = recorder_control(recorder);
    uint64_t frames = load_acquire_u64(&control->head) - load_acquire_u64(&control->gap_frames);
    assert_true(frames >= 2 * RATE_HZ);
    store_release_u64(&let_go, decks);
    recorder_close(recorder);
}

static void end_when_told(const char *text)
{
    if (strstr(text, "has not answered for"))
        deck_request_end(recorder->deck, TAPEMAP_REASON_REQUESTED, NULL);
}

static void ends_when_it_is_asked_to_while_its_device_hangs_as_it_is_started(void **state)
{
    struct record_options options = options_of(NULL);
    struct failure failure;
    (void)state;

    begin(DEVICE_CALL_START, 1, end_when_told);
    assert_int_equal(record(&options, &failure), TAPEMAP_OK);
    assert_in_range(count_hangs("started"), 1, 8);
    const struct tapemap_control *control = recorder_control(recorder);
    assert_int_equal(load_acquire_u64(&control->state), TAPEMAP_STATE_ENDED);
    assert_int_equal(load_acquire_u64(&control->reason), TAPEMAP_REASON_REQUESTED);
    store_release_u64(&let_go, decks);
    recorder_close(recorder);
}

static char status_text[1000];

static void ask_status(void)
{
    char name[OBJECT_NAME_BYTES];
    struct failure failure;
    cJSON *answer = NULL;
    char *text;

    control_pipe_name(name, false, deck);
    assert_int_equal(control_client_ask(name, "{\"command\":\"status\"}", 5000, &answer, &failure),
                     TAPEMAP_OK);
    text = cJSON_PrintUnformatted(answer);
    snprintf(status_text, sizeof status_text, "%s", text);
    cJSON_free(text);
    cJSON_Delete(answer);
}

static bool has_asked_then;
static char then[1000];

static void let_go_when_told(const char *text)
{
    if (strstr(text, "has not answered")) {
        ask_status();
        strcpy(then, status_text);
        has_asked_then =
            strstr(status_text, "\"problem\":\"its device has not answered since 20") &&
            strstr(status_text, "\"state\":\"source-lost\"");
        store_release_u64(&let_go, decks);
    } else if (strstr(text, "is back, after")) {
        ask_status();
        deck_request_end(recorder->deck, TAPEMAP_REASON_REQUESTED, NULL);
    }
}

static void records_on_when_its_device_answers_again(void **state)
{
    struct record_options options = options_of("0123456789abcdef");
    struct failure failure;
    (void)state;

    begin(DEVICE_CALL_STOP, 1, let_go_when_told);
    assert_int_equal(record(&options, &failure), TAPEMAP_OK);
    if (!has_asked_then)
        fail_msg("%s", then);
    assert_in_range(count_hangs("stopped"), 1, 2);
    assert_int_equal(count_said("its device answers again, after "), 1);
    assert_null(strstr(status_text, "problem"));
    assert_int_equal(load_acquire_u64(&recorder_control(recorder)->gap_count), 1);
    recorder_close(recorder);
}

static void a_device_that_opens_late_is_told_of_and_recorded(void **state)
{
    struct record_options options = options_of("0123456789abcdef");
    struct failure failure;
    (void)state;

    begin(DEVICE_CALL_OPEN, 1, let_go_when_told);
    assert_int_equal(record(&options, &failure), TAPEMAP_OK);
    assert_true(has_asked_then);
    assert_int_equal(count_said("nothing is recorded"), 0);
    assert_int_equal(count_said("its device answers again, after "), 1);
    assert_true(load_acquire_u64(&recorder_control(recorder)->head) > 0);
    recorder_close(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_on_when_its_device_answers_again),
        cmocka_unit_test(a_device_that_opens_late_is_told_of_and_recorded),
        cmocka_unit_test(goes_on_with_silence_where_nobody_starts_another),
        cmocka_unit_test(does_not_end_without_a_supervisor),
        cmocka_unit_test(does_not_end_while_its_fallback_is_recorded),
        cmocka_unit_test(ends_when_it_is_asked_to_while_its_device_hangs_as_it_is_started),
        cmocka_unit_test(ends_when_its_device_hangs_as_it_is_opened),
        cmocka_unit_test(leaves_its_tape_when_its_device_hangs_as_it_is_started),
        cmocka_unit_test(leaves_its_tape_when_a_lost_device_hangs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
