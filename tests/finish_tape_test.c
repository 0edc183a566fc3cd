/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sndfile.h>

#include "cue_chunks.h"
#include "file_access.h"
#include "finish_tape.h"
#include "kept_index.h"
#include "pcm_peaks.h"
#include "tape_file.h"

#define TAPE "finish_tape_test.wav"

static struct finish_options look = {.is_dry_run = true};
static struct finish_options act = {.is_dry_run = false};

static uint64_t u64_at(const void *bytes, size_t offset)
{
    uint64_t value;
    memcpy(&value, (const uint8_t *)bytes + offset, sizeof value);
    return value;
}

static uint32_t u32_at(const void *bytes, size_t offset)
{
    uint32_t value;
    memcpy(&value, (const uint8_t *)bytes + offset, sizeof value);
    return value;
}

static bool index_file_exists(void)
{
    struct tape_file_bytes file = tape_file_load(TAPE ".index");
    free(file.bytes);
    return file.bytes != NULL;
}

/* The audio is where it was and is all that libsndfile finds. */
static void assert_audio(const struct tape_file_bytes *before, const struct tape_file_bytes *after)
{
    const struct tapemap_control *control = tape_file_control(after);
    uint64_t bytes = 0;
    assert_int_equal(tape_file_chunk(after, "data", &bytes), TAPEMAP_DATA_OFFSET);
    assert_int_equal(bytes, control->head.raw * control->frame_bytes);
    assert_memory_equal(before->bytes + TAPEMAP_DATA_OFFSET, after->bytes + TAPEMAP_DATA_OFFSET,
                        bytes);
    SF_INFO info = {0};
    SNDFILE *sound = sf_open(TAPE, SFM_READ, &info);
    assert_non_null(sound);
    assert_int_equal(info.frames, control->head.raw);
    assert_int_equal(info.channels, control->channels);
    sf_close(sound);
}

static const struct tapemap_index *index_in(const struct tape_file_bytes *file)
{
    uint64_t at = tape_file_control(file)->index_offset.raw;
    assert_true(at != 0 && at < file->count);
    return (const void *)(file->bytes + at);
}

/* The index is the last in the file, in a chunk or, when that would be too long, in none; every
   cell of every level is that of the frames. */
static void assert_index(const struct tape_file_bytes *file)
{
    const struct tapemap_control *control = tape_file_control(file);
    uint64_t at = control->index_offset.raw;
    uint64_t bytes = control->index_length.raw;
    uint64_t chunk_bytes = 0;
    bool is_chunk = act.chunk_most_bytes == 0 || bytes <= act.chunk_most_bytes;
    assert_int_equal(tape_file_chunk(file, "tmpx", &chunk_bytes), is_chunk ? at : 0);
    assert_int_equal(chunk_bytes, is_chunk ? bytes : 0);
    assert_int_equal(at + bytes, file->count);
    assert_int_equal(at % TAPEMAP_GRANULE_BYTES, 0);
    const struct tapemap_index *index = index_in(file);
    struct layout_tape tape;
    struct layout_index layout;
    assert_int_equal(layout_check_control(control, 0, &tape), TAPEMAP_OK);
    tape.index_bytes = bytes;
    assert_int_equal(layout_check_index(index, &tape, bytes, &layout), TAPEMAP_OK);
    assert_int_equal(index->peaks_frames.raw / 256, control->head.raw / 256);
    uint64_t span = TAPEMAP_LEVEL0_FRAMES;
    for (uint32_t level = 0; level < TAPEMAP_LEVELS; level++) {
        for (uint64_t i = 0; i < control->head.raw / span; i++) {
            struct tapemap_peak cell[TAPEMAP_MAX_CHANNELS];
            const struct tapemap_peak *found =
                (const void *)((const uint8_t *)index + layout.levels[level].offset +
                               i * layout.cell_bytes);
            pcm_peaks(tape.sample_format,
                      file->bytes + TAPEMAP_DATA_OFFSET + i * span * tape.frame_bytes,
                      (size_t)span, tape.channels, cell);
            for (uint32_t channel = 0; channel < tape.channels; channel++) {
                assert_true(cell[channel].min == found[channel].min);
                assert_true(cell[channel].max == found[channel].max);
            }
        }
        span *= TAPEMAP_LEVEL_FACTOR;
    }
}

