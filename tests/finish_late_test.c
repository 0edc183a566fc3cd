/* SPDX-License-Identifier: MIT */
/* After a power cut the WAV header may be newer than the control block: what it counts is kept, as
   far as it was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "finish_tape.h"
#include "layout_check.h"
#include "tape_file.h"

#define TAPE "finish_late_test.wav"
#define FRAMES 40000u
#define SAVED 12345u /* by the control block */
#define PAGE 4096u

static const struct finish_options act = {.is_dry_run = false};

static int clean(void **state)
{
    (void)state;
    tape_file_remove(TAPE);
    return 0;
}

static uint64_t frames_at(uint32_t frames, uint32_t frame_bytes)
{
    return TAPEMAP_DATA_OFFSET + (uint64_t)frames * frame_bytes;
}

/* The page with the control block is an old one. */
static void age_control(struct tape_file_bytes *file)
{
    struct tapemap_control *control = tape_file_control(file);
    store_relaxed_u64(&control->head, SAVED);
    store_relaxed_u64(&control->durable_frames, SAVED / 2);
    store_relaxed_u64(&control->committed_bytes,
                      (frames_at(SAVED, control->frame_bytes) / PAGE + 1) * PAGE);
}

/* As commit ahead leaves it (L151). */
static void blank(struct tape_file_bytes *file, uint64_t from, uint64_t end)
{
    memset(file->bytes + from, 0, (size_t)(end - from));
    for (uint64_t at = TAPEMAP_DATA_OFFSET; at < end; at += TAPEMAP_GRANULE_BYTES) {
        if (at >= from)
            memset(file->bytes + at, 0xFF, 16);
    }
}

static struct finish_report finish_bytes(struct tape_file_bytes *file)
{
    tape_file_store(TAPE, file);
    struct finish_report report = tape_file_finish(TAPE, &act);
    free(file->bytes);
    *file = tape_file_load(TAPE);
    assert_true(tape_file_finish(TAPE, &act).was_finished);
    return report;
}

/* What readers check (L67, L140), and that head, header and peaks are of one mind. */
static void assert_agrees(const struct tape_file_bytes *file, uint64_t frames)
{
    const struct tapemap_control *control = tape_file_control(file);
    struct layout_tape tape;
    struct layout_progress progress;
    uint64_t bytes = 0;
    assert_int_equal(layout_check_control(control, 0, &tape), TAPEMAP_OK);
    assert_int_equal(layout_check_progress(control, &tape, &progress), TAPEMAP_OK);
    assert_int_equal(progress.head, frames);
    assert_int_equal(control->durable_frames.raw, frames);
    assert_int_equal(tape_file_chunk(file, "data", &bytes), TAPEMAP_DATA_OFFSET);
    assert_int_equal(bytes, frames * tape.frame_bytes);
    uint64_t at = tape_file_chunk(file, "tmpx", &bytes);
    const struct tapemap_index *index = (const void *)(file->bytes + at);
    assert_int_equal(index->peaks_frames.raw / 256, frames / 256);
}

/* Chunks, peaks and all: as if the control block had been saved with the header. */
static void keeps_what_only_the_header_counts(void **state)
{
    (void)state;
    static const struct tape_file_spec specs[] = {
        {TAPEMAP_S16, 2, FRAMES, false, true, false},
        {TAPEMAP_S24, 1, FRAMES + 1, false, true, true},
        {TAPEMAP_F32, 3, FRAMES, false, false, false},
    };
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        tape_file_make(TAPE, &specs[i]);
        struct tape_file_bytes late = tape_file_load(TAPE);
        struct tape_file_bytes index = tape_file_load(TAPE ".index");
        tape_file_finish(TAPE, &act);
        struct tape_file_bytes expected = tape_file_load(TAPE);
        age_control(&late);
        if (index.bytes)
            tape_file_store(TAPE ".index", &index);
        struct finish_report report = finish_bytes(&late);
        assert_int_equal(report.frames, specs[i].frames);
        assert_int_equal(report.late_frames, specs[i].frames - SAVED);
        assert_agrees(&late, specs[i].frames);
        tape_file_control(&late)->committed_bytes = tape_file_control(&expected)->committed_bytes;
        assert_int_equal(late.count, expected.count);
        assert_memory_equal(late.bytes, expected.bytes, late.count);
        free(late.bytes);
        free(index.bytes);
        free(expected.bytes);
    }
}

