/* SPDX-License-Identifier: MIT */
/* Control blocks and indexes that lie: finishing refuses, or takes what is sound, and reads nothing
   that is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "finish_tape.h"
#include "tape_file.h"

#define TAPE "finish_hostile_test.wav"

static const struct tape_file_spec spec = {TAPEMAP_S16, 2, 20000, false, true, false};
static const struct finish_options act = {.is_dry_run = false};

static struct tape_file_bytes made;
static struct tape_file_bytes index_made;

static int make(void **state)
{
    (void)state;
    tape_file_make(TAPE, &spec);
    made = tape_file_load(TAPE);
    index_made = tape_file_load(TAPE ".index");
    return 0;
}

static int clean(void **state)
{
    (void)state;
    free(made.bytes);
    free(index_made.bytes);
    tape_file_remove(TAPE);
    return 0;
}

static struct tape_file_bytes copy_of(const struct tape_file_bytes *file)
{
    struct tape_file_bytes copy = {malloc((size_t)file->count), file->count};
    assert_non_null(copy.bytes);
    memcpy(copy.bytes, file->bytes, (size_t)file->count);
    return copy;
}

/* Finishing the changed file fails like that, and leaves both files alone. Frees `file`. */
static struct finish_report assert_refused(struct tape_file_bytes *file,
                                           enum tapemap_status expected)
{
    struct finish_report report;
    tape_file_store(TAPE, file);
    tape_file_store(TAPE ".index", &index_made);
    assert_int_equal(finish_tape(TAPE, &act, &report), expected);
    assert_true(report.problem[0] != 0);
    tape_file_assert_holds(TAPE, file);
    tape_file_assert_holds(TAPE ".index", &index_made);
    free(file->bytes);
    *file = (struct tape_file_bytes){0};
    return report;
}

/* Finishing with the changed index works; what the report says then. Frees `index`. */
static struct finish_report finish_with(struct tape_file_bytes *index)
{
    tape_file_store(TAPE, &made);
    tape_file_store(TAPE ".index", index);
    struct finish_report report = tape_file_finish(TAPE, &act);
    assert_int_equal(report.frames, 20000);
    struct tape_file_bytes after = tape_file_load(TAPE);
    uint64_t bytes = 0;
    assert_int_equal(tape_file_chunk(&after, "data", &bytes), TAPEMAP_DATA_OFFSET);
    assert_memory_equal(after.bytes + TAPEMAP_DATA_OFFSET, made.bytes + TAPEMAP_DATA_OFFSET,
                        bytes);
    assert_true(tape_file_chunk(&after, "tmpx", &bytes) > 0);
    assert_true(tape_file_finish(TAPE, &act).was_finished);
    free(after.bytes);
    free(index->bytes);
    *index = (struct tape_file_bytes){0};
    return report;
}

static void says_how_much_there_is_when_the_head_is_past_the_end(void **state)
{
    (void)state;
    struct tape_file_bytes file = copy_of(&made);
    file.count = TAPEMAP_DATA_OFFSET + 5000 * 4 + 3;
    struct finish_report report = assert_refused(&file, TAPEMAP_E_CORRUPT);
    assert_string_equal(report.problem, "its head is past its end (its head is 20000; behind its "
                                        "header the file holds 20003 bytes, 5000 frames)");
}