static const struct tapemap_record *record_of(const struct tape_file_bytes *file, uint64_t sequence)
{
    const struct tapemap_index *index = index_in(file);
    assert_true(sequence < index->journal_head.raw);
    return (const void *)((const uint8_t *)index + index->journal.offset +
                          sequence % index->journal.capacity * sizeof(struct tapemap_record));
}

static uint64_t newest_sequence(const struct tape_file_bytes *file)
{
    return index_in(file)->journal_head.raw - 1;
}

/* Finishes TAPE, checks everything in it, and that doing it again changes nothing. */
static struct finish_report finish_and_check(void)
{
    struct tape_file_bytes before = tape_file_load(TAPE);
    struct finish_report planned = tape_file_finish(TAPE, &look);
    tape_file_assert_holds(TAPE, &before);

    struct finish_report report = tape_file_finish(TAPE, &act);
    assert_memory_equal(&planned, &report, sizeof report);
    struct tape_file_bytes after = tape_file_load(TAPE);
    assert_audio(&before, &after);
    assert_index(&after);
    assert_int_equal(tape_file_control(&after)->state.raw, TAPEMAP_STATE_ENDED);
    assert_int_equal(record_of(&after, newest_sequence(&after))->detail, TAPEMAP_STATE_ENDED);

    struct finish_report again = tape_file_finish(TAPE, &act);
    assert_true(again.was_finished);
    assert_int_equal(again.gaps, report.gaps);
    assert_int_equal(again.had_ended, report.had_ended);
    tape_file_assert_holds(TAPE, &after);
    free(before.bytes);
    free(after.bytes);
    return report;
}

static void finishes_every_format_with_and_without_an_index(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {0, 1, 257, 70001};
    for (uint32_t variant = 0; variant < 4 * 2 * 4; variant++) {
        struct tape_file_spec spec = {
            .format = (enum tapemap_sample_format)(variant % 4 + 1),
            .channels = variant / 4 % 2 == 0 ? 1 : 3,
            .has_ended = variant / 8 % 2 == 0,
            .has_no_index = variant / 16 == 0,
        };
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            spec.frames = lengths[i];
            tape_file_make(TAPE, &spec);
            struct finish_report report = finish_and_check();
            assert_int_equal(report.frames, lengths[i]);
            assert_int_equal(report.had_ended, spec.has_ended);
            assert_int_equal(report.is_journal_lost, spec.has_no_index);
            assert_int_equal(report.are_peaks_computed,
                             lengths[i] >= 256 && (spec.has_no_index));
            assert_false(index_file_exists());
        }
    }
}

static void writes_marks_and_gaps_as_cue_points(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S24, 1, 20001, true, true, false};
    tape_file_make(TAPE, &spec);
    struct finish_report report = finish_and_check();
    assert_int_equal(report.gaps, 1);
    assert_int_equal(report.marks, 2);
    struct tape_file_bytes file = tape_file_load(TAPE);
    uint64_t bytes = 0;
    const uint8_t *cue = file.bytes + tape_file_chunk(&file, "cue ", &bytes);
    assert_int_equal(bytes, 4 + 3 * 24);
    assert_int_equal(u32_at(cue, 0), 3);
    static const uint32_t positions[3] = {100, 2000, 2600};
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(u32_at(cue, 4 + 24 * i), i + 1);
        assert_int_equal(u32_at(cue, 8 + 24 * i), positions[i]);
        assert_memory_equal(cue + 12 + 24 * i, "data", 4);
        assert_int_equal(u32_at(cue, 24 + 24 * i), positions[i]);
    }
    const uint8_t *list = file.bytes + tape_file_chunk(&file, "LIST", &bytes);
    static const uint8_t expected[] = "adtllabl\x08\0\0\0\x01\0\0\0odd\0"
                                      "labl\x16\0\0\0\x02\0\0\0gap of 700 frames\0"
                                      "labl\x0A\0\0\0\x03\0\0\0verse\0"
                                      "ltxt\x14\0\0\0\x02\0\0\0\xBC\x02\0\0rgn \0\0\0\0\0\0\0\0";
    assert_int_equal(bytes, sizeof expected - 1);
    assert_memory_equal(list, expected, sizeof expected - 1);
    free(file.bytes);
}

