/* SPDX-License-Identifier: MIT */
/* What another program has done to a finished tape is not undone, nor is the journal lost by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "finish_tape.h"
#include "tape_file.h"

#define TAPE "finish_changed_test.wav"
#define CHUNK_BYTES 24u

static const struct finish_options act = {.is_dry_run = false};
static const struct tape_file_spec spec = {TAPEMAP_S16, 2, 40000, true, true, false};

static int clean(void **state)
{
    (void)state;
    tape_file_remove(TAPE);
    return 0;
}

static struct tape_file_bytes make_finished(void)
{
    tape_file_make(TAPE, &spec);
    tape_file_finish(TAPE, &act);
    return tape_file_load(TAPE);
}

static void leaves_a_tape_to_which_another_program_has_added(void **state)
{
    (void)state;
    struct tape_file_bytes file = make_finished();
    file.bytes = realloc(file.bytes, file.count + CHUNK_BYTES);
    assert_non_null(file.bytes);
    memset(file.bytes + file.count, 0, CHUNK_BYTES);
    memcpy(file.bytes + file.count, "LIST\x10\0\0\0INFO", 12);
    file.count += CHUNK_BYTES;
    uint32_t riff = (uint32_t)file.count - 8;
    memcpy(file.bytes + 4, &riff, sizeof riff);
    tape_file_store(TAPE, &file);
    struct finish_report report;
    assert_int_equal(finish_tape(TAPE, &act, &report), TAPEMAP_E_CORRUPT);
    assert_non_null(strstr(report.problem, "another program has added to it"));
    tape_file_assert_holds(TAPE, &file);
    free(file.bytes);
}

static void keeps_the_journal_where_only_the_header_is_wrong(void **state)
{
    (void)state;
    struct tape_file_bytes file = make_finished();
    struct tape_file_bytes changed = tape_file_load(TAPE);
    memset(changed.bytes + 4, 0, 4);
    memset(changed.bytes + TAPEMAP_DATA_OFFSET - 4, 0, 4);
    tape_file_store(TAPE, &changed);
    struct finish_report report = tape_file_finish(TAPE, &act);
    assert_false(report.was_finished);
    assert_false(report.is_journal_lost);
    assert_int_equal(report.gaps, 1);
    assert_int_equal(report.marks, 2);
    tape_file_assert_holds(TAPE, &file);
    assert_true(tape_file_finish(TAPE, &act).was_finished);
    free(changed.bytes);
    free(file.bytes);
}

/* One that says to be longer than it is; with the index still beside it, all is made anew. */
static void leaves_a_tape_with_a_damaged_chunk_behind_its_audio(void **state)
{
    (void)state;
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes index = tape_file_load(TAPE ".index");
    tape_file_finish(TAPE, &act);
    struct tape_file_bytes file = tape_file_load(TAPE);
    struct tape_file_bytes changed = tape_file_load(TAPE);
    uint64_t bytes;
    memset(changed.bytes + tape_file_chunk(&file, "cue ", &bytes) - 4, 0x7F, 4);
    tape_file_store(TAPE, &changed);
    struct finish_report report;
    assert_int_equal(finish_tape(TAPE, &act, &report), TAPEMAP_E_CORRUPT);
    assert_non_null(strstr(report.problem, "a chunk behind its audio is damaged"));
    tape_file_assert_holds(TAPE, &changed);
    tape_file_store(TAPE ".index", &index);
    tape_file_finish(TAPE, &act);
    tape_file_assert_holds(TAPE, &file);
    free(changed.bytes);
    free(index.bytes);
    free(file.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_a_tape_to_which_another_program_has_added),
        cmocka_unit_test(keeps_the_journal_where_only_the_header_is_wrong),
        cmocka_unit_test(leaves_a_tape_with_a_damaged_chunk_behind_its_audio),
    };
    return cmocka_run_group_tests(tests, NULL, clean);
}
