/* SPDX-License-Identifier: MIT */
/* The checks of a journal, on a tape that is nothing but the answers that a test wants. */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "steady_clock.h"
#include "verify_journal.h"

#define MOST_RECORDS 64u

static struct {
    struct tapemap_record records[MOST_RECORDS];
    uint64_t first;
    uint64_t end;
    struct tapemap_now now;
    uint64_t late_gap_count; /* what the control block counts after a sleep; 0: no change */
    uint64_t clock;
} scene;

void tapemap_get_journal(const tapemap_tape *tape, uint64_t *first, uint64_t *end)
{
    (void)tape;
    *first = scene.first;
    *end = scene.end;
}

enum tapemap_status tapemap_get_record(tapemap_tape *tape, uint64_t sequence,
                                       struct tapemap_record *record)
{
    (void)tape;
    *record = scene.records[sequence % MOST_RECORDS];
    return record->kind == 99 ? TAPEMAP_E_CORRUPT : TAPEMAP_OK;
}

void tapemap_get_now(const tapemap_tape *tape, struct tapemap_now *now)
{
    (void)tape;
    *now = scene.now;
}

uint64_t steady_clock_now(void)
{
    return scene.clock;
}

uint64_t steady_clock_hz(void)
{
    return 1000;
}

void steady_clock_sleep_ms(uint32_t ms)
{
    scene.clock += ms;
    if (scene.late_gap_count)
        scene.now.gap_count = scene.late_gap_count;
}

static void enter(enum tapemap_record_kind kind, uint64_t position, uint64_t frames)
{
    struct tapemap_record *record = &scene.records[scene.end % MOST_RECORDS];
    *record = (struct tapemap_record){.sequence = scene.end, .position = position,
                                      .frames = frames, .noticed = position,
                                      .clock = position, .kind = (uint32_t)kind};
    scene.end++;
    if (kind == TAPEMAP_RECORD_GAP) {
        scene.now.gap_count++;
        scene.now.gap_frames += frames;
    }
}

/* A sound tape of 1000 frames with two gaps. */
static int setup(void **state)
{
    (void)state;
    scene.first = 0;
    scene.end = 0;
    scene.late_gap_count = 0;
    scene.now = (struct tapemap_now){.head = 1000, .state = TAPEMAP_STATE_RECORDING,
                                     .heartbeat_age_ns = 0};
    enter(TAPEMAP_RECORD_STATE, 0, 0);
    enter(TAPEMAP_RECORD_ANCHOR, 100, 0);
    enter(TAPEMAP_RECORD_GAP, 200, 50);
    enter(TAPEMAP_RECORD_ANCHOR, 300, 0);
    enter(TAPEMAP_RECORD_GAP, 250, 10);
    enter(TAPEMAP_RECORD_MARK, 400, 0);
    return 0;
}

static uint64_t count_wrong(void)
{
    struct cli_tape tape = {.label = "deck 'test'"};
    struct verify_journal journal = {0};
    assert_int_equal(verify_journal_load(&tape, &journal), 0);
    uint64_t wrong = journal.wrong_count;
    verify_journal_free(&journal);
    return wrong;
}

static void finds_nothing_wrong_with_a_sound_journal(void **state)
{
    struct cli_tape tape = {.label = "deck 'test'"};
    struct verify_journal journal = {0};
    (void)state;
    assert_int_equal(verify_journal_load(&tape, &journal), 0);
    assert_int_equal(journal.wrong_count, 0);
    assert_int_equal(journal.anchor_count, 2);
    assert_int_equal(journal.gap_count, 2);
    assert_int_equal(journal.gap_frames, 60);
    verify_journal_free(&journal);
}

static void finds_the_gap_for_a_position(void **state)
{
    struct cli_tape tape = {.label = "deck 'test'"};
    struct verify_journal journal = {0};
    (void)state;
    assert_int_equal(verify_journal_load(&tape, &journal), 0);
    assert_int_equal(verify_journal_gap(&journal, 0)->from, 200);
    assert_int_equal(verify_journal_gap(&journal, 200)->from, 200);
    assert_int_equal(verify_journal_gap(&journal, 249)->from, 200);
    assert_int_equal(verify_journal_gap(&journal, 250)->from, 250);
    assert_int_equal(verify_journal_gap(&journal, 259)->to, 260);
    assert_null(verify_journal_gap(&journal, 260));
    verify_journal_free(&journal);
}

static void sees_damaged_entries(void **state)
{
    (void)state;
    scene.records[1].sequence = 7;
    assert_int_equal(count_wrong(), 1);
    setup(NULL);
    scene.records[5].kind = 99;
    assert_int_equal(count_wrong(), 1);
    setup(NULL);
    scene.records[5].position = 1001;
    assert_int_equal(count_wrong(), 1);
    setup(NULL);
    scene.records[5].frames = 1;
    assert_int_equal(count_wrong(), 1);
}

/* What count_wrong prints. */
static uint64_t count_wrong_into(char *text, size_t room)
{
    FILE *file = tmpfile();
    int before = dup(STDOUT_FILENO);
    assert_non_null(file);
    fflush(stdout);
    assert_int_equal(dup2(fileno(file), STDOUT_FILENO), STDOUT_FILENO);
    uint64_t wrong = count_wrong();
    fflush(stdout);
    assert_int_equal(dup2(before, STDOUT_FILENO), STDOUT_FILENO);
    close(before);
    rewind(file);
    text[fread(text, 1, room - 1, file)] = '\0';
    fclose(file);
    return wrong;
}

