/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>

#include "atomic64.h"
#include "deck_requests.h"
#include "scripted_tape.h"

static struct failure failure;

static enum tapemap_status ask(struct scripted_tape *script, uint64_t *position, const char *text,
                               struct failure *refusal)
{
    return deck_request_mark(script->deck, script_control(script), position, text, refusal);
}

static void a_mark_is_journalled_where_it_was_asked_for(void **state)
{
    (void)state;
    struct scripted_tape script;
    uint64_t here = DECK_AT_HEAD;
    uint64_t earlier = 77;
    script_prepare(&script, 100000, false);
    script_open(&script);
    script_record_to(&script, 4800, 480);
    assert_int_equal(ask(&script, &here, "here", &failure), TAPEMAP_OK);
    assert_int_equal(here, 4800);
    script_record_to(&script, 9600, 480);
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_MARK).position, 4800);
    assert_string_equal(script_last_record(&script, TAPEMAP_RECORD_MARK).text, "here");
    assert_int_equal(ask(&script, &earlier, "earlier", &failure), TAPEMAP_OK);
    deck_tick(script.deck, script.now);
    assert_int_equal(script_last_record(&script, TAPEMAP_RECORD_MARK).position, 77);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_MARK), 2);
    script_close(&script);
}

static void a_mark_outside_of_the_tape_is_refused_with_a_sentence(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 50000, true);
    script_open(&script);
    script_record_to(&script, 300000, 480);
    uint64_t oldest = load_acquire_u64(&script_control(&script)->oldest_frame);
    uint64_t head = script_head(&script);
    uint64_t beyond = head + 1;
    uint64_t gone = oldest - 1;
    assert_true(oldest > 0);
    assert_int_equal(ask(&script, &beyond, "m", &failure), TAPEMAP_E_NOT_YET);
    assert_non_null(strstr(failure.text, "is not recorded yet"));
    assert_int_equal(ask(&script, &gone, "m", &failure), TAPEMAP_E_OVERWRITTEN);
    assert_non_null(strstr(failure.text, "has left the ring"));
    assert_int_equal(beyond, head + 1);
    assert_int_equal(ask(&script, &oldest, "m", &failure), TAPEMAP_OK);
    assert_int_equal(ask(&script, &head, "m", &failure), TAPEMAP_OK);
    deck_tick(script.deck, script.now);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_MARK), 2);
    script_close(&script);
}

static void a_mark_after_the_end_is_refused_and_one_at_a_seam_is_not(void **state)
{
    (void)state;
    struct scripted_tape script;
    struct tapemap_control before;
    struct tapemap_control left;
    uint64_t here = DECK_AT_HEAD;
    script_prepare(&script, 100000, false);
    script_open(&script);
    script_record_to(&script, 4800, 480);
    memcpy(&before, script_control(&script), sizeof before);
    memcpy(&left, &before, sizeof left);
    /* One that was left ends too, a moment before the next one is shown. */
    store_relaxed_u64(&left.state, TAPEMAP_STATE_ENDED);
    store_relaxed_u64(&left.reason, TAPEMAP_REASON_ROTATED);
    assert_int_equal(deck_request_mark(script.deck, &left, &here, "at the seam", &failure),
                     TAPEMAP_OK);
    deck_end(script.deck, script.now);
    here = DECK_AT_HEAD;
    assert_int_equal(ask(&script, &here, "late", &failure), TAPEMAP_E_ENDED);
    assert_non_null(strstr(failure.text, "journal is closed"));
    /* The journal is closed a moment before the tape shows that it has ended. */
    assert_int_equal(deck_request_mark(script.deck, &before, &here, "late", &failure),
                     TAPEMAP_E_ENDED);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_MARK), 1);
    script_close(&script);
}

static void a_mark_is_journalled_while_the_source_is_still_starting(void **state)
{
    (void)state;
    struct scripted_tape script;
    uint64_t here = DECK_AT_HEAD;
    script_prepare(&script, 100000, false);
    script_open(&script);
    assert_int_equal(ask(&script, &here, "early", &failure), TAPEMAP_OK);
    deck_tick_early(script.deck, script.now);
    assert_string_equal(script_last_record(&script, TAPEMAP_RECORD_MARK).text, "early");
    script_close(&script);
}

