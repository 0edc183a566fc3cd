/* SPDX-License-Identifier: MIT */
/* What a recorder answers, on a scripted tape. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "recorder_control.h"
#include "scripted_tape.h"

static struct scripted_tape script;
static struct recorder_control recorder;
static char line[CONTROL_ANSWER_BYTES + 1];
static char asked[40]; /* what the operations were asked for */

static enum tapemap_status note_pause(void *context, bool pauses, struct failure *failure)
{
    (void)context;
    (void)failure;
    strcat(asked, pauses ? "pause " : "resume ");
    return TAPEMAP_OK;
}

static enum tapemap_status refuse_rotate(void *context, struct failure *failure)
{
    (void)context;
    strcat(asked, "rotate ");
    return failure_set(failure, TAPEMAP_E_UNSUPPORTED, "a ring is not rotated; mark it");
}

static enum tapemap_status take_rotate(void *context, struct failure *failure)
{
    (void)context;
    (void)failure;
    strcat(asked, "rotate ");
    return TAPEMAP_OK;
}

static enum tapemap_status note_held(void *context, uint64_t tape_id, struct failure *failure)
{
    (void)context;
    (void)failure;
    strcat(asked, tape_id == 0xAB ? "held " : "held? ");
    return TAPEMAP_OK;
}

static int begin(void **state)
{
    (void)state;
    script_prepare(&script, 100000, false);
    script_open(&script);
    script_record_to(&script, 4800, 480);
    recorder = (struct recorder_control){.deck = script.deck,
                                         .present = script_control(&script)};
    asked[0] = '\0';
    return 0;
}

static int end(void **state)
{
    (void)state;
    script_close(&script);
    return 0;
}

/* Asks the call once more. */
static enum control_outcome handle(struct control_call *call)
{
    struct control_answer answer;
    enum control_outcome outcome;

    control_answer_init(&answer);
    outcome = recorder_control_handle(&recorder, call, &answer);
    line[control_answer_print(&answer, line)] = '\0';
    control_answer_deinit(&answer);
    return outcome;
}

static void ask(const char *request)
{
    struct control_request parsed;
    struct control_call call = {&parsed, 0, 0};
    struct failure failure;

    if (control_request_parse(CONTROL_RECORDER, request, strlen(request), &parsed, &failure) !=
        TAPEMAP_OK)
        fail_msg("%s", failure.text);
    assert_int_equal(handle(&call), CONTROL_ANSWERED);
}

static void expect(const char *part)
{
    if (!strstr(line, part))
        fail_msg("expected '%s' in '%s'", part, line);
}

static void the_status_says_what_the_tape_says(void **state)
{
    (void)state;
    ask("{\"command\":\"status\"}");
    expect("{\"ok\":true,\"deck\":\"");
    expect("\"state\":\"recording\",\"warnings\":[],\"reason\":\"none\",\"head\":4800,"
           "\"sample_rate_hz\":48000,\"gap_count\":0,\"gap_frames\":0,\"reader_count\":0,");
    expect("\"series_position\":0,\"paused\":false}\n");
    struct tapemap_control *control = tape_appender(deck_tape(script.deck))->control;
    store_relaxed_u64(&control->warnings, TAPEMAP_WARNING_SILENT_INPUT | TAPEMAP_WARNING_FALLBACK);
    store_relaxed_u64(&control->reader_count, 3);
    ask("{\"command\":\"status\"}");
    expect("\"warnings\":[\"silent-input\",\"fallback\"]");
    expect("\"reader_count\":3,");
}

static void a_mark_lands_at_its_position(void **state)
{
    (void)state;
    ask("{\"command\":\"mark\",\"text\":\"here\"}");
    assert_string_equal(line, "{\"ok\":true,\"position\":4800}\n");
    ask("{\"command\":\"mark\",\"text\":\"there\",\"position\":\"12\"}");
    assert_string_equal(line, "{\"ok\":true,\"position\":12}\n");
    ask("{\"command\":\"mark\",\"text\":\"never\",\"position\":\"18446744073709551615\"}");
    expect("\"E_NOT_YET\"");
    ask("{\"command\":\"mark\",\"text\":\"later\",\"position\":4801}");
    expect("\"E_NOT_YET\",\"error\":\"frame 4801 is not recorded yet");
    deck_tick(script.deck, script.now);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_MARK), 2);
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_MARK).position, 12);
}

static uint64_t marked_at;

static void note_marked(void *context, uint64_t tape_id, uint64_t position)
{
    (void)context;
    assert_true(tape_id == script_control(&script)->tape_id);
    marked_at = position;
}

