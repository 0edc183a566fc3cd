/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "layout_check.h"

static struct tapemap_control good_control(void)
{
    struct tapemap_control control = {.signature = TAPEMAP_LAYOUT_SIGNATURE,
                                      .tape_id = 7,
                                      .clock_hz = 10000000,
                                      .section_bytes = 65536 + 400000,
                                      .index_bytes = 10 * 65536,
                                      .data_offset = 65536,
                                      .capacity_frames = 100000,
                                      .kept_frames = 100000,
                                      .sample_format = TAPEMAP_S16,
                                      .channels = 2,
                                      .sample_rate_hz = 48000,
                                      .frame_bytes = 4,
                                      .deck_name = "deck",
                                      .source = "tone:ramp"};
    store_release_u64(&control.grown_bytes, 65536 + 400000);
    store_release_u64(&control.committed_bytes, 65536 + 40000);
    store_release_u64(&control.head, 10000);
    store_release_u64(&control.magic, TAPEMAP_TAPE_MAGIC);
    return control;
}

static void accepts_a_sound_control_block(void **state)
{
    (void)state;
    struct tapemap_control control = good_control();
    struct layout_tape tape;
    struct layout_progress progress;
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_OK);
    assert_string_equal(tape.deck_name, "deck");
    assert_int_equal(layout_check_progress(&control, &tape, &progress), TAPEMAP_OK);
    assert_int_equal(progress.head, 10000);
}

static void tells_unpublished_from_foreign(void **state)
{
    (void)state;
    struct layout_tape tape;
    struct tapemap_control control = good_control();
    control.magic.raw = 0;
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_E_NO_TAPE);
    control.magic.raw = 1;
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_E_FOREIGN);
    control = good_control();
    control.signature ^= 1;
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_E_FOREIGN);
}

/* Sets `bytes` bytes at `offset` of a sound control block to `value`. */
static enum tapemap_status check_with(size_t offset, uint64_t value, size_t bytes)
{
    struct tapemap_control control = good_control();
    struct layout_tape tape = {.tape_id = 99};
    memcpy((unsigned char *)&control + offset, &value, bytes);
    enum tapemap_status status = layout_check_control(&control, 65536, &tape);
    if (status != TAPEMAP_OK)
        assert_int_equal(tape.tape_id, 99);
    return status;
}

#define CHECK_U32(field, value) check_with(offsetof(struct tapemap_control, field), value, 4)
#define CHECK_U64(field, value) check_with(offsetof(struct tapemap_control, field), value, 8)

static void refuses_impossible_sizes(void **state)
{
    (void)state;
    assert_int_equal(CHECK_U64(tape_id, 0), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U64(clock_hz, 0), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U64(section_bytes, 65535), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U64(section_bytes, 0), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U64(data_offset, 0), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U64(capacity_frames, 0), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U32(sample_format, 0), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U32(sample_format, 5), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U32(channels, 0), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U32(channels, 257), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U32(channels, 0x80000001u), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U32(sample_rate_hz, 0), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U32(sample_rate_hz, UINT32_MAX), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U32(frame_bytes, 0), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U32(frame_bytes, 8), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U32(flags, 4), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U32(flags, 3), TAPEMAP_E_CORRUPT);
}

static enum tapemap_status check_capacity(uint32_t flags, uint64_t frames)
{
    struct tapemap_control control = good_control();
    struct layout_tape tape;
    control.flags = flags;
    control.capacity_frames = control.kept_frames = frames;
    return layout_check_control(&control, 65536, &tape);
}

static void refuses_more_frames_than_its_section_holds(void **state)
{
    (void)state;
    const uint64_t most_of_a_file = (INT64_MAX - 65536) / 4;
    assert_int_equal(check_capacity(0, 100000), TAPEMAP_OK);
    assert_int_equal(check_capacity(0, 100001), TAPEMAP_E_CORRUPT);
    assert_int_equal(check_capacity(0, UINT64_MAX), TAPEMAP_E_CORRUPT);
    assert_int_equal(check_capacity(0, UINT64_MAX / 4 + 2), TAPEMAP_E_CORRUPT);
    assert_int_equal(check_capacity(TAPEMAP_FLAG_RING, 100001), TAPEMAP_E_CORRUPT);
    assert_int_equal(check_capacity(TAPEMAP_FLAG_FILE, most_of_a_file), TAPEMAP_OK);
    assert_int_equal(check_capacity(TAPEMAP_FLAG_FILE, most_of_a_file + 1), TAPEMAP_E_CORRUPT);
}

static enum tapemap_status check_channels(uint32_t format, uint32_t channels, uint32_t frame_bytes)
{
    struct tapemap_control control = good_control();
    struct layout_tape tape;
    control.sample_format = format;
    control.channels = channels;
    control.frame_bytes = frame_bytes;
    control.capacity_frames = control.kept_frames = 700;
    store_release_u64(&control.head, 70);
    return layout_check_control(&control, 65536, &tape);
}