static void journals_silence_that_the_dead_recorder_did_not(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, 20000, false, false, false};
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes file = tape_file_load(TAPE);
    tape_file_control(&file)->silence_position.raw = 19800;
    tape_file_control(&file)->silence_frames.raw = 300; /* of which 200 were published */
    tape_file_store(TAPE, &file);
    free(file.bytes);
    assert_int_equal(finish_and_check().gaps, 1);
    file = tape_file_load(TAPE);
    uint64_t bytes = 0;
    assert_true(tape_file_chunk(&file, "cue ", &bytes) != 0);
    assert_int_equal(tape_file_control(&file)->gap_count.raw, 1);
    assert_int_equal(tape_file_control(&file)->gap_frames.raw, 200);
    free(file.bytes);
}

static void makes_one_cue_point_of_a_gap_in_pieces(void **state)
{
    (void)state;
    static const struct tapemap_record records[] = {
        {.kind = TAPEMAP_RECORD_GAP, .position = 100, .frames = 50},
        {.kind = TAPEMAP_RECORD_GAP, .position = 150, .frames = 7},
        {.kind = TAPEMAP_RECORD_GAP, .position = 158, .frames = 1}, /* a frame lies between */
    };
    struct cue_list list = {0};
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++)
        assert_true(cue_list_add(&list, &records[i]));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.points[0].frames, 57);
    assert_int_equal(list.points[1].position, 158);
    cue_list_free(&list);
}

static void a_mark_journalled_between_two_pieces_of_a_gap_does_not_part_them(void **state)
{
    (void)state;
    static const struct tapemap_record records[] = {
        {.kind = TAPEMAP_RECORD_MARK, .position = 90},
        {.kind = TAPEMAP_RECORD_GAP, .position = 100, .frames = 50},
        {.kind = TAPEMAP_RECORD_MARK, .position = 155},
        {.kind = TAPEMAP_RECORD_GAP, .position = 150, .frames = 7},
    };
    struct cue_list list = {0};
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++)
        assert_true(cue_list_add(&list, &records[i]));
    cue_list_sort(&list);
    assert_int_equal(list.count, 3);
    assert_int_equal(list.points[1].position, 100);
    assert_int_equal(list.points[1].frames, 57);
    assert_int_equal(list.points[2].position, 155);
    cue_list_free(&list);
}

static void draws_the_peaks_for_editors(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, 1000, true, false, false};
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes made = tape_file_load(TAPE);
    int16_t *samples = (void *)(made.bytes + TAPEMAP_DATA_OFFSET);
    samples[2 * 999 + 1] = -32768; /* in the last, incomplete stretch */
    samples[2 * 998] = 32767;
    tape_file_store(TAPE, &made);
    tape_file_finish(TAPE, &act);
    struct tape_file_bytes file = tape_file_load(TAPE);
    uint64_t bytes = 0;
    const uint8_t *levl = file.bytes + tape_file_chunk(&file, "levl", &bytes);
    assert_int_equal(bytes, 120 + 4 * 2 * 4);
    static const uint32_t header[8] = {1, 2, 2, 256, 2, 4, 0xFFFFFFFF, 128};
    assert_memory_equal(levl, header, sizeof header);
    assert_string_equal((const char *)levl + 32, "2026:11:21:09:03:00:000");
    assert_int_equal(u32_at(levl, 120 + 3 * 8) & 0xFFFF, 32767);
    assert_int_equal(u32_at(levl, 120 + 3 * 8 + 4) >> 16, 32768);
    free(made.bytes);
    free(file.bytes);
}

static void completes_the_record_of_a_recorder_that_died(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_F32, 2, 100000, false, true, false};
    tape_file_make(TAPE, &spec);
    finish_and_check();
    struct tape_file_bytes file = tape_file_load(TAPE);
    const struct tapemap_control *control = tape_file_control(&file);
    assert_int_equal(control->reason.raw, TAPEMAP_REASON_FAILURE);
    assert_string_equal(control->reason_text, "its recorder died; completed by recover");
    assert_int_equal(control->durable_frames.raw, 100000);
    const struct tapemap_record *record = record_of(&file, newest_sequence(&file));
    assert_int_equal(record->kind, TAPEMAP_RECORD_STATE);
    assert_int_equal(record->position, 100000);
    assert_int_equal(record->clock, control->heartbeat_clock.raw);
    /* 200 ticks of 10 ms after the first anchor, give or take. */
    assert_true(record->utc_ns > control->created_utc_ns + 1900000000u);
    assert_string_equal(record->text, "its recorder died; completed by recover");
    free(file.bytes);
}

static void computes_only_the_peaks_that_the_index_lacks(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, 70000, false, true, false};
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes index = tape_file_load(TAPE ".index");
    ((struct tapemap_index *)(void *)index.bytes)->peaks_frames.raw = 20 * 256;
    tape_file_store(TAPE ".index", &index);
    struct finish_report report = finish_and_check();
    assert_false(report.are_peaks_computed);
    assert_int_equal(report.gaps, 1);
    free(index.bytes);
}

