/* SPDX-License-Identifier: MIT */
/* Reading the journal: ring, windows, damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "fake_tape.h"
#include "tapemap/tapemap.h"

static const struct fake_config config = {
    .format = TAPEMAP_S16, .channels = 2, .sample_rate_hz = 48000, .capacity_frames = 48000,
    .journal_capacity = 3000,
};

static struct fake_tape tape;
static struct reader reader;

static int setup(void **state)
{
    (void)state;
    fake_tape_create(&tape, &config);
    const struct reader_config opening = fake_tape_reader_config(&tape);
    return reader_open(&reader, &opening) == TAPEMAP_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    reader_close(&reader);
    fake_tape_destroy(&tape);
    return 0;
}

/* A mark every seventh record, gaps otherwise; the position is ten times the sequence. */
static void enter(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        uint64_t sequence = load_relaxed_u64(&tape.header->journal_head);
        struct tapemap_record record = {.position = sequence * 10, .kind = TAPEMAP_RECORD_GAP};
        if (sequence % 7 == 0) {
            record.kind = TAPEMAP_RECORD_MARK;
            snprintf(record.text, sizeof record.text, "mark %u", (unsigned)sequence);
        }
        fake_tape_journal(&tape, &record);
    }
}

static void an_empty_journal_has_nothing(void **state)
{
    struct tapemap_record record;
    uint64_t first = 1;
    uint64_t end = 1;
    uint64_t sequence = 0;
    (void)state;

    reader_journal_range(&reader, &first, &end);
    assert_int_equal(first, 0);
    assert_int_equal(end, 0);
    assert_int_equal(reader_get_record(&reader, 0, &record), TAPEMAP_E_NOT_YET);
    assert_int_equal(reader_find_record(&reader, TAPEMAP_RECORD_GAP, end, &sequence, &record),
                     TAPEMAP_E_NOT_YET);
    assert_int_equal(sequence, 0);
}

static void gets_every_record_of_a_wrapped_journal(void **state)
{
    struct tapemap_record record;
    uint64_t first;
    uint64_t end;
    (void)state;

    enter(7777);
    reader_journal_range(&reader, &first, &end);
    assert_int_equal(first, 4777);
    assert_int_equal(end, 7777);
    for (uint64_t sequence = first; sequence < end; sequence++) {
        assert_int_equal(reader_get_record(&reader, sequence, &record), TAPEMAP_OK);
        assert_int_equal(record.sequence, sequence);
        assert_int_equal(record.position, sequence * 10);
    }
    assert_int_equal(reader_get_record(&reader, first - 1, &record), TAPEMAP_E_OVERWRITTEN);
    assert_int_equal(reader_get_record(&reader, end, &record), TAPEMAP_E_NOT_YET);
}

static void finds_all_of_one_kind_in_order(void **state)
{
    struct tapemap_record record;
    uint64_t sequence = 0;
    unsigned found = 0;
    enum tapemap_status status;
    (void)state;

    enter(2900);
    while ((status = reader_find_record(&reader, TAPEMAP_RECORD_MARK, 2900, &sequence,
                                        &record)) == TAPEMAP_OK) {
        assert_int_equal(sequence, found * 7);
        found++;
        sequence++;
    }
    assert_int_equal(status, TAPEMAP_E_NOT_YET);
    assert_int_equal(sequence, 2900);
    assert_int_equal(found, 415);
}

static void finds_all_of_one_kind_across_the_end_of_the_ring(void **state)
{
    struct tapemap_record record;
    uint64_t sequence = 4777;
    unsigned found = 0;
    (void)state;

    enter(7777);
    while (reader_find_record(&reader, TAPEMAP_RECORD_MARK, 7777, &sequence, &record) ==
           TAPEMAP_OK) {
        assert_int_equal(sequence, 4781 + 7 * found++);
        assert_int_equal(record.sequence, sequence++);
    }
    assert_int_equal(sequence, 7777);
    assert_int_equal(found, 428);
}

static void finds_every_event_among_many_anchors(void **state)
{
    const struct tapemap_record anchor = {.kind = TAPEMAP_RECORD_ANCHOR};
    struct tapemap_record record;
    uint64_t sequence = 0;
    unsigned found = 0;
    (void)state;

    for (unsigned i = 0; i < 5; i++) {
        for (unsigned n = 0; n < 300; n++)
            fake_tape_journal(&tape, &anchor);
        enter(2);
    }
    while (reader_find_record(&reader, TAPEMAP_RECORD_ANY_EVENT, 1510, &sequence, &record) ==
           TAPEMAP_OK) {
        assert_int_equal(sequence, found / 2 * 302 + 300 + found % 2);
        assert_int_equal(record.sequence, sequence++);
        found++;
    }
    assert_int_equal(sequence, 1510);
    assert_int_equal(found, 10);
}