static void who_keeps_marks_hears_of_those_that_are_set(void **state)
{
    (void)state;
    marked_at = 1;
    recorder.ops.marked = note_marked;
    ask("{\"command\":\"mark\",\"text\":\"later\",\"position\":4801}");
    assert_int_equal(marked_at, 1);
    ask("{\"command\":\"mark\",\"text\":\"here\"}");
    assert_int_equal(marked_at, 4800);
}

static void a_stop_ends_the_deck_with_the_reason_given(void **state)
{
    (void)state;
    ask("{\"command\":\"stop\",\"reason\":\"lunch\"}");
    assert_string_equal(line, "{\"ok\":true}\n");
    assert_false(deck_tick(script.deck, script.now));
    deck_end(script.deck, script.now);
    assert_int_equal(load_acquire_u64(&script_control(&script)->reason), TAPEMAP_REASON_REQUESTED);
    assert_string_equal(script_control(&script)->reason_text, "lunch");
}

static void what_a_recorder_cannot_do_is_refused(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "{\"command\":\"rotate\"}", "{\"command\":\"pause\"}", "{\"command\":\"resume\"}",
        "{\"command\":\"held\",\"tape_id\":\"00000000000000ab\"}"};
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        ask(requests[i]);
        expect("{\"ok\":false,\"status\":\"E_UNSUPPORTED\",\"error\":\"this recorder cannot ");
    }
    recorder.ops.rotate = refuse_rotate;
    ask("{\"command\":\"rotate\"}");
    expect("a ring is not rotated");
}

static void what_it_can_do_is_done(void **state)
{
    (void)state;
    recorder.ops = (struct recorder_control_ops){.rotate = take_rotate, .pause = note_pause,
                                                 .held = note_held};
    ask("{\"command\":\"pause\"}");
    ask("{\"command\":\"resume\"}");
    ask("{\"command\":\"held\",\"tape_id\":\"00000000000000ab\"}");
    assert_string_equal(line, "{\"ok\":true}\n");
    assert_string_equal(asked, "pause resume held ");
}

static void a_rotation_is_answered_when_the_next_tape_is_there(void **state)
{
    (void)state;
    struct control_request request = {.command = CONTROL_ROTATE};
    struct control_call call = {&request, 0, 0};
    struct tapemap_control *control = tape_appender(deck_tape(script.deck))->control;

    recorder.ops.rotate = take_rotate;
    assert_int_equal(handle(&call), CONTROL_LATER);
    assert_int_equal(handle(&call), CONTROL_LATER);
    assert_string_equal(asked, "rotate "); /* once */
    control->tape_id ^= 1; /* as if it were another */
    control->series_position = 4800;
    assert_int_equal(handle(&call), CONTROL_ANSWERED);
    expect("{\"ok\":true,\"position\":4800,\"tape_id\":\"");
}

static void a_rotation_of_a_paused_deck_is_answered_at_once(void **state)
{
    (void)state;
    recorder.ops.rotate = take_rotate;
    deck_request_pause(script.deck, true);
    deck_tick(script.deck, script.now);
    ask("{\"command\":\"rotate\"}");
    assert_string_equal(line, "{\"ok\":true,\"paused\":true}\n");
    assert_string_equal(asked, "rotate ");
}

/* The present tape has a next one already: in a moment that is the present tape. */
static void a_mark_at_a_seam_waits_for_the_next_tape(void **state)
{
    (void)state;
    struct control_request request = {.command = CONTROL_MARK, .text = "seam"};
    struct control_call call = {&request, 0, 0};
    struct tapemap_control *control = tape_appender(deck_tape(script.deck))->control;

    store_release_u64(&control->next_tape_id, 7);
    assert_int_equal(handle(&call), CONTROL_LATER);
    store_release_u64(&control->next_tape_id, 0);
    assert_int_equal(handle(&call), CONTROL_ANSWERED);
    expect("{\"ok\":true,\"position\":4800}");
}

int main(void)
{
#define SCRIPTED_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        SCRIPTED_TEST(the_status_says_what_the_tape_says),
        SCRIPTED_TEST(a_mark_lands_at_its_position),
        SCRIPTED_TEST(who_keeps_marks_hears_of_those_that_are_set),
        SCRIPTED_TEST(a_stop_ends_the_deck_with_the_reason_given),
        SCRIPTED_TEST(what_a_recorder_cannot_do_is_refused),
        SCRIPTED_TEST(what_it_can_do_is_done),
        SCRIPTED_TEST(a_rotation_is_answered_when_the_next_tape_is_there),
        SCRIPTED_TEST(a_rotation_of_a_paused_deck_is_answered_at_once),
        SCRIPTED_TEST(a_mark_at_a_seam_waits_for_the_next_tape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