static void sets_the_sizes_of_a_header_that_lags_behind(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, 30000, false, false, false};
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes file = tape_file_load(TAPE);
    memset(file.bytes + 65532, 0, 4);
    tape_file_store(TAPE, &file);
    free(file.bytes);
    finish_and_check();
}

/* The index of a tape of silence: holes. Its level 0 has room for `cells` cells. */
static void store_silent_index(const struct tapemap_control *control, uint64_t cells)
{
    struct file_access *file = NULL;
    struct tapemap_index index = {.signature = TAPEMAP_LAYOUT_SIGNATURE,
                                  .tape_id = control->tape_id,
                                  .section_bytes = control->index_bytes,
                                  .channels = control->channels,
                                  .level_count = TAPEMAP_LEVELS};
    uint64_t cell_bytes = sizeof(struct tapemap_peak) * control->channels;
    index.magic.raw = TAPEMAP_INDEX_MAGIC;
    index.peaks_frames.raw = cells * TAPEMAP_LEVEL0_FRAMES;
    index.journal = (struct tapemap_region){65536, 65536, 512, {0}};
    for (uint32_t i = 0; i < TAPEMAP_LEVELS; i++) {
        uint64_t end = i == 0 ? 131072 : index.levels[i - 1].offset + index.levels[i - 1].bytes;
        uint64_t bytes = ((i == 0 ? cells : 1) * cell_bytes + 65535) / 65536 * 65536;
        index.levels[i] = (struct tapemap_region){end, bytes, bytes / cell_bytes, {0}};
    }
    assert_int_equal(file_access_open(TAPE ".index", FILE_ACCESS_CREATE, &file), 0);
    assert_int_equal(file_access_write(file, 0, &index, sizeof index), 0);
    assert_int_equal(file_access_set_length(file, control->index_bytes), 0);
    file_access_close(file);
}

/* Makes the head of TAPE, and a sparse file to go with it, as long as that. */
static void lengthen(uint64_t frames, uint64_t index_bytes)
{
    struct file_access *file = NULL;
    struct tapemap_control control;
    assert_int_equal(file_access_open(TAPE, FILE_ACCESS_CHANGE, &file), 0);
    assert_int_equal(file_access_read(file, TAPEMAP_CONTROL_OFFSET, &control, sizeof control), 0);
    uint64_t bytes = TAPEMAP_DATA_OFFSET + frames * control.frame_bytes + 1000000;
    control.head.raw = frames;
    control.capacity_frames = UINT64_C(1) << 40;
    control.kept_frames = UINT64_C(1) << 40;
    control.index_bytes = index_bytes;
    control.committed_bytes.raw = bytes;
    control.grown_bytes.raw = bytes;
    assert_int_equal(file_access_write(file, TAPEMAP_CONTROL_OFFSET, &control, sizeof control), 0);
    assert_int_equal(file_access_set_length(file, bytes), 0);
    file_access_close(file);
    store_silent_index(&control, frames / TAPEMAP_LEVEL0_FRAMES);
}

static void needs_64_bits_past_4_gib(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_F32, 256, 10, false, false, true};
    const uint64_t frames = (UINT64_C(4) << 30) / 1024 + 12345;
    struct file_access *file = NULL;
    uint8_t front[64];
    tape_file_make(TAPE, &spec);
    lengthen(frames, UINT64_C(1) << 30);

    struct finish_report report = tape_file_finish(TAPE, &act);
    assert_int_equal(report.frames, frames);
    assert_false(report.is_journal_lost);
    assert_false(report.are_peaks_computed);
    assert_true(tape_file_finish(TAPE, &act).was_finished);
    uint64_t length = 0;
    assert_int_equal(file_access_open(TAPE, FILE_ACCESS_READ, &file), 0);
    assert_int_equal(file_access_read(file, 0, front, sizeof front), 0);
    assert_int_equal(file_access_length(file, &length), 0);
    file_access_close(file);
    assert_memory_equal(front, "RF64\xFF\xFF\xFF\xFFWAVEds64\x1C\0\0\0", 20);
    assert_int_equal(u64_at(front, 20), length - 8);
    assert_int_equal(u64_at(front, 28), frames * 1024);
    assert_int_equal(u64_at(front, 36), frames);
    SF_INFO info = {0};
    SNDFILE *sound = sf_open(TAPE, SFM_READ, &info);
    assert_non_null(sound);
    assert_int_equal(info.frames, frames);
    sf_close(sound);
}