static void prints_five_things_that_are_wrong_and_counts_the_rest(void **state)
{
    char text[1024];
    (void)state;
    for (unsigned i = 0; i < 5; i++)
        scene.records[i].noticed = 1001;
    assert_int_equal(count_wrong_into(text, sizeof text), 5);
    assert_non_null(strstr(text, "journal entry 4: it lies after the head\n"));
    assert_null(strstr(text, "more"));
    for (unsigned i = 0; i < 20; i++) {
        enter(TAPEMAP_RECORD_MARK, 400, 0);
        scene.records[6 + i].noticed = 1001;
    }
    assert_int_equal(count_wrong_into(text, sizeof text), 25);
    assert_null(strstr(text, "journal entry 6"));
    assert_non_null(strstr(text, "journal entry 4: it lies after the head\n"
                                 "journal: 20 more things are wrong\n"));
}

static void sees_anchors_that_go_backwards(void **state)
{
    (void)state;
    scene.records[3].clock = 99;
    assert_int_equal(count_wrong(), 1);
    setup(NULL);
    scene.records[3].position = 99;
    assert_int_equal(count_wrong(), 1);
}

static void lets_the_clock_of_anchors_begin_anew_only_where_the_tape_was_resumed(void **state)
{
    (void)state;
    enter(TAPEMAP_RECORD_STATE, 400, 0);
    enter(TAPEMAP_RECORD_ANCHOR, 400, 0);
    scene.records[6].detail = TAPEMAP_STATE_RECORDING;
    scene.records[7].clock = 5;
    assert_int_equal(count_wrong(), 1);
    scene.records[6].detail = TAPEMAP_STATE_STARTING;
    assert_int_equal(count_wrong(), 0);
    enter(TAPEMAP_RECORD_ANCHOR, 500, 0);
    scene.records[8].clock = 4;
    assert_int_equal(count_wrong(), 1);
}

static void sees_positions_of_anchors_that_go_backwards_where_the_tape_was_resumed(void **state)
{
    (void)state;
    enter(TAPEMAP_RECORD_STATE, 400, 0);
    enter(TAPEMAP_RECORD_ANCHOR, 299, 0);
    scene.records[6].detail = TAPEMAP_STATE_STARTING;
    assert_int_equal(count_wrong(), 1);
}

static void sees_impossible_gaps(void **state)
{
    (void)state;
    scene.records[2].frames = 0;
    assert_int_equal(count_wrong(), 1);
    setup(NULL);
    scene.records[2].frames = UINT64_MAX;
    assert_int_equal(count_wrong(), 1);
    setup(NULL);
    scene.records[4].position = 249;
    assert_int_equal(count_wrong(), 1);
    setup(NULL);
    enter(TAPEMAP_RECORD_GAP, 990, 20);
    assert_int_equal(count_wrong(), 0);
    scene.now.state = TAPEMAP_STATE_ENDED;
    assert_int_equal(count_wrong(), 1);
}

static void compares_the_totals(void **state)
{
    (void)state;
    scene.now.gap_count++;
    assert_int_equal(count_wrong(), 1);
    setup(NULL);
    scene.now.gap_frames--;
    assert_int_equal(count_wrong(), 1);
}

static void waits_for_totals_that_are_late(void **state)
{
    (void)state;
    scene.late_gap_count = scene.now.gap_count;
    scene.now.gap_count--;
    assert_int_equal(count_wrong(), 0);
}

static void lets_a_shortened_journal_hold_fewer_gaps(void **state)
{
    (void)state;
    scene.first = 3;
    assert_int_equal(count_wrong(), 0);
    scene.now.gap_count = 0;
    assert_int_equal(count_wrong(), 1);
}

static void does_not_wait_for_ever_for_a_dead_recorder(void **state)
{
    (void)state;
    scene.now.heartbeat_age_ns = UINT64_MAX;
    uint64_t began = scene.clock;
    assert_int_equal(count_wrong(), 0);
    assert_true(scene.clock - began < 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(finds_nothing_wrong_with_a_sound_journal, setup),
        cmocka_unit_test_setup(finds_the_gap_for_a_position, setup),
        cmocka_unit_test_setup(sees_damaged_entries, setup),
        cmocka_unit_test_setup(prints_five_things_that_are_wrong_and_counts_the_rest, setup),
        cmocka_unit_test_setup(sees_anchors_that_go_backwards, setup),
        cmocka_unit_test_setup(lets_the_clock_of_anchors_begin_anew_only_where_the_tape_was_resumed,
                               setup),
        cmocka_unit_test_setup(
            sees_positions_of_anchors_that_go_backwards_where_the_tape_was_resumed, setup),
        cmocka_unit_test_setup(sees_impossible_gaps, setup),
        cmocka_unit_test_setup(compares_the_totals, setup),
        cmocka_unit_test_setup(waits_for_totals_that_are_late, setup),
        cmocka_unit_test_setup(lets_a_shortened_journal_hold_fewer_gaps, setup),
        cmocka_unit_test_setup(does_not_wait_for_ever_for_a_dead_recorder, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
