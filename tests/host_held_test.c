/* SPDX-License-Identifier: MIT */
/* Programs that only read a file, and let nobody write or remove it meanwhile: .NET's File.Open,
   uploaders, backups and virus scanners. The clock that is waited by is this test's: whoever holds
   a file lets go after so many pauses. */
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
#include "file_access.h"
#include "finish_later.h"
#include "finish_tape.h"
#include "identity.h"
#include "interrupted_tape.h"
#include "left_tape.h"
#include "object_names.h"
#include "recorder.h"
#include "shared_file.h"
#include "steady_clock.h"

#define TAPE "host_held_test.wav"
#define TAPE_2 "host_held_test-2.wav"
#define INDEX TAPE ".index"
#define NEVER UINT32_MAX
#define PATIENCE_PAUSES 50
#define LEAST_PAUSE_MS 100

static char deck[40];
static void *held;            /* by who reads it */
static unsigned lets_go_after; /* so many pauses */
static unsigned pauses;
static const char *opens_late; /* this file, when the source is opened; or NULL */

void __real_steady_clock_sleep_ms(uint32_t ms);
void __wrap_steady_clock_sleep_ms(uint32_t ms);

static void let_go(void)
{
    shared_close(held);
    held = NULL;
}

void __wrap_steady_clock_sleep_ms(uint32_t ms)
{
    if (ms < LEAST_PAUSE_MS) { /* some other thread's, between two looks */
        __real_steady_clock_sleep_ms(ms);
        return;
    }
    pauses++;
    if (pauses == lets_go_after)
        let_go();
}

static void hold(const char *path, unsigned share, unsigned for_pauses)
{
    held = shared_file_hold(path, share);
    lets_go_after = for_pauses;
    pauses = 0;
}

/* ---- A source that is lost at once ---------------------------------------------------------- */

static enum tapemap_status begin(struct source *source, const struct source_sink *sink,
                                 struct failure *failure)
{
    static const int16_t frames[LEFT_TAPE_FRAMES] = {0};
    (void)source;
    (void)failure;
    sink->frames(sink->context, frames, LEFT_TAPE_FRAMES, steady_clock_now());
    sink->lost(sink->context);
    return TAPEMAP_OK;
}

static void do_nothing(struct source *source)
{
    (void)source;
}

static const struct source_ops short_ops = {.start = begin, .stop = do_nothing,
                                            .close = do_nothing};
static struct source short_source = {
    .ops = &short_ops, .format = {TAPEMAP_S16, 1, LEFT_TAPE_RATE_HZ}, .description = "a device"};

/* In place of the one that knows real sources. */
enum tapemap_status source_open(const char *spec, const struct source_wish *wish,
                                struct source **source, struct failure *failure)
{
    (void)spec;
    (void)wish;
    (void)failure;
    if (opens_late)
        hold(opens_late, SHARED_READ, lets_go_after);
    opens_late = NULL;
    *source = &short_source;
    return TAPEMAP_OK;
}

/* ---- Going on with a tape ------------------------------------------------------------------- */

static int start_clean(void **state)
{
    (void)state;
    let_go();
    left_tape_remove(TAPE);
    left_tape_remove(TAPE_2);
    lets_go_after = NEVER;
    pauses = 0;
    opens_late = NULL;
    return 0;
}

static uint64_t died(void)
{
    return utc_now_ns() - UINT64_C(2000000000);
}

static enum tapemap_status open_recorder(bool or_new, struct recorder **recorder,
                                         struct failure *failure)
{
    static struct record_options options;

    options = left_tape_options(deck, TAPE);
    options.file.resumes = true;
    options.file.resumes_or_new = or_new;
    return recorder_open(&options, recorder, failure);
}