/* What is between the chunks and the index takes programs over it that look for chunks (L194). */
static void assert_way_over(const struct tape_file_bytes *file)
{
    uint64_t at = 8 + u32_at(file->bytes, 4);
    uint64_t end = tape_file_control(file)->index_offset.raw;
    assert_true(at + 8 <= end && end - at < 2 * TAPEMAP_GRANULE_BYTES);
    assert_int_equal(u64_at(file->bytes, at), 0xFFFFFFFEFFFFFFFFu);
    for (at += 8; at < end; at++)
        assert_int_equal(file->bytes[at], 0);
}

static void puts_an_index_that_no_chunk_can_hold_behind_the_end(void **state)
{
    (void)state;
    static const struct tape_file_spec specs[] = {
        {TAPEMAP_S24, 1, 20001, true, true, false}, {TAPEMAP_F32, 3, 70000, false, true, false},
        {TAPEMAP_S16, 2, 300, true, false, true},   {TAPEMAP_S16, 1, 0, false, false, false},
    };
    static const uint64_t limits[] = {TAPEMAP_GRANULE_BYTES, 100}; /* with levl, without */
    for (size_t i = 0; i < 2 * sizeof specs / sizeof specs[0]; i++) {
        uint64_t bytes = 0;
        act.chunk_most_bytes = look.chunk_most_bytes = limits[i % 2];
        tape_file_make(TAPE, &specs[i / 2]);
        struct finish_report report = finish_and_check();
        assert_false(report.is_index_left);
        assert_false(index_file_exists());
        struct tape_file_bytes file = tape_file_load(TAPE);
        assert_way_over(&file);
        assert_int_equal(tape_file_chunk(&file, "levl", &bytes) != 0, i % 2 == 0);
        assert_int_equal(tape_file_chunk(&file, "cue ", &bytes) != 0, specs[i / 2].has_events);
        free(file.bytes);
    }
}

/* A header that counts too little, as another program or an interruption leaves it. */
static void counts_the_chunks_before_an_index_behind_the_end(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S24, 1, 20001, true, true, false};
    act.chunk_most_bytes = look.chunk_most_bytes = TAPEMAP_GRANULE_BYTES;
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes index = tape_file_load(TAPE ".index");
    tape_file_finish(TAPE, &act);
    struct tape_file_bytes expected = tape_file_load(TAPE);
    struct tape_file_bytes file = tape_file_load(TAPE);
    uint32_t riff = TAPEMAP_DATA_OFFSET + 20001 * 3 + 1 - 8; /* up to the audio's end */
    memcpy(file.bytes + 4, &riff, sizeof riff);
    tape_file_store(TAPE, &file);
    tape_file_store(TAPE ".index", &index);
    assert_false(tape_file_finish(TAPE, &act).was_finished);
    tape_file_assert_holds(TAPE, &expected);
    free(index.bytes);
    free(expected.bytes);
    free(file.bytes);
}

static int any_chunk(void **state)
{
    (void)state;
    act.chunk_most_bytes = look.chunk_most_bytes = 0;
    return 0;
}

static int clean(void **state)
{
    (void)state;
    tape_file_remove(TAPE);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finishes_every_format_with_and_without_an_index),
        cmocka_unit_test(writes_marks_and_gaps_as_cue_points),
        cmocka_unit_test(makes_one_cue_point_of_a_gap_in_pieces),
        cmocka_unit_test(a_mark_journalled_between_two_pieces_of_a_gap_does_not_part_them),
        cmocka_unit_test(journals_silence_that_the_dead_recorder_did_not),
        cmocka_unit_test(draws_the_peaks_for_editors),
        cmocka_unit_test(completes_the_record_of_a_recorder_that_died),
        cmocka_unit_test(computes_only_the_peaks_that_the_index_lacks),
        cmocka_unit_test(sets_the_sizes_of_a_header_that_lags_behind),
        cmocka_unit_test(needs_64_bits_past_4_gib),
        cmocka_unit_test_teardown(puts_an_index_that_no_chunk_can_hold_behind_the_end, any_chunk),
        cmocka_unit_test_teardown(counts_the_chunks_before_an_index_behind_the_end, any_chunk),
    };
    return cmocka_run_group_tests(tests, NULL, clean);
}
