/* SPDX-License-Identifier: MIT */
/* Finishing is killed before every single change that it makes to a file, and then done again. The
   linker puts the functions below in place of those of file_access (--wrap). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "file_access.h"
#include "finish_tape.h"
#include "repair_wave.h"
#include "tape_file.h"

#define TAPE "finish_interrupt_test.wav"
#define NEVER UINT32_MAX

static uint32_t changes_left = NEVER; /* until the process is dead */
static uint32_t death_code = 31;
static uint32_t changes;
static uint64_t full_from = UINT64_MAX; /* the disk has no room for this byte of a file */
static uint32_t cut_code;
static uint32_t change_code; /* of opening a file for changing */
static uint32_t remove_code;
static struct finish_options act;

uint32_t __real_file_access_open(const char *path, enum file_access_kind kind,
                                 struct file_access **file);
uint32_t __wrap_file_access_open(const char *path, enum file_access_kind kind,
                                 struct file_access **file);
uint32_t __real_file_access_write(struct file_access *file, uint64_t offset, const void *bytes,
                                  size_t count);
uint32_t __real_file_access_set_length(struct file_access *file, uint64_t bytes);
uint32_t __real_file_access_remove(const char *path);
uint32_t __wrap_file_access_write(struct file_access *file, uint64_t offset, const void *bytes,
                                  size_t count);
uint32_t __wrap_file_access_set_length(struct file_access *file, uint64_t bytes);
uint32_t __wrap_file_access_remove(const char *path);

static bool is_dead(void)
{
    if (changes_left == 0)
        return true;
    changes_left -= changes_left != NEVER;
    changes++;
    return false;
}

uint32_t __wrap_file_access_open(const char *path, enum file_access_kind kind,
                                 struct file_access **file)
{
    if (kind == FILE_ACCESS_CHANGE && change_code != 0)
        return change_code;
    return __real_file_access_open(path, kind, file);
}

/* The write that is interrupted gets half of its bytes to the file. */
uint32_t __wrap_file_access_write(struct file_access *file, uint64_t offset, const void *bytes,
                                  size_t count)
{
    if (offset + count > full_from)
        return 112;
    if (changes_left == 0 && death_code == 31 && count > 8)
        __real_file_access_write(file, offset, bytes, count / 2);
    return is_dead() ? death_code : __real_file_access_write(file, offset, bytes, count);
}

uint32_t __wrap_file_access_set_length(struct file_access *file, uint64_t bytes)
{
    if (cut_code != 0)
        return cut_code;
    return is_dead() ? death_code : __real_file_access_set_length(file, bytes);
}

uint32_t __wrap_file_access_remove(const char *path)
{
    if (remove_code != 0)
        return remove_code;
    return is_dead() ? death_code : __real_file_access_remove(path);
}

static enum tapemap_status finish(struct finish_report *report)
{
    return finish_tape(TAPE, &act, report);
}

static int revive(void **state)
{
    (void)state;
    changes_left = NEVER;
    full_from = UINT64_MAX;
    cut_code = 0;
    change_code = 0;
    remove_code = 0;
    changes = 0;
    act.chunk_most_bytes = 0;
    tape_file_remove(TAPE);
    return 0;
}

/* Whatever happened, the header counts exactly the frames, or those and the chunks. */
static void assert_is_readable(const struct tape_file_bytes *made)
{
    struct tape_file_bytes file = tape_file_load(TAPE);
    uint64_t bytes = 0;
    assert_int_equal(tape_file_chunk(&file, "data", &bytes), TAPEMAP_DATA_OFFSET);
    assert_int_equal(bytes, tape_file_control(made)->head.raw *
                                tape_file_control(made)->frame_bytes);
    assert_memory_equal(file.bytes + TAPEMAP_DATA_OFFSET, made->bytes + TAPEMAP_DATA_OFFSET,
                        bytes);
    free(file.bytes);
}

/* The control block has missed half of the frames, and a few that the header counts never came to
   the disk. */
static void make_late(struct tape_file_bytes *made)
{
    struct tapemap_control *control = tape_file_control(made);
    uint64_t end = TAPEMAP_DATA_OFFSET + control->head.raw * control->frame_bytes;
    memset(made->bytes + end - 10000, 0, 10000);
    control->head.raw /= 2;
    control->durable_frames.raw = 0;
    tape_file_store(TAPE, made);
}

static void check_every_death(const struct tape_file_spec *spec, bool is_late)
{
    struct finish_report report;
    tape_file_make(TAPE, spec);
    struct tape_file_bytes made = tape_file_load(TAPE);
    struct tape_file_bytes index = tape_file_load(TAPE ".index");
    if (is_late)
        make_late(&made);
    changes = 0;
    assert_int_equal(finish(&report), TAPEMAP_OK);
    struct tape_file_bytes expected = tape_file_load(TAPE);
    uint32_t all = changes;
    assert_true(all > 5);
    for (uint32_t death = 0; death < all; death++) {
        struct finish_report again;
        tape_file_store(TAPE, &made);
        if (index.bytes)
            tape_file_store(TAPE ".index", &index);
        changes_left = death;
        finish(&again);
        changes_left = NEVER;
        if (!is_late)
            assert_is_readable(&made);
        if (finish(&again) != TAPEMAP_OK)
            fail_msg("after death %u: %s", (unsigned)death, again.problem);
        tape_file_assert_holds(TAPE, &expected);
        tape_file_assert_holds(TAPE ".index", &(struct tape_file_bytes){0});
        assert_int_equal(again.frames, report.frames);
        assert_int_equal(again.had_ended, report.had_ended);
        assert_int_equal(again.gaps, report.gaps);
        assert_int_equal(again.marks, report.marks);
    }
    free(made.bytes);
    free(index.bytes);
    free(expected.bytes);
}