/* Records a little; returns how often its tape was gone on with. */
static uint64_t record_to(const char *path)
{
    struct recorder *recorder;
    struct failure failure;

    if (open_recorder(true, &recorder, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    assert_string_equal(recorder_path(recorder), path);
    if (recorder_run(recorder, &failure) != TAPEMAP_OK)
        fail_msg("%s", failure.text);
    const struct tapemap_control *control = recorder_control(recorder);
    uint64_t resumed = load_relaxed_u64(&control->resume_count);
    assert_true(load_acquire_u64(&control->head) >= LEFT_TAPE_FRAMES);
    assert_true(recorder_close(recorder));
    return resumed;
}

static void make_tape(void)
{
    struct record_options options = left_tape_options(deck, TAPE);

    left_tape_make(&options, died());
}

static void records_a_new_tape_while_somebody_only_reads_the_old_one(void **state)
{
    static const char *const files[] = {TAPE, INDEX};

    for (size_t i = 0; i < 2; i++) {
        start_clean(state);
        make_tape();
        hold(files[i], SHARED_READ, NEVER);
        assert_int_equal(record_to(TAPE_2), 0);
        assert_in_range(pauses, 5, 15);
        let_go();
        left_tape_remove(TAPE_2);
        assert_int_equal(record_to(TAPE), 1); /* as it was left */
    }
}

static void goes_on_with_a_tape_that_is_read_for_a_moment(void **state)
{
    static const char *const files[] = {TAPE, INDEX};

    for (size_t i = 0; i < 2; i++) {
        start_clean(state);
        make_tape();
        hold(files[i], SHARED_READ, 3);
        assert_int_equal(record_to(TAPE), 1);
        assert_int_equal(pauses, 3);
    }
}

/* A device may be waited for, and the file was free before that. */
static void is_as_patient_when_a_reader_comes_while_the_source_is_opened(void **state)
{
    static const char *const files[] = {TAPE, INDEX};

    for (size_t i = 0; i < 2; i++) {
        start_clean(state);
        make_tape();
        opens_late = files[i];
        lets_go_after = 3;
        assert_int_equal(record_to(TAPE), 1);
        start_clean(state);
        make_tape();
        opens_late = files[i];
        assert_int_equal(record_to(TAPE_2), 0);
    }
}

static void names_who_keeps_a_tape_from_being_gone_on_with(void **state)
{
    struct recorder *recorder;
    struct failure failure;
    (void)state;

    make_tape();
    hold(INDEX, SHARED_READ, NEVER);
    assert_int_equal(open_recorder(false, &recorder, &failure), TAPEMAP_E_BUSY);
    assert_non_null(strstr(failure.text, "another program has its index file open and lets nobody "
                                         "write it; close that program"));
    let_go();
    hold(TAPE, SHARED_READ, NEVER);
    assert_int_equal(open_recorder(false, &recorder, &failure), TAPEMAP_E_BUSY);
    assert_non_null(strstr(failure.text, "another program has it open and lets nobody write it"));
}

/* Also while somebody reads the other file, or where the writer admits others. */
static void begins_no_new_tape_while_somebody_writes_one_of_the_files(void **state)
{
    struct file_access *writer;
    struct recorder *recorder;
    struct failure failure;
    (void)state;

    make_tape();
    for (int is_index = 0; is_index < 2; is_index++) {
        assert_int_equal(file_access_open(is_index ? INDEX : TAPE, FILE_ACCESS_CHANGE, &writer), 0);
        hold(is_index ? TAPE : INDEX, SHARED_READ, NEVER);
        assert_int_equal(open_recorder(true, &recorder, &failure), TAPEMAP_E_BUSY);
        assert_non_null(strstr(failure.text, "another process is recording or completing"));
        let_go();
        file_access_close(writer);
    }
    assert_int_equal(file_access_open(TAPE_2, FILE_ACCESS_READ, &writer), 2);
}

/* ---- Completing one ------------------------------------------------------------------------- */

static bool is_there(const char *path)
{
    struct file_access *file;

    if (file_access_open(path, FILE_ACCESS_READ, &file) != 0)
        return false;
    file_access_close(file);
    return true;
}

static void assert_is_complete(void)
{
    static const struct finish_options look = {.is_dry_run = true};
    struct finish_report report;

    assert_int_equal(finish_tape(TAPE, &look, &report), TAPEMAP_OK);
    assert_true(report.was_finished);
    assert_int_equal(report.frames, LEFT_TAPE_FRAMES);
    assert_false(is_there(INDEX));
}

static void completes_a_file_that_is_held_for_a_moment(void **state)
{
    static const struct {
        const char *path;
        unsigned share;
    } readers[] = {{TAPE, SHARED_READ}, {INDEX, SHARED_READ | SHARED_WRITE}, {INDEX, 0}};

    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        start_clean(state);
        make_tape();
        hold(readers[i].path, readers[i].share, 3);
        assert_true(complete_file(TAPE, true));
        assert_int_equal(pauses, 3);
        assert_is_complete();
        start_clean(state);
        make_tape();
        hold(readers[i].path, readers[i].share, 3);
        assert_int_equal(complete_left_file(TAPE, COMPLETION_WAITS), COMPLETION_DONE);
        assert_is_complete();
    }
}

static void gives_up_on_a_file_that_stays_held(void **state)
{
    (void)state;
    make_tape();
    hold(TAPE, SHARED_READ, NEVER);
    assert_false(complete_file(TAPE, true));
    assert_int_equal(pauses, PATIENCE_PAUSES);
    let_go();
    hold(INDEX, SHARED_READ | SHARED_WRITE, NEVER);
    assert_true(complete_file(TAPE, true)); /* but for its index file */
    assert_int_equal(pauses, PATIENCE_PAUSES);
    assert_true(is_there(INDEX));
    let_go();
    assert_true(complete_file(TAPE, true));
    assert_is_complete();
}

/* A journal that is damaged stays beside its tape, and nobody is waited for. */
static void waits_for_nobody_where_nobody_is_in_the_way(void **state)
{
    struct file_access *index;
    struct tapemap_index head;
    struct finish_report report;
    static const struct finish_options act = {0};
    (void)state;

    make_tape();
    assert_int_equal(file_access_open(INDEX, FILE_ACCESS_CHANGE, &index), 0);
    assert_int_equal(file_access_read(index, 0, &head, sizeof head), 0);
    assert_true(load_relaxed_u64(&head.journal_head) > 0);
    assert_int_equal(file_access_write(index, head.journal.offset, "torn", 4), 0);
    file_access_close(index);
    assert_true(complete_file(TAPE, true));
    assert_int_equal(pauses, 0);
    assert_int_equal(finish_tape(TAPE, &act, &report), TAPEMAP_OK);
    assert_true(report.is_index_left && !report.is_index_held);
}

/* ---- Coming back to what is left ------------------------------------------------------------ */

static struct finish_later *begin_with_what_was_left(void)
{
    struct finish_later *later = NULL;
    struct interrupted_tape found;

    assert_int_equal(interrupted_tape_find(TAPE, "{deck}.wav", deck, &found), TAPEMAP_OK);
    assert_int_equal(interrupted_tape_leave(&found), TAPEMAP_OK);
    finish_later_begin(&later, found.others, NULL);
    interrupted_tape_free(&found);
    return later;
}

static void comes_back_to_what_was_held_until_it_is_complete(void **state)
{
    (void)state;
    make_tape();
    hold(TAPE, SHARED_READ, NEVER);
    struct finish_later *later = begin_with_what_was_left();
    assert_int_equal(pauses, PATIENCE_PAUSES);
    assert_non_null(later);
    assert_true(finish_later_try(&later, COMPLETION_RETURNS, NULL));
    assert_non_null(later);
    let_go();
    hold(INDEX, SHARED_READ | SHARED_WRITE, NEVER);
    assert_true(finish_later_try(&later, COMPLETION_RETURNS, NULL));
    assert_non_null(later); /* its index file is still there */
    assert_true(is_there(INDEX));
    let_go();
    assert_true(finish_later_try(&later, COMPLETION_RETURNS, NULL));
    assert_int_equal(pauses, 0);
    assert_null(later);
    assert_is_complete();
}

static void forgets_what_has_gone_and_fails_for_an_own_tape_that_stays_incomplete(void **state)
{
    char *path = (char *)(uintptr_t)TAPE;
    struct finish_later *later = NULL;
    (void)state;

    make_tape();
    hold(TAPE, SHARED_READ, NEVER);
    assert_true(finish_later_take(&later, path, NULL));
    assert_int_equal(pauses, PATIENCE_PAUSES);
    assert_true(finish_later_try(&later, COMPLETION_LAST, NULL));
    assert_non_null(later);
    assert_false(finish_later_free(later));
    later = NULL;
    assert_true(finish_later_take(&later, path, NULL));
    let_go();
    left_tape_remove(TAPE);
    assert_true(finish_later_try(&later, COMPLETION_RETURNS, NULL));
    assert_null(later);
    assert_false(finish_later_take(&later, path, NULL));
    assert_null(later);
}

static void comes_back_to_a_blank_tape_that_was_held(void **state)
{
    static const char blank[] = "";
    struct finish_later *later = NULL;
    struct left_behind left = {.path = (char *)(uintptr_t)TAPE, .is_empty = true};
    struct file_access *file;
    (void)state;

    assert_int_equal(file_access_open(TAPE, FILE_ACCESS_CREATE, &file), 0);
    assert_int_equal(file_access_write(file, 4 * TAPEMAP_GRANULE_BYTES - 1, blank, 1), 0);
    file_access_close(file);
    hold(TAPE, SHARED_READ, NEVER);
    finish_later_begin(&later, &left, NULL);
    assert_non_null(later);
    assert_true(is_there(TAPE));
    let_go();
    assert_true(finish_later_try(&later, COMPLETION_RETURNS, NULL));
    assert_null(later);
    assert_false(is_there(TAPE));
}

#define CLEAN(test) cmocka_unit_test_setup_teardown(test, start_clean, start_clean)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLEAN(records_a_new_tape_while_somebody_only_reads_the_old_one),
        CLEAN(goes_on_with_a_tape_that_is_read_for_a_moment),
        CLEAN(is_as_patient_when_a_reader_comes_while_the_source_is_opened),
        CLEAN(names_who_keeps_a_tape_from_being_gone_on_with),
        CLEAN(begins_no_new_tape_while_somebody_writes_one_of_the_files),
        CLEAN(completes_a_file_that_is_held_for_a_moment),
        CLEAN(gives_up_on_a_file_that_stays_held),
        CLEAN(waits_for_nobody_where_nobody_is_in_the_way),
        CLEAN(comes_back_to_what_was_held_until_it_is_complete),
        CLEAN(forgets_what_has_gone_and_fails_for_an_own_tape_that_stays_incomplete),
        CLEAN(comes_back_to_a_blank_tape_that_was_held),
    };
    snprintf(deck, sizeof deck, "held test %u", (unsigned)identity_pid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
