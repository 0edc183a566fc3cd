/* SPDX-License-Identifier: MIT */
/*
 * A tape in memory that outlives its recorders. This program is three: the test, which holds the
 * tape as a supervisor does and reads it all the while through the DLL, and, started by itself, one
 * recorder after another, which are killed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those four before it. */
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "child_rig_win32.h"
#include "folder.h"
#include "identity.h"
#include "keeper_thread.h"
#include "object_names.h"
#include "program.h"
#include "recorder.h"
#include "steady_clock.h"
#include "tape_holder.h"
#include "tape_view.h"
#include "tapemap/ramp.h"
#include "tapemap/tapemap.h"

#define RATE_HZ 48000u
#define CHANNELS 2u
#define ROUNDS_LINEAR 50
#define ROUNDS_RING 12
#define PATIENCE_SECONDS 60
#define READ_FRAMES 4096u

/* ---- The recorder --------------------------------------------------------------------------- */

static struct recorder *recorder;
static void *held_event;

/* What the control pipe does when the supervisor says `held`. */
static void confirm_when_told(void *context)
{
    struct failure failure;
    (void)context;

    child_rig_wait_event(held_event);
    tape_share_confirm(recorder_share(recorder),
                       tape_share_get(recorder_share(recorder), 1).tape_id,
                       &failure);
}

/* Says which handles it has, and records. argv: "record", the event's handle, then options. */
static int record_until_killed(int argc, char **argv)
{
    struct record_options options;
    struct failure failure;
    struct keeper_thread *thread;
    char text[TAPE_HANDLES_ROOM];

    held_event = (void *)(uintptr_t)strtoull(argv[2], NULL, 16);
    argv[2] = argv[1];
    if (!record_options_parse(argc - 2, argv + 2, &options, &failure) ||
        recorder_open(&options, &recorder, &failure) != TAPEMAP_OK ||
        keeper_thread_start(confirm_when_told, NULL, &thread, &failure) != TAPEMAP_OK) {
        printf("failed: %s\n", failure.text);
        return 1;
    }
    struct tape_handles handles = tape_share_get(recorder_share(recorder), 1);
    tape_handles_print(&handles, text);
    printf("tape %" PRIx64 " %s end\n", handles.tape_id, text);
    fflush(stdout);
    enum tapemap_status status = recorder_run(recorder, &failure);
    if (status != TAPEMAP_OK)
        printf("failed: %s\n", failure.text);
    recorder_close(recorder);
    return status == TAPEMAP_OK ? 0 : 1;
}

/* ---- The supervisor ------------------------------------------------------------------------- */

static char deck[40];
static char folder[1000];
static char output[1024]; /* of the newest recorder */
static struct child_process newest; /* not to be left when a test fails */
static char said[16384]; /* by the newest recorder, so far */
static void *held;       /* set: the recorder may publish */

struct reader {
    tapemap_tape *tape;
    uint64_t cursor;
    uint64_t silent; /* frames that were no ramp */
};

static void read_said(void)
{
    FILE *file = fopen(output, "rb");

    said[file ? fread(said, 1, sizeof said - 1, file) : 0] = '\0';
    if (file)
        fclose(file);
}