static void may_be_killed_anywhere_and_done_again(void **state)
{
    (void)state;
    static const struct tape_file_spec specs[] = {
        {TAPEMAP_S16, 2, 20000, true, true, false},
        {TAPEMAP_S24, 1, 20001, false, true, false},
        {TAPEMAP_F32, 3, 300, false, false, true},
    };
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++)
        check_every_death(&specs[i], false);
}

static void may_be_killed_where_the_index_goes_behind_the_end(void **state)
{
    (void)state;
    static const struct tape_file_spec specs[] = {
        {TAPEMAP_S24, 1, 20001, true, true, false},
        {TAPEMAP_F32, 3, 300, false, false, true},
    };
    act.chunk_most_bytes = TAPEMAP_GRANULE_BYTES;
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        uint64_t bytes = 0;
        check_every_death(&specs[i], false);
        struct tape_file_bytes file = tape_file_load(TAPE);
        assert_true(tape_file_control(&file)->index_offset.raw != 0);
        assert_int_equal(tape_file_chunk(&file, "tmpx", &bytes), 0);
        free(file.bytes);
    }
}

/* The chunks that are written where the header still counted frames are never taken for some. */
static void may_be_killed_where_it_adds_frames_that_the_head_missed(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, 20000, false, true, false};
    check_every_death(&spec, true);
}

static void keeps_the_index_file_when_the_disk_is_full(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S24, 1, 20001, false, true, false};
    struct finish_report report;
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes made = tape_file_load(TAPE);
    full_from = TAPEMAP_DATA_OFFSET + 20001 * 3 + 1;
    assert_int_equal(finish(&report), TAPEMAP_OK);
    assert_true(report.is_index_left);
    struct tape_file_bytes file = tape_file_load(TAPE);
    assert_int_equal(file.count, full_from);
    assert_int_equal(tape_file_control(&file)->state.raw, TAPEMAP_STATE_ENDED);
    assert_int_equal(tape_file_control(&file)->index_offset.raw, 0);
    assert_is_readable(&made);

    full_from = UINT64_MAX; /* somebody has made room */
    assert_int_equal(finish(&report), TAPEMAP_OK);
    assert_false(report.is_index_left);
    assert_false(report.had_ended);
    assert_int_equal(report.gaps, 1);
    tape_file_assert_holds(TAPE ".index", &(struct tape_file_bytes){0});
    free(made.bytes);
    free(file.bytes);
}

static void leaves_a_torn_journal_as_it_is(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S24, 1, 20001, false, true, false};
    struct finish_report report;
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes index = tape_file_load(TAPE ".index");
    const struct tapemap_index *head = (const void *)index.bytes;
    index.bytes[head->journal.offset + sizeof(struct tapemap_record)] ^= 1;
    tape_file_store(TAPE ".index", &index);
    full_from = TAPEMAP_DATA_OFFSET + 20001 * 3 + 1;
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(finish(&report), TAPEMAP_OK);
        assert_true(report.is_journal_lost);
        tape_file_assert_holds(TAPE ".index", &index);
        full_from = UINT64_MAX;
    }
    free(index.bytes);
}

static void cuts_the_tail_later_when_somebody_has_the_file_mapped(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, 20000, true, true, false};
    struct finish_report report;
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes made = tape_file_load(TAPE);
    made.count += 4u << 20; /* a tail longer than all chunks */
    made.bytes = realloc(made.bytes, (size_t)made.count);
    assert_non_null(made.bytes);
    memset(made.bytes + made.count - (4u << 20), 0, 4u << 20);
    tape_file_store(TAPE, &made);
    cut_code = 1224;
    assert_int_equal(finish(&report), TAPEMAP_OK);
    assert_true(report.is_tail_left);
    assert_true(report.cut_bytes > 0);
    assert_is_readable(&made);
    struct tape_file_bytes file = tape_file_load(TAPE);
    assert_int_equal(file.count, made.count);
    cut_code = 0;
    assert_int_equal(finish(&report), TAPEMAP_OK);
    assert_false(report.is_tail_left);
    assert_false(report.was_finished);
    file.count -= report.cut_bytes;
    tape_file_assert_holds(TAPE, &file);
    assert_int_equal(finish(&report), TAPEMAP_OK);
    assert_true(report.was_finished);
    free(made.bytes);
    free(file.bytes);
}