static void refuses_control_blocks_that_contradict_themselves(void **state)
{
    (void)state;
    static const struct {
        uint64_t value;
        size_t offset;
        size_t bytes;
    } lies[] = {
        {UINT64_MAX, offsetof(struct tapemap_control, head), 8},
        {1000000, offsetof(struct tapemap_control, head), 8},
        {20001, offsetof(struct tapemap_control, durable_frames), 8}, /* then the head is too low */
        {0, offsetof(struct tapemap_control, frame_bytes), 4},
        {0, offsetof(struct tapemap_control, channels), 4},
        {257, offsetof(struct tapemap_control, channels), 4},
        {9, offsetof(struct tapemap_control, sample_format), 4},
        {0, offsetof(struct tapemap_control, clock_hz), 8},
        {0, offsetof(struct tapemap_control, committed_bytes), 8},
        {UINT64_MAX, offsetof(struct tapemap_control, committed_bytes), 8},
        {1, offsetof(struct tapemap_control, grown_bytes), 8},
        {UINT64_MAX, offsetof(struct tapemap_control, capacity_frames), 8},
        {1, offsetof(struct tapemap_control, oldest_frame), 8},
        {0, offsetof(struct tapemap_control, flags), 4},
        {3, offsetof(struct tapemap_control, flags), 4},
        {128, offsetof(struct tapemap_control, data_offset), 8},
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        struct tape_file_bytes file = copy_of(&made);
        memcpy(file.bytes + TAPEMAP_CONTROL_OFFSET + lies[i].offset, &lies[i].value,
               lies[i].bytes);
        assert_refused(&file, TAPEMAP_E_CORRUPT);
    }
}

static void refuses_what_is_no_tape(void **state)
{
    (void)state;
    struct tape_file_bytes file = copy_of(&made);
    memset(file.bytes + TAPEMAP_CONTROL_OFFSET, 0, 8);
    assert_refused(&file, TAPEMAP_E_FORMAT);
    file = copy_of(&made);
    file.bytes[TAPEMAP_CONTROL_OFFSET + 8]++;
    assert_refused(&file, TAPEMAP_E_FOREIGN);
    file = copy_of(&made);
    file.count = 65535;
    assert_refused(&file, TAPEMAP_E_FORMAT);
    static const size_t headers[] = {0, 8, 12, 65528};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        file = copy_of(&made);
        file.bytes[headers[i]] ^= 0x20;
        assert_refused(&file, TAPEMAP_E_CORRUPT);
    }
}

/* Of JUNK or ds64, of fmt, of bext. */
static void refuses_a_header_whose_chunks_do_not_lead_to_the_audio(void **state)
{
    (void)state;
    static const size_t sizes[] = {16, 52, 76};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct tape_file_bytes file = copy_of(&made);
        file.bytes[sizes[i]] ^= 0x20;
        assert_refused(&file, TAPEMAP_E_CORRUPT);
        file = copy_of(&made);
        memset(file.bytes + sizes[i], 0xFF, 4);
        assert_refused(&file, TAPEMAP_E_CORRUPT);
    }
}

static void takes_a_heartbeat_that_no_clock_reaches_for_the_end_of_time(void **state)
{
    (void)state;
    struct tape_file_bytes file = copy_of(&made);
    struct tapemap_control *control = tape_file_control(&file);
    control->heartbeat_clock.raw = UINT64_MAX;
    tape_file_store(TAPE, &file);
    tape_file_store(TAPE ".index", &index_made);
    tape_file_finish(TAPE, &act);
    free(file.bytes);

    file = tape_file_load(TAPE);
    uint64_t bytes = 0;
    uint64_t index = tape_file_chunk(&file, "tmpx", &bytes);
    const struct tapemap_index *head = (const void *)(file.bytes + index);
    const struct tapemap_record *records =
        (const void *)(file.bytes + index + head->journal.offset);
    const struct tapemap_record *last = &records[head->journal_head.raw - 1];
    assert_int_equal(last->kind, TAPEMAP_RECORD_STATE);
    assert_true(last->utc_ns == UINT64_MAX); /* and not some moment before the tape began */
    free(file.bytes);
}

static void survives_any_field_of_a_control_block_being_anything(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(struct tapemap_control); i += 5) {
        struct tape_file_bytes file = copy_of(&made);
        struct finish_report report;
        file.bytes[TAPEMAP_CONTROL_OFFSET + i] ^= 0xFF;
        tape_file_store(TAPE, &file);
        tape_file_store(TAPE ".index", &index_made);
        if (finish_tape(TAPE, &act, &report) != TAPEMAP_OK)
            assert_true(report.problem[0] != 0);
        free(file.bytes);
    }
}