static void accepts_what_is_just_possible(void **state)
{
    (void)state;
    struct layout_tape tape;
    struct tapemap_control control = good_control();
    assert_int_equal(check_channels(TAPEMAP_S16, 1, 2), TAPEMAP_OK);
    assert_int_equal(check_channels(TAPEMAP_S16, 256, 512), TAPEMAP_OK);
    assert_int_equal(check_channels(TAPEMAP_S16, 257, 514), TAPEMAP_E_CORRUPT);
    assert_int_equal(check_channels(TAPEMAP_S16, 0, 0), TAPEMAP_E_CORRUPT);
    assert_int_equal(check_channels(0, 2, 0), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U32(sample_rate_hz, 1), TAPEMAP_OK);
    assert_int_equal(CHECK_U32(sample_rate_hz, TAPEMAP_MAX_RATE_HZ), TAPEMAP_OK);
    assert_int_equal(CHECK_U32(sample_rate_hz, TAPEMAP_MAX_RATE_HZ + 1), TAPEMAP_E_CORRUPT);
    assert_int_equal(layout_check_control(&control, 65536 + 400000, &tape), TAPEMAP_OK);
    store_release_u64(&control.committed_bytes, 65536 + 400000);
    store_release_u64(&control.head, 100000);
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_OK);
    store_release_u64(&control.head, 0);
    store_release_u64(&control.committed_bytes, 65536);
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_OK);
    store_release_u64(&control.committed_bytes, 65535);
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_E_CORRUPT);
}

static void knows_how_much_stays_readable(void **state)
{
    (void)state;
    assert_int_equal(CHECK_U64(kept_frames, 99999), TAPEMAP_E_CORRUPT); /* linear: all of it */
    struct tapemap_control control = good_control();
    struct layout_tape tape;
    control.flags = TAPEMAP_FLAG_RING;
    control.kept_frames = 90000;
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_OK);
    assert_int_equal(tape.kept_frames, 90000);
    assert_int_equal(tape.capacity_frames, 100000);
    control.kept_frames = 0;
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_E_CORRUPT);
    control.kept_frames = 100001;
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_E_CORRUPT);
}

static void refuses_a_section_shorter_than_what_is_mapped(void **state)
{
    (void)state;
    struct tapemap_control control = good_control();
    struct layout_tape tape;
    assert_int_equal(layout_check_control(&control, 65536 + 400001, &tape), TAPEMAP_E_CORRUPT);
}

static void refuses_a_head_past_the_commit(void **state)
{
    (void)state;
    assert_int_equal(CHECK_U64(head, 10001), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U64(head, UINT64_MAX), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U64(committed_bytes, 65536 + 39999), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U64(committed_bytes, 1), TAPEMAP_E_CORRUPT);
    assert_int_equal(CHECK_U64(committed_bytes, UINT64_MAX), TAPEMAP_E_CORRUPT);
}

static void refuses_an_oldest_frame_that_cannot_be(void **state)
{
    (void)state;
    assert_int_equal(CHECK_U64(oldest_frame, 1), TAPEMAP_E_CORRUPT); /* linear: nothing leaves */
    struct tapemap_control control = good_control();
    struct layout_tape tape;
    control.flags = TAPEMAP_FLAG_RING;
    store_release_u64(&control.oldest_frame, 10001);
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_E_CORRUPT);
    store_release_u64(&control.oldest_frame, 10000);
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_OK);
}

static void never_keeps_more_than_a_ring_holds(void **state)
{
    (void)state;
    struct tapemap_control control = good_control();
    struct layout_tape tape;
    struct layout_progress progress;
    control.flags = TAPEMAP_FLAG_RING;
    store_release_u64(&control.committed_bytes, 65536 + 400000);
    store_release_u64(&control.head, 350000);
    store_release_u64(&control.oldest_frame, 3);
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_OK);
    assert_int_equal(layout_check_progress(&control, &tape, &progress), TAPEMAP_OK);
    assert_int_equal(progress.oldest, 250000);
    store_release_u64(&control.oldest_frame, 300000); /* more was given up than had to be */
    assert_int_equal(layout_check_progress(&control, &tape, &progress), TAPEMAP_OK);
    assert_int_equal(progress.oldest, 300000);
}

/* What is told of a silence of `frames` frames from 4000 on, with the head at 10000. */
static struct layout_silence untold(uint64_t frames, uint64_t explained)
{
    struct tapemap_control control = good_control();
    store_release_u64(&control.silence_position, 4000);
    store_release_u64(&control.silence_frames, frames);
    return layout_silence_untold(&control, 10000, explained);
}