static void looks_at_a_file_that_may_not_be_changed(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, 2000, false, false, false};
    static const struct finish_options look = {.is_dry_run = true};
    static const uint32_t codes[] = {5, 19};
    struct finish_report report;
    tape_file_make(TAPE, &spec);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        change_code = codes[i];
        assert_int_equal(finish_tape(TAPE, &look, &report), TAPEMAP_OK);
        assert_int_equal(report.frames, 2000);
        assert_int_equal(finish(&report), TAPEMAP_E_DENIED);
    }
    change_code = 32;
    assert_int_equal(finish_tape(TAPE, &look, &report), TAPEMAP_E_BUSY);
}

static void refuses_a_tape_that_is_being_recorded(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, 2000, false, false, false};
    struct file_access *recorder = NULL;
    struct finish_report report;
    tape_file_make(TAPE, &spec);
    assert_int_equal(file_access_open(TAPE, FILE_ACCESS_CHANGE, &recorder), 0);
    assert_int_equal(finish(&report), TAPEMAP_E_BUSY);
    assert_string_equal(report.problem, "it is being recorded");
    file_access_close(recorder);
}

static void says_of_a_tape_that_somebody_reads_no_more_than_that(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, 2000, true, false, false};
    struct file_access *reader = NULL;
    struct finish_report report;
    tape_file_make(TAPE, &spec);
    assert_int_equal(file_access_open(TAPE, FILE_ACCESS_UNWRITTEN, &reader), 0);
    assert_int_equal(finish(&report), TAPEMAP_E_BUSY);
    assert_string_equal(report.problem, "another program has it open and lets nobody write it");
    file_access_close(reader);
    assert_int_equal(finish(&report), TAPEMAP_OK);
}

/* And only of one that somebody holds it is said that it can be removed later. */
static void removes_the_index_file_once_nobody_holds_it(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, 2000, true, false, false};
    struct finish_report report;
    tape_file_make(TAPE, &spec);
    remove_code = 32;
    assert_int_equal(finish(&report), TAPEMAP_OK);
    assert_true(report.is_index_left && report.is_index_held);
    struct tape_file_bytes file = tape_file_load(TAPE);
    remove_code = 2; /* somebody else has removed it meanwhile */
    assert_int_equal(finish(&report), TAPEMAP_OK);
    assert_false(report.is_index_left || report.is_index_held);
    remove_code = 0;
    assert_int_equal(finish(&report), TAPEMAP_OK);
    assert_false(report.is_index_left || report.is_index_held);
    tape_file_assert_holds(TAPE, &file);
    tape_file_assert_holds(TAPE ".index", &(struct tape_file_bytes){0});
    free(file.bytes);
}

/* A WAV without sizes, as who was killed leaves it. */
static void interrupted_anywhere_a_repair_says_so_and_is_done_again(void **state)
{
    (void)state;
    static uint8_t bytes[444] = "RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0\2\0\x80\xbb\0\0"
                                "\0\xee\2\0\4\0\x10\0" "data";
    struct tape_file_bytes file = {bytes, sizeof bytes};
    struct repair_report report;
    for (uint32_t after = 0; after < 3; after++) {
        tape_file_store(TAPE, &file);
        changes_left = after;
        enum tapemap_status status = repair_wave(TAPE, NULL, false, &report);
        assert_int_equal(status, after < 2 ? TAPEMAP_E_SYSTEM : TAPEMAP_OK);
        assert_true((report.problem[0] != 0) == (after < 2));
        changes_left = NEVER;
        assert_int_equal(repair_wave(TAPE, NULL, false, &report), TAPEMAP_OK);
        assert_int_equal(report.data_bytes_found, 400);
        assert_int_equal(repair_wave(TAPE, NULL, false, &report), TAPEMAP_OK);
        assert_true(report.was_right);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(may_be_killed_anywhere_and_done_again, revive, revive),
        cmocka_unit_test_setup_teardown(may_be_killed_where_the_index_goes_behind_the_end, revive,
                                        revive),
        cmocka_unit_test_setup_teardown(may_be_killed_where_it_adds_frames_that_the_head_missed,
                                        revive, revive),
        cmocka_unit_test_setup_teardown(keeps_the_index_file_when_the_disk_is_full, revive,
                                        revive),
        cmocka_unit_test_setup_teardown(leaves_a_torn_journal_as_it_is, revive, revive),
        cmocka_unit_test_setup_teardown(cuts_the_tail_later_when_somebody_has_the_file_mapped,
                                        revive, revive),
        cmocka_unit_test_setup_teardown(looks_at_a_file_that_may_not_be_changed, revive, revive),
        cmocka_unit_test_setup_teardown(refuses_a_tape_that_is_being_recorded, revive, revive),
        cmocka_unit_test_setup_teardown(says_of_a_tape_that_somebody_reads_no_more_than_that,
                                        revive, revive),
        cmocka_unit_test_setup_teardown(removes_the_index_file_once_nobody_holds_it, revive,
                                        revive),
        cmocka_unit_test_setup_teardown(interrupted_anywhere_a_repair_says_so_and_is_done_again,
                                        revive, revive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