/* The pages that did not reach the disk are zeros and marks, and no frames. */
static void leaves_out_what_was_never_written(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S24, 2, FRAMES, false, true, false};
    uint64_t written = TAPEMAP_DATA_OFFSET + 29 * (uint64_t)PAGE;
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes late = tape_file_load(TAPE);
    struct tape_file_bytes made = tape_file_load(TAPE);
    age_control(&late);
    blank(&late, written, late.count);
    struct finish_report report = finish_bytes(&late);
    uint64_t frames = (written - TAPEMAP_DATA_OFFSET) / 6;
    assert_int_equal(report.frames, frames);
    assert_agrees(&late, frames);
    assert_memory_equal(late.bytes + TAPEMAP_DATA_OFFSET, made.bytes + TAPEMAP_DATA_OFFSET,
                        frames * 6);
    free(late.bytes);
    free(made.bytes);
}

static void keeps_the_head_when_nothing_past_it_was_written(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, FRAMES, false, true, false};
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes late = tape_file_load(TAPE);
    age_control(&late);
    blank(&late, frames_at(SAVED, 4), late.count);
    assert_int_equal(finish_bytes(&late).late_frames, 0);
    assert_agrees(&late, SAVED);
    free(late.bytes);
}

/* A page that did not come to the disk before one that did: the later sound is not given up, and
   the page is silence without a mark. */
static void keeps_what_lies_behind_a_page_that_is_missing(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, FRAMES, false, true, false};
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes late = tape_file_load(TAPE);
    age_control(&late);
    blank(&late, TAPEMAP_DATA_OFFSET + TAPEMAP_GRANULE_BYTES,
          TAPEMAP_DATA_OFFSET + TAPEMAP_GRANULE_BYTES + PAGE);
    assert_int_equal(finish_bytes(&late).frames, FRAMES);
    static const unsigned char silence[PAGE] = {0};
    assert_memory_equal(late.bytes + TAPEMAP_DATA_OFFSET + TAPEMAP_GRANULE_BYTES, silence, PAGE);
    free(late.bytes);
}

/* Garbage in the header takes nothing away and adds nothing that the file does not hold. */
static void believes_no_header_that_is_longer_than_the_file(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, FRAMES, false, false, false};
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes late = tape_file_load(TAPE);
    age_control(&late);
    late.count = frames_at(FRAMES, 4) + 3;
    memset(late.bytes + TAPEMAP_DATA_OFFSET - 4, 0x7F, 4);
    assert_int_equal(finish_bytes(&late).frames, FRAMES);
    assert_agrees(&late, FRAMES);
    free(late.bytes);
}

static void counts_what_only_ds64_holds(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, FRAMES, false, false, false};
    static const uint32_t elsewhere = 0xFFFFFFFF;
    uint64_t bytes = FRAMES * UINT64_C(4);
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes late = tape_file_load(TAPE);
    age_control(&late);
    memcpy(late.bytes, "RF64", 4);
    memcpy(late.bytes + 12, "ds64", 4);
    memcpy(late.bytes + 28, &bytes, sizeof bytes);
    memcpy(late.bytes + TAPEMAP_DATA_OFFSET - 4, &elsewhere, sizeof elsewhere);
    assert_int_equal(finish_bytes(&late).frames, FRAMES);
    free(late.bytes);
}

/* Then the head is final (L65), and a header that counts more is wrong. */
static void adds_nothing_to_a_tape_that_has_ended(void **state)
{
    (void)state;
    static const struct tape_file_spec spec = {TAPEMAP_S16, 2, FRAMES, true, false, false};
    tape_file_make(TAPE, &spec);
    struct tape_file_bytes late = tape_file_load(TAPE);
    age_control(&late);
    assert_int_equal(finish_bytes(&late).frames, SAVED);
    free(late.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(keeps_what_only_the_header_counts, clean),
        cmocka_unit_test_teardown(leaves_out_what_was_never_written, clean),
        cmocka_unit_test_teardown(keeps_the_head_when_nothing_past_it_was_written, clean),
        cmocka_unit_test_teardown(keeps_what_lies_behind_a_page_that_is_missing, clean),
        cmocka_unit_test_teardown(believes_no_header_that_is_longer_than_the_file, clean),
        cmocka_unit_test_teardown(counts_what_only_ds64_holds, clean),
        cmocka_unit_test_teardown(adds_nothing_to_a_tape_that_has_ended, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