static void computes_all_when_the_index_is_corrupt(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        uint64_t value;
    } lies[] = {
        {offsetof(struct tapemap_index, magic), 0},
        {offsetof(struct tapemap_index, signature), 1},
        {offsetof(struct tapemap_index, tape_id), 99},
        {offsetof(struct tapemap_index, section_bytes), 65536},
        {offsetof(struct tapemap_index, channels), 1},
        {offsetof(struct tapemap_index, journal), UINT64_MAX},
        {offsetof(struct tapemap_index, levels), 65536},
        {offsetof(struct tapemap_index, levels) + 16, UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        struct tape_file_bytes index = copy_of(&index_made);
        memcpy(index.bytes + lies[i].offset, &lies[i].value, 8);
        struct finish_report report = finish_with(&index);
        assert_true(report.is_journal_lost);
        assert_true(report.are_peaks_computed);
        assert_true(report.is_index_left);
    }
    struct tape_file_bytes empty = {malloc(1), 0};
    assert_true(finish_with(&empty).is_journal_lost);
}

static void takes_the_sound_records_of_a_torn_journal(void **state)
{
    (void)state;
    struct tape_file_bytes index = copy_of(&index_made);
    struct tapemap_index *head = (void *)index.bytes;
    struct tapemap_record *records = (void *)(index.bytes + head->journal.offset);
    uint64_t marks = 0;
    uint64_t bad = 0;
    while (marks < 2)
        marks += records[bad++].kind == TAPEMAP_RECORD_MARK;
    records[bad - 1].kind = 77; /* the second mark, behind the gap */
    struct finish_report report = finish_with(&index);
    assert_true(report.is_journal_lost);
    assert_true(report.is_index_left);
    assert_false(report.are_peaks_computed);
    assert_int_equal(report.marks, 1);
    assert_int_equal(report.gaps, 1);
}

static void believes_no_counts_of_an_index(void **state)
{
    (void)state;
    static const uint64_t counts[] = {UINT64_MAX, INT64_MAX, 1000000, 300000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct tape_file_bytes index = copy_of(&index_made);
        ((struct tapemap_index *)(void *)index.bytes)->journal_head.raw = counts[i];
        assert_true(finish_with(&index).is_journal_lost);
        index = copy_of(&index_made);
        ((struct tapemap_index *)(void *)index.bytes)->peaks_frames.raw = counts[i];
        assert_false(finish_with(&index).is_journal_lost);
        index = copy_of(&index_made);
        ((struct tapemap_index *)(void *)index.bytes)->journal_oldest.raw = counts[i];
        assert_true(finish_with(&index).is_journal_lost);
    }
    struct tape_file_bytes index = copy_of(&index_made);
    index.count = 65536 + 200; /* one record and a half */
    assert_true(finish_with(&index).is_journal_lost);
}

static void survives_any_field_of_an_index_being_anything(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(struct tapemap_index); i += 5) {
        struct tape_file_bytes index = copy_of(&index_made);
        index.bytes[i] ^= 0xFF;
        finish_with(&index);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_how_much_there_is_when_the_head_is_past_the_end),
        cmocka_unit_test(refuses_control_blocks_that_contradict_themselves),
        cmocka_unit_test(refuses_what_is_no_tape),
        cmocka_unit_test(refuses_a_header_whose_chunks_do_not_lead_to_the_audio),
        cmocka_unit_test(takes_a_heartbeat_that_no_clock_reaches_for_the_end_of_time),
        cmocka_unit_test(survives_any_field_of_a_control_block_being_anything),
        cmocka_unit_test(computes_all_when_the_index_is_corrupt),
        cmocka_unit_test(takes_the_sound_records_of_a_torn_journal),
        cmocka_unit_test(believes_no_counts_of_an_index),
        cmocka_unit_test(survives_any_field_of_an_index_being_anything),
    };
    return cmocka_run_group_tests(tests, make, clean);
}