static void says_that_a_record_left_the_journal(void **state)
{
    struct tapemap_record record = {.position = 99};
    uint64_t sequence = 5;
    (void)state;

    enter(4000);
    assert_int_equal(reader_get_record(&reader, 999, &record), TAPEMAP_E_OVERWRITTEN);
    assert_int_equal(reader_find_record(&reader, TAPEMAP_RECORD_MARK, 4000, &sequence, &record),
                     TAPEMAP_E_OVERWRITTEN);
    assert_int_equal(sequence, 5);
    assert_int_equal(record.position, 99);
}

static void writer_goes_on(struct fake_tape *moving)
{
    moving->on_index_map = NULL;
    enter(1);
}

static void writer_retires_only(struct fake_tape *moving)
{
    store_release_u64(&moving->header->journal_oldest, 2);
}

static void notices_that_a_record_was_overwritten_during_the_copy(void **state)
{
    struct tapemap_record record;
    (void)state;

    enter(config.journal_capacity);
    tape.on_index_map = writer_goes_on;
    assert_int_equal(reader_get_record(&reader, 0, &record), TAPEMAP_E_OVERWRITTEN);
    /* the writer has raised journal_oldest and not written yet: the copy may be half and half */
    reader_close(&reader);
    const struct reader_config opening = fake_tape_reader_config(&tape);
    assert_int_equal(reader_open(&reader, &opening), TAPEMAP_OK);
    tape.on_index_map = writer_retires_only;
    assert_int_equal(reader_get_record(&reader, 1, &record), TAPEMAP_E_OVERWRITTEN);
}

static void refuses_a_damaged_record(void **state)
{
    struct tapemap_record record = {.position = 99};
    struct tapemap_record *slots =
        (struct tapemap_record *)(void *)(tape.index.memory + tape.header->journal.offset);
    (void)state;

    enter(10);
    slots[3].sequence = 4;
    assert_int_equal(reader_get_record(&reader, 3, &record), TAPEMAP_E_CORRUPT);
    slots[4].kind = 1000;
    assert_int_equal(reader_get_record(&reader, 4, &record), TAPEMAP_E_CORRUPT);
    memset(slots[7].text, 'x', sizeof slots[7].text);
    assert_int_equal(reader_get_record(&reader, 7, &record), TAPEMAP_E_CORRUPT);
    assert_int_equal(record.position, 99);
    assert_int_equal(reader_get_record(&reader, 5, &record), TAPEMAP_OK);
}

static void never_goes_past_what_is_committed(void **state)
{
    uint64_t first;
    uint64_t end;
    (void)state;

    enter(100);
    store_release_u64(&tape.header->journal.committed_bytes, 10 * sizeof(struct tapemap_record));
    reader_journal_range(&reader, &first, &end);
    assert_int_equal(end, 10);
    store_release_u64(&tape.header->journal.committed_bytes, UINT64_MAX);
    store_release_u64(&tape.header->journal_head, UINT64_MAX);
    reader_journal_range(&reader, &first, &end);
    assert_int_equal(end - first, config.journal_capacity);
    store_release_u64(&tape.header->journal_oldest, UINT64_MAX - 10); /* more was given up */
    reader_journal_range(&reader, &first, &end);
    assert_int_equal(end - first, 10);
    store_release_u64(&tape.header->journal_oldest, UINT64_MAX);
    store_release_u64(&tape.header->journal_head, 7);
    reader_journal_range(&reader, &first, &end);
    assert_int_equal(first, 7);
    assert_int_equal(end, 7);
}

#define JOURNAL_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOURNAL_TEST(an_empty_journal_has_nothing),
        JOURNAL_TEST(gets_every_record_of_a_wrapped_journal),
        JOURNAL_TEST(finds_all_of_one_kind_in_order),
        JOURNAL_TEST(finds_all_of_one_kind_across_the_end_of_the_ring),
        JOURNAL_TEST(finds_every_event_among_many_anchors),
        JOURNAL_TEST(says_that_a_record_left_the_journal),
        JOURNAL_TEST(notices_that_a_record_was_overwritten_during_the_copy),
        JOURNAL_TEST(refuses_a_damaged_record),
        JOURNAL_TEST(never_goes_past_what_is_committed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