static void start_recorder(const char *const *options, const struct tape_holder *holder,
                           const char *inherit, struct child_process *child)
{
    const char *arguments[32] = {child_rig_self(), "record"};
    static unsigned starts;
    size_t count = 2;
    char event[24];
    char text[TAPE_HANDLES_ROOM];
    void *handles[TAPE_OBJECTS + 1] = {held};
    struct failure failure;

    snprintf(event, sizeof event, "%llx", (unsigned long long)(uintptr_t)held);
    arguments[count++] = event;
    arguments[count++] = "--deck";
    arguments[count++] = deck;
    arguments[count++] = "--source";
    arguments[count++] = "tone:ramp";
    arguments[count++] = "--quiet";
    arguments[count++] = "--supervised";
    arguments[count++] = "test";
    while (*options)
        arguments[count++] = *options++;
    if (holder) {
        struct tape_handles mine = tape_holder_handles(holder);
        tape_handles_print(&mine, text);
        memcpy(handles + 1, tape_holder_objects(holder), TAPE_OBJECTS * sizeof *handles);
        inherit = text;
    }
    if (inherit) {
        arguments[count++] = "--inherit";
        arguments[count++] = inherit;
    }
    if (output[0])
        remove(output);
    snprintf(output, sizeof output, "%shandover %u %u.txt", folder, (unsigned)identity_pid(),
             ++starts);
    const struct child_process_config config = {.arguments = arguments,
                                                .output_path = output,
                                                .handles = handles,
                                                .handle_count = holder ? TAPE_OBJECTS + 1 : 1};
    if (child_process_start(&config, child, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    newest = *child;
}

static void kill_recorder(struct child_process *child)
{
    newest = (struct child_process){0};
    child_rig_kill(child);
}

static int leave_no_recorder(void **state)
{
    (void)state;
    if (newest.handle)
        kill_recorder(&newest);
    return 0;
}

static struct tape_handles await_handles(const struct child_process *child)
{
    uint64_t end = steady_clock_now() + PATIENCE_SECONDS * steady_clock_hz();
    struct tape_handles handles = {0};
    char values[TAPE_HANDLES_ROOM];

    for (;;) {
        bool lives = child_rig_lives(child);
        read_said();
        const char *line = strstr(said, "tape ");
        while (line && sscanf(line, "tape %" SCNx64 " %71s end", &handles.tape_id, values) != 2)
            line = strstr(line + 1, "tape ");
        if (line && strstr(line, " end") && tape_handles_parse(values, &handles))
            return handles;
        if (!lives || steady_clock_now() > end)
            fail_msg("the recorder says: %s", said);
        steady_clock_sleep_ms(1);
    }
}

static struct tape_holder *take_hold(const struct child_process *child)
{
    struct tape_handles theirs = await_handles(child);
    struct tape_holder *holder = NULL;
    struct failure failure;

    if (tape_holder_take(child->handle, &theirs, &holder, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    return holder;
}

static bool is_ramp(const int16_t *frame, uint64_t position)
{
    for (uint32_t channel = 0; channel < CHANNELS; channel++)
        if (frame[channel] != (int16_t)(tapemap_ramp_sample(channel, position) >> 8))
            return false;
    return true;
}

/* Every frame that is there: the ramp, or silence. */
static void read_on(struct reader *reader)
{
    static int16_t frames[READ_FRAMES * CHANNELS];
    uint64_t head = tapemap_head(reader->tape);

    while (reader->cursor < head) {
        uint64_t count = head - reader->cursor < READ_FRAMES ? head - reader->cursor : READ_FRAMES;
        assert_int_equal(tapemap_read(reader->tape, reader->cursor, count, frames), TAPEMAP_OK);
        for (uint64_t i = 0; i < count; i++) {
            const int16_t *frame = frames + i * CHANNELS;
            if (is_ramp(frame, reader->cursor + i))
                continue;
            if (frame[0] != 0 || frame[1] != 0)
                fail_msg("frame %" PRIu64 " is neither ramp nor silence", reader->cursor + i);
            reader->silent++;
        }
        reader->cursor += count;
    }
}

static uint64_t frames_between(uint64_t from, uint64_t to)
{
    return to > from ? (to - from) * RATE_HZ / steady_clock_hz() : 0;
}

/* The recorder lives for a while, which the reader reads. */
static void live_for_ms(struct reader *reader, unsigned ms)
{
    uint64_t end = steady_clock_now() + ms * steady_clock_hz() / 1000;

    do {
        read_on(reader);
        steady_clock_sleep_ms(1);
    } while (steady_clock_now() < end);
}

/* One more recorder dies, and the next one goes on: nothing is lost, and the gap is as long as the
   time between, as far as this process can tell it. */
static void kill_and_go_on(struct child_process *child, const struct tape_holder *holder,
                           const struct tapemap_control *control, const char *const *options)
{
    kill_recorder(child);
    uint64_t head = load_acquire_u64(&control->head);
    uint64_t clock = load_acquire_u64(&control->head_clock);
    uint64_t gaps = load_acquire_u64(&control->gap_frames);
    uint64_t resumes = load_acquire_u64(&control->resume_count);
    uint64_t at_least = frames_between(clock, steady_clock_now());
    start_recorder(options, holder, NULL, child);
    if (rand() % 4 == 0) { /* it dies while it starts, too */
        steady_clock_sleep_ms((uint32_t)(rand() % 300));
        kill_recorder(child);
        assert_true(load_acquire_u64(&control->head) >= head);
        start_recorder(options, holder, NULL, child);
    }
    struct tape_handles theirs = await_handles(child);
    uint64_t at_most = frames_between(clock, steady_clock_now());
    assert_int_equal(theirs.tape_id, control->tape_id);
    assert_true(load_acquire_u64(&control->resume_count) > resumes);
    assert_int_equal(control->writer_pid, child->pid);
    while (load_acquire_u64(&control->gap_frames) - gaps < at_least && child_rig_lives(child))
        steady_clock_sleep_ms(1);
    uint64_t gap = load_acquire_u64(&control->gap_frames) - gaps;
    if (load_acquire_u64(&control->resume_count) == resumes + 1)
        assert_in_range(gap, at_least, at_most);
    else
        assert_true(gap >= at_least);
}

static void go_on_and_on(const char *const *options, int rounds)
{
    struct child_process child = {0};
    struct reader reader = {0};
    const struct tapemap_control *control = NULL;
    struct layout_tape facts;
    struct failure failure;
    char id[17];

    held = child_rig_event(false);
    start_recorder(options, NULL, NULL, &child);
    struct tape_holder *holder = take_hold(&child);
    void *audio = tape_holder_objects(holder)[TAPE_OBJECT_AUDIO];
    assert_int_equal(tape_view_open(audio, &control, &facts, &failure), TAPEMAP_OK);
    assert_int_equal(load_acquire_u64(&control->head), 0);
    tape_id_print(facts.tape_id, id);
    assert_int_equal(tapemap_open_tape(id, &reader.tape), TAPEMAP_OK);
    child_rig_set_event(held);
    for (int round = 0; round < rounds; round++) {
        live_for_ms(&reader, 20 + (unsigned)rand() % 100);
        kill_and_go_on(&child, holder, control, options);
    }
    uint64_t head = load_acquire_u64(&control->head);
    assert_int_equal(tapemap_wait(reader.tape, head + RATE_HZ / 4, PATIENCE_SECONDS * 1000),
                     TAPEMAP_OK);
    kill_recorder(&child);
    read_on(&reader);
    assert_int_equal(reader.cursor, load_acquire_u64(&control->head));
    assert_int_equal(reader.silent, load_acquire_u64(&control->gap_frames));
    assert_false(tape_holder_has_ended(holder));
    tapemap_close(reader.tape);
    tape_view_close(control);
    tape_holder_release(holder);
    child_rig_close(held);
}

static void a_tape_goes_on_from_recorder_to_recorder(void **state)
{
    static const char *const options[] = {"--capacity", "1h", NULL};
    (void)state;

    srand(7);
    go_on_and_on(options, ROUNDS_LINEAR);
}

static void a_ring_goes_on_from_recorder_to_recorder(void **state)
{
    static const char *const options[] = {"--ring", "3m", NULL};
    (void)state;

    srand(8);
    go_on_and_on(options, ROUNDS_RING);
}

/* A new tape begins, and the recorder says why. */
static void begins_anew(const char *const *options, const struct tape_holder *holder,
                        const char *inherit, const char *why)
{
    struct child_process child = {0};
    uint64_t before = holder ? tape_holder_handles(holder).tape_id : 0;

    start_recorder(options, holder, inherit, &child);
    assert_true(await_handles(&child).tape_id != before);
    read_said();
    if (!strstr(said, why) || !strstr(said, "a new one begins"))
        fail_msg("'%s' is not in: %s", why, said);
    kill_recorder(&child);
}

static void what_cannot_go_on_is_told_and_a_new_tape_begins(void **state)
{
    static const char *const ring[] = {"--ring", "10s", NULL};
    static const char *const line[] = {"--capacity", "10m", NULL};
    static const char *const mono[] = {"--ring", "10s", "--channels", "1", NULL};
    struct child_process child = {0};
    (void)state;

    held = child_rig_event(false);
    child_rig_set_event(held);
    start_recorder(ring, NULL, NULL, &child);
    struct tape_holder *holder = take_hold(&child);
    kill_recorder(&child);
    begins_anew(line, holder, NULL, "another kind of tape");
    begins_anew(mono, holder, NULL, "another kind of tape");
    begins_anew(ring, NULL, "ffff,fff8,fff4,fff0", "no section behind its handle");
    begins_anew(ring, NULL, "no handles", "no list of its four handles");
    snprintf(deck + strlen(deck), 3, " b");
    begins_anew(ring, holder, NULL, "it is of deck");
    deck[strlen(deck) - 2] = '\0';
    tape_holder_release(holder);
    child_rig_close(held);
}

static void a_tape_that_has_ended_is_seen_and_not_gone_on_with(void **state)
{
    static const char *const brief[] = {"--duration", "200ms", NULL};
    static const char *const line[] = {"--capacity", "10m", NULL};
    struct child_process child = {0};
    (void)state;

    held = child_rig_event(false);
    start_recorder(brief, NULL, NULL, &child);
    struct tape_holder *holder = take_hold(&child);
    assert_false(tape_holder_has_ended(holder));
    child_rig_set_event(held);
    newest.handle = NULL;
    assert_int_equal(child_rig_wait(&child), 0);
    assert_true(tape_holder_has_ended(holder));
    begins_anew(line, holder, NULL, "ended properly");
    tape_holder_release(holder);
    child_rig_close(held);
}

/* Two seconds, and not for ever. */
static void a_supervisor_that_does_not_answer_costs_two_seconds(void **state)
{
    static const char *const brief[] = {"--duration", "100ms", NULL};
    struct child_process child = {0};
    (void)state;

    held = child_rig_event(false);
    uint64_t begin = steady_clock_now();
    start_recorder(brief, NULL, NULL, &child);
    newest.handle = NULL;
    assert_int_equal(child_rig_wait(&child), 0);
    assert_true(steady_clock_now() - begin >= 2 * steady_clock_hz());
    child_rig_close(held);
}

static void handles_are_written_and_read(void **state)
{
    static const char *const wrong[] = {"", "1", "1,2,3", "1,2,3,", "1,2,3,4,", "1,2,3,4,5",
                                        "0,1,2,3", "1,2,,4", "1,2,3,-4", "1,2,3,G", " 1,2,3,4",
                                        "1,2,3,11112222333344445", "1, 2,3,4"};
    struct tape_handles handles = {9, {0x1c, 0xABCDEF, 1, UINTPTR_MAX}};
    struct tape_handles back = {9, {0}};
    char text[TAPE_HANDLES_ROOM];
    (void)state;

    tape_handles_print(&handles, text);
    assert_true(tape_handles_parse(text, &back));
    assert_memory_equal(&handles, &back, sizeof back);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(tape_handles_parse(wrong[i], &back));
    assert_memory_equal(&handles, &back, sizeof back);
}

static int run_body(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handles_are_written_and_read),
        cmocka_unit_test_teardown(what_cannot_go_on_is_told_and_a_new_tape_begins,
                                  leave_no_recorder),
        cmocka_unit_test_teardown(a_tape_that_has_ended_is_seen_and_not_gone_on_with,
                                  leave_no_recorder),
        cmocka_unit_test_teardown(a_supervisor_that_does_not_answer_costs_two_seconds,
                                  leave_no_recorder),
        cmocka_unit_test_teardown(a_ring_goes_on_from_recorder_to_recorder,
                                  leave_no_recorder),
        cmocka_unit_test_teardown(a_tape_goes_on_from_recorder_to_recorder,
                                  leave_no_recorder),
    };

    if (argc > 2 && strcmp(argv[1], "record") == 0)
        return record_until_killed(argc, argv);
    if (!folder_temporary(folder, sizeof folder - 40))
        return 1;
    snprintf(deck, sizeof deck, "handover %u", (unsigned)identity_pid());
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove(output);
    return failed;
}

int main(void)
{
    return program_run(run_body);
}