static void a_tape_that_is_left_has_the_marks_asked_for_and_takes_no_more(void **state)
{
    (void)state;
    struct scripted_tape script;
    uint64_t here = DECK_AT_HEAD;
    script_prepare(&script, 100000, false);
    script_open(&script);
    script_record_to(&script, 4800, 480);
    assert_int_equal(ask(&script, &here, "the last", &failure), TAPEMAP_OK);
    deck_leave(script.deck, script.now);
    assert_string_equal(script_last_record(&script, TAPEMAP_RECORD_MARK).text, "the last");
    for (unsigned i = 0; i <= DECK_MARKS; i++)
        assert_int_equal(ask(&script, &here, "late", &failure), TAPEMAP_E_ENDED);
    deck_leave(script.deck, script.now);
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_MARK), 1);
    assert_int_not_equal(load_acquire_u64(&script_control(&script)->state), TAPEMAP_STATE_ENDED);
    script_close(&script);
}

static void too_many_marks_at_once_are_refused_and_later_ones_are_not(void **state)
{
    (void)state;
    struct scripted_tape script;
    script_prepare(&script, 100000, false);
    script_open(&script);
    for (unsigned i = 0; i <= DECK_MARKS; i++) {
        uint64_t position = DECK_AT_HEAD;
        assert_int_equal(ask(&script, &position, "m", &failure),
                         i < DECK_MARKS ? TAPEMAP_OK : TAPEMAP_E_BUSY);
    }
    deck_tick(script.deck, script.now);
    uint64_t position = DECK_AT_HEAD;
    assert_int_equal(ask(&script, &position, "m", &failure), TAPEMAP_OK);
    deck_end(script.deck, script.now); /* what was promised is kept */
    assert_int_equal(script_count_records(&script, TAPEMAP_RECORD_MARK), DECK_MARKS + 1);
    script_close(&script);
}

static void a_long_label_is_shortened(void **state)
{
    (void)state;
    struct scripted_tape script;
    uint64_t position = DECK_AT_HEAD;
    char text[200];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    script_prepare(&script, 100000, false);
    script_open(&script);
    assert_int_equal(ask(&script, &position, text, &failure), TAPEMAP_OK);
    deck_tick(script.deck, script.now);
    struct tapemap_record mark = script_last_record(&script, TAPEMAP_RECORD_MARK);
    assert_int_equal(strlen(mark.text), 71);
    assert_string_equal(mark.text + 68, "...");
    script_close(&script);
}

#define THREAD_MARKS 3000u

static void *ask_for_marks(void *context)
{
    struct deck *deck = context;
    const struct tapemap_control *control = tape_control(deck_tape(deck));
    struct failure refusal;
    for (unsigned i = 0; i < THREAD_MARKS;) {
        char text[16];
        uint64_t position = DECK_AT_HEAD;
        snprintf(text, sizeof text, "%u", i);
        if (deck_request_mark(deck, control, &position, text, &refusal) == TAPEMAP_OK)
            i++;
    }
    return NULL;
}

static void marks_of_another_thread_arrive_whole_and_in_order(void **state)
{
    (void)state;
    struct scripted_tape script;
    pthread_t thread;
    unsigned seen = 0;
    uint64_t record = 0;
    script_prepare(&script, 48000 * 3600, false); /* with a journal for them all */
    script_open(&script);
    assert_int_equal(pthread_create(&thread, NULL, ask_for_marks, script.deck), 0);
    while (seen < THREAD_MARKS) {
        deck_tick(script.deck, script.now);
        for (; record < script_records(&script); record++) {
            struct tapemap_record found = script_record(&script, record);
            char text[16];
            snprintf(text, sizeof text, "%u", seen);
            if (found.kind != TAPEMAP_RECORD_MARK)
                continue;
            assert_string_equal(found.text, text);
            seen++;
        }
    }
    pthread_join(thread, NULL);
    script_close(&script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_is_journalled_where_it_was_asked_for),
        cmocka_unit_test(a_mark_outside_of_the_tape_is_refused_with_a_sentence),
        cmocka_unit_test(a_mark_after_the_end_is_refused_and_one_at_a_seam_is_not),
        cmocka_unit_test(a_mark_is_journalled_while_the_source_is_still_starting),
        cmocka_unit_test(a_tape_that_is_left_has_the_marks_asked_for_and_takes_no_more),
        cmocka_unit_test(too_many_marks_at_once_are_refused_and_later_ones_are_not),
        cmocka_unit_test(a_long_label_is_shortened),
        cmocka_unit_test(marks_of_another_thread_arrive_whole_and_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