static void tells_of_silence_that_no_record_explains(void **state)
{
    (void)state;
    static const struct {
        uint64_t frames, explained, position, told;
    } cases[] = {
        {500, 0, 4000, 500},         {500, 4000, 4000, 500},    {500, 4100, 4100, 400},
        {500, 4499, 4499, 1},        {500, 4500, 0, 0},         {500, 9000, 0, 0},
        {1, 0, 4000, 1},             {0, 0, 0, 0},              {6000, 0, 4000, 6000},
        {6001, 0, 4000, 6000},       {UINT64_MAX, 0, 4000, 6000}, {UINT64_MAX, 9999, 9999, 1},
        {UINT64_MAX, 10000, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct layout_silence silence = untold(cases[i].frames, cases[i].explained);
        assert_int_equal(silence.position, cases[i].position);
        assert_int_equal(silence.frames, cases[i].told);
    }
}

static void refuses_names_without_an_end(void **state)
{
    (void)state;
    struct tapemap_control control = good_control();
    struct layout_tape tape;
    memset(control.deck_name, 'x', sizeof control.deck_name);
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_E_CORRUPT);
    control = good_control();
    memset(control.source, 'x', sizeof control.source);
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_E_CORRUPT);
}

static struct tapemap_index good_index(void)
{
    struct tapemap_index index = {.signature = TAPEMAP_LAYOUT_SIGNATURE,
                                  .tape_id = 7,
                                  .section_bytes = 10 * 65536,
                                  .channels = 2,
                                  .level_count = TAPEMAP_LEVELS,
                                  .journal = {65536, 65536, 512, {0}}};
    for (uint64_t i = 0; i < TAPEMAP_LEVELS; i++)
        index.levels[i] = (struct tapemap_region){(2 + i) * 65536, 65536, 2730, {0}};
    store_release_u64(&index.magic, TAPEMAP_INDEX_MAGIC);
    return index;
}

static enum tapemap_status check_index(const struct tapemap_index *index)
{
    struct layout_tape tape;
    struct tapemap_control control = good_control();
    struct layout_index checked;
    assert_int_equal(layout_check_control(&control, 65536, &tape), TAPEMAP_OK);
    return layout_check_index(index, &tape, 65536, &checked);
}

static void checks_the_index_against_its_tape(void **state)
{
    (void)state;
    struct tapemap_index index = good_index();
    assert_int_equal(check_index(&index), TAPEMAP_OK);
    index.tape_id = 8;
    assert_int_equal(check_index(&index), TAPEMAP_E_CORRUPT);
    index = good_index();
    index.channels = 3;
    assert_int_equal(check_index(&index), TAPEMAP_E_CORRUPT);
    index = good_index();
    index.levels[7].bytes = 65537;
    assert_int_equal(check_index(&index), TAPEMAP_E_CORRUPT);
    index = good_index();
    index.levels[0].capacity = 2731;
    assert_int_equal(check_index(&index), TAPEMAP_E_CORRUPT);
    index = good_index();
    index.journal.offset = UINT64_MAX - 65535;
    assert_int_equal(check_index(&index), TAPEMAP_E_CORRUPT);
    index = good_index();
    index.journal.capacity = 0;
    assert_int_equal(check_index(&index), TAPEMAP_E_CORRUPT);
    index = good_index();
    index.journal.offset = 0;
    assert_int_equal(check_index(&index), TAPEMAP_E_CORRUPT);
    index = good_index();
    index.levels[3].offset = index.levels[2].offset; /* two regions in one place */
    assert_int_equal(check_index(&index), TAPEMAP_E_CORRUPT);
}

static void refuses_a_record_of_another_number_or_kind(void **state)
{
    (void)state;
    struct tapemap_record record = {.sequence = 5, .kind = TAPEMAP_RECORD_GAP};
    assert_int_equal(layout_check_record(&record, 5), TAPEMAP_OK);
    assert_int_equal(layout_check_record(&record, 6), TAPEMAP_E_CORRUPT);
    record.kind = TAPEMAP_RECORD_STATE;
    assert_int_equal(layout_check_record(&record, 5), TAPEMAP_OK);
    record.kind = TAPEMAP_RECORD_WARNING;
    assert_int_equal(layout_check_record(&record, 5), TAPEMAP_OK);
    record.kind = TAPEMAP_RECORD_WARNING + 1;
    assert_int_equal(layout_check_record(&record, 5), TAPEMAP_E_CORRUPT);
    record.kind = 0;
    assert_int_equal(layout_check_record(&record, 5), TAPEMAP_E_CORRUPT);
    record.kind = TAPEMAP_RECORD_MARK;
    memset(record.text, 'x', sizeof record.text);
    assert_int_equal(layout_check_record(&record, 5), TAPEMAP_E_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_a_sound_control_block),
        cmocka_unit_test(tells_unpublished_from_foreign),
        cmocka_unit_test(refuses_impossible_sizes),
        cmocka_unit_test(refuses_more_frames_than_its_section_holds),
        cmocka_unit_test(accepts_what_is_just_possible),
        cmocka_unit_test(knows_how_much_stays_readable),
        cmocka_unit_test(refuses_a_section_shorter_than_what_is_mapped),
        cmocka_unit_test(refuses_a_head_past_the_commit),
        cmocka_unit_test(refuses_an_oldest_frame_that_cannot_be),
        cmocka_unit_test(never_keeps_more_than_a_ring_holds),
        cmocka_unit_test(tells_of_silence_that_no_record_explains),
        cmocka_unit_test(refuses_names_without_an_end),
        cmocka_unit_test(checks_the_index_against_its_tape),
        cmocka_unit_test(refuses_a_record_of_another_number_or_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
