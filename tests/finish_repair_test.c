/* SPDX-License-Identifier: MIT */
/* WAV files as other recorders leave them when they are killed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sndfile.h>

#include "file_access.h"
#include "repair_wave.h"
#include "tape_file.h"
#include "wave_chunks.h"

#define FOREIGN "finish_repair_test.wav"
#define COPY "finish_repair_test.copy.wav"
#define UNKNOWN 0xFFFFFFFFu

/* A file under construction. */
struct builder {
    uint8_t bytes[4096];
    uint8_t *at;
};

static void begin(struct builder *file, const char *id, uint32_t riff)
{
    memset(file, 0, sizeof *file);
    memcpy(file->bytes, id, 4);
    wave_put_u32(file->bytes + 4, riff);
    memcpy(file->bytes + 8, "WAVE", 4);
    file->at = file->bytes + 12;
}

static void add(struct builder *file, const char *id, uint32_t said, const void *body,
                size_t count)
{
    memcpy(file->at, id, 4);
    file->at = wave_put_u32(file->at + 4, said);
    if (body)
        memcpy(file->at, body, count);
    file->at += count;
}

static void add_tagged(struct builder *file, uint32_t tag, uint32_t channels, uint32_t bits)
{
    uint8_t fmt[16];
    uint8_t *at = wave_put_u16(wave_put_u16(fmt, tag), channels);
    at = wave_put_u32(wave_put_u32(at, 48000), 48000 * channels * bits / 8);
    wave_put_u16(wave_put_u16(at, channels * bits / 8), bits);
    add(file, "fmt ", sizeof fmt, fmt, sizeof fmt);
}

static void add_format(struct builder *file, uint32_t channels, uint32_t bits)
{
    add_tagged(file, 1, channels, bits);
}

static void add_extensible(struct builder *file, uint32_t channels, uint32_t bits)
{
    static const uint8_t guid[16] = {1,    0, 0, 0,    0,    0,    0x10, 0,
                                     0x80, 0, 0, 0xAA, 0x00, 0x38, 0x9B, 0x71};
    uint8_t fmt[40];
    uint8_t *at = wave_put_u16(wave_put_u16(fmt, 0xFFFE), channels);
    at = wave_put_u32(wave_put_u32(at, 48000), 48000 * channels * bits / 8);
    at = wave_put_u16(wave_put_u16(at, channels * bits / 8), bits);
    at = wave_put_u32(wave_put_u16(wave_put_u16(at, 22), bits), 3);
    memcpy(at, guid, sizeof guid);
    add(file, "fmt ", sizeof fmt, fmt, sizeof fmt);
}

static void add_audio(struct builder *file, uint32_t said, size_t count)
{
    uint8_t audio[1024];
    for (size_t i = 0; i < count; i++)
        audio[i] = (uint8_t)(i * 7 + 0x80);
    add(file, "data", said, audio, count);
}

static void save(const struct builder *file)
{
    remove(COPY);
    tape_file_store(FOREIGN, &(struct tape_file_bytes){(uint8_t *)file->bytes,
                                                       (uint64_t)(file->at - file->bytes)});
}

static struct repair_report repair(const char *copy, bool is_dry_run)
{
    struct repair_report report;
    enum tapemap_status status = repair_wave(FOREIGN, copy, is_dry_run, &report);
    if (status != TAPEMAP_OK)
        fail_msg("repair_wave: %d, %s", (int)status, report.problem);
    return report;
}

static void assert_frames(const char *path, sf_count_t frames)
{
    SF_INFO info = {0};
    SNDFILE *sound = sf_open(path, SFM_READ, &info);
    assert_non_null(sound);
    assert_int_equal(info.frames, frames);
    sf_close(sound);
}

/* Looks, copies, repairs in place, and does it again; all by the same file. */
static void assert_repairs(const struct builder *builder, uint64_t found)
{
    save(builder);
    struct tape_file_bytes before = tape_file_load(FOREIGN);
    struct repair_report looked = repair(NULL, true);
    tape_file_assert_holds(FOREIGN, &before);
    assert_false(looked.was_right);
    assert_int_equal(looked.data_bytes_found, found);

    struct repair_report copied = repair(COPY, false);
    assert_memory_equal(&looked, &copied, sizeof looked);
    tape_file_assert_holds(FOREIGN, &before);
    struct repair_report report;
    assert_int_equal(repair_wave(FOREIGN, COPY, false, &report), TAPEMAP_E_BUSY);

    repair(NULL, false);
    struct tape_file_bytes after = tape_file_load(FOREIGN);
    tape_file_assert_holds(COPY, &after);
    assert_frames(FOREIGN, (sf_count_t)(found / looked.frame_bytes));
    uint64_t bytes = 0;
    uint64_t at = tape_file_chunk(&after, "data", &bytes);
    assert_int_equal(at, looked.data_offset);
    assert_int_equal(bytes, found);
    assert_memory_equal(after.bytes + at, before.bytes + at, before.count - at);
    assert_true(repair(NULL, false).was_right);
    tape_file_assert_holds(FOREIGN, &after);
    free(before.bytes);
    free(after.bytes);
}

static void assert_is_right(const struct builder *builder)
{
    save(builder);
    struct tape_file_bytes before = tape_file_load(FOREIGN);
    assert_true(repair(COPY, false).was_right);
    assert_true(repair(NULL, false).was_right);
    tape_file_assert_holds(FOREIGN, &before);
    free(before.bytes);
}

static void believes_the_file_and_not_sizes_that_promise_more(void **state)
{
    (void)state;
    static const uint32_t promises[] = {0, UNKNOWN, 0x80000000u, 0x7FFFFFFFu, 0x7FFFF000u, 404};
    for (size_t i = 0; i < sizeof promises / sizeof promises[0]; i++) {
        struct builder file;
        begin(&file, "RIFF", promises[i] == 404 ? 436 : promises[i] + 36);
        add_format(&file, 2, 16);
        add_audio(&file, promises[i], 400);
        assert_repairs(&file, 400);
    }
}

static void repairs_every_format_of_samples_side_by_side(void **state)
{
    (void)state;
    static const struct {
        uint32_t tag, bits;
    } formats[] = {{1, 8}, {1, 24}, {3, 32}, {3, 64}, {6, 8}, {7, 8}};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct builder file;
        begin(&file, "RIFF", UNKNOWN);
        add_tagged(&file, formats[i].tag, 2, formats[i].bits);
        add_audio(&file, UNKNOWN, 480);
        assert_repairs(&file, 480);
    }
    struct repair_report report;
    struct builder file;
    begin(&file, "RIFF", UNKNOWN);
    add_tagged(&file, 2, 2, 4); /* ADPCM */
    add_audio(&file, UNKNOWN, 480);
    save(&file);
    assert_int_equal(repair_wave(FOREIGN, NULL, false, &report), TAPEMAP_E_UNSUPPORTED);
    assert_string_equal(report.problem, "its audio is compressed");
}

static void leaves_half_a_frame_at_the_end_uncounted(void **state)
{
    (void)state;
    struct builder file;
    begin(&file, "RIFF", 36);
    add_format(&file, 2, 16);
    add_audio(&file, 0, 403);
    assert_repairs(&file, 400);
}

static void pads_audio_of_an_odd_length(void **state)
{
    (void)state;
    for (size_t stray = 0; stray < 3; stray++) {
        struct builder file;
        begin(&file, "RIFF", UNKNOWN);
        add_extensible(&file, 1, 24);
        add_audio(&file, UNKNOWN, 303 + stray);
        assert_repairs(&file, 303);
    }
}

/* Frames of one byte: nothing but the header tells the pad byte from one more. */
static void takes_a_pad_byte_for_no_frame(void **state)
{
    (void)state;
    struct builder file;
    begin(&file, "RIFF", UNKNOWN);
    add_format(&file, 1, 8);
    add_audio(&file, UNKNOWN, 33);
    assert_repairs(&file, 33);

    begin(&file, "RIFF", 36 + 34);
    add_format(&file, 1, 8);
    add_audio(&file, 33, 33);
    file.at++; /* the pad byte */
    assert_is_right(&file);

    begin(&file, "RIFF", UNKNOWN); /* a whole frame, whatever the header says */
    add_format(&file, 2, 32);
    add_audio(&file, 39, 40);
    assert_repairs(&file, 40);
}

static void finds_the_audio_behind_other_chunks(void **state)
{
    (void)state;
    struct builder file;
    begin(&file, "RIFF", 0);
    add(&file, "LIST", 13, "INFOISFT\x01\0\0\0x", 13);
    file.at++; /* the pad byte */
    add_extensible(&file, 2, 24);
    add(&file, "fact", 4, "\0\0\0\0", 4);
    add_audio(&file, 0, 600);
    assert_repairs(&file, 600);
    struct tape_file_bytes after = tape_file_load(FOREIGN);
    uint64_t bytes = 0;
    uint64_t fact = tape_file_chunk(&after, "fact", &bytes);
    assert_int_equal(after.bytes[fact], 100);
    free(after.bytes);
}

static void fills_in_the_sizes_of_rf64(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        struct builder file;
        uint8_t sizes[28];
        memset(sizes, i == 0 ? 0 : 0x7F, sizeof sizes);
        memset(sizes + 24, 0, 4);
        begin(&file, "RF64", UNKNOWN);
        add(&file, "ds64", 28, sizes, sizeof sizes);
        add_format(&file, 2, 16);
        add_audio(&file, UNKNOWN, 400);
        assert_repairs(&file, 400);
    }
}

static void leaves_sound_files_alone(void **state)
{
    (void)state;
    struct builder file;
    begin(&file, "RIFF", 36 + 400);
    add_format(&file, 2, 16);
    add_audio(&file, 400, 400);
    assert_is_right(&file);

    begin(&file, "RIFF", 36 + 400 + 12);
    add_format(&file, 2, 16);
    add_audio(&file, 400, 400);
    add(&file, "note", 4, "true", 4);
    assert_is_right(&file);

    begin(&file, "RIFF", 36 + 304 + 14 + 8); /* odd lengths, and an empty chunk at the end */
    add_format(&file, 1, 24);
    add_audio(&file, 303, 303);
    file.at++;
    add(&file, "note", 5, "false", 5);
    file.at++;
    add(&file, "none", 0, NULL, 0);
    assert_is_right(&file);

    begin(&file, "RIFF", 36);
    add_format(&file, 2, 16);
    add_audio(&file, 0, 0);
    assert_is_right(&file);
}

static void copies_more_than_it_reads_at_once(void **state)
{
    (void)state;
    static const uint64_t count = 44 + (UINT64_C(5) << 19); /* two blocks and a half */
    struct builder header;
    begin(&header, "RIFF", 0);
    add_format(&header, 2, 16);
    add_audio(&header, 0, 0);
    struct tape_file_bytes file = {malloc(count), count};
    assert_non_null(file.bytes);
    for (uint64_t i = 0; i < count; i++)
        file.bytes[i] = (uint8_t)(i >> 8 ^ i);
    memcpy(file.bytes, header.bytes, 44);
    remove(COPY);
    tape_file_store(FOREIGN, &file);
    assert_int_equal(repair(COPY, false).data_bytes_found, count - 44);
    wave_put_u32(file.bytes + 4, (uint32_t)count - 8);
    wave_put_u32(file.bytes + 40, (uint32_t)count - 44);
    tape_file_assert_holds(COPY, &file);
    free(file.bytes);
}

static void makes_ds64_of_junk_past_4_gib(void **state)
{
    (void)state;
    static const uint64_t audio = (UINT64_C(4) << 30) + 4000;
    for (uint32_t has_junk = 0; has_junk < 2; has_junk++) {
        struct builder builder;
        struct file_access *file = NULL;
        struct repair_report report;
        begin(&builder, "RIFF", UNKNOWN);
        if (has_junk)
            add(&builder, "JUNK", 28, NULL, 28);
        add_format(&builder, 2, 16);
        add_audio(&builder, UNKNOWN, 0);
        save(&builder);
        uint64_t data_at = (uint64_t)(builder.at - builder.bytes);
        assert_int_equal(file_access_open(FOREIGN, FILE_ACCESS_CHANGE, &file), 0);
        assert_int_equal(file_access_set_length(file, data_at + audio), 0);
        file_access_close(file);
        if (!has_junk) {
            assert_int_equal(repair_wave(FOREIGN, NULL, false, &report), TAPEMAP_E_UNSUPPORTED);
            continue;
        }
        report = repair(NULL, false);
        assert_int_equal(report.data_bytes_found, audio);
        assert_frames(FOREIGN, (sf_count_t)(audio / 4));
        assert_true(repair(NULL, false).was_right);
    }
}

static void refuses_what_is_no_wav(void **state)
{
    (void)state;
    struct repair_report report;
    struct builder file;
    begin(&file, "RIFX", 0);
    save(&file);
    assert_int_equal(repair_wave(FOREIGN, NULL, false, &report), TAPEMAP_E_FORMAT);
    assert_string_equal(report.problem, "it is no WAV file");
    begin(&file, "\0\0\0\0", 0);
    save(&file);
    assert_int_equal(repair_wave(FOREIGN, NULL, false, &report), TAPEMAP_E_FORMAT);
    assert_non_null(strstr(report.problem, "it begins with zeros"));
    begin(&file, "RIFF", 0);
    add_audio(&file, 0, 100);
    save(&file);
    assert_int_equal(repair_wave(FOREIGN, NULL, false, &report), TAPEMAP_E_FORMAT);
    begin(&file, "RIFF", 0);
    add_format(&file, 2, 16);
    add(&file, "LIST", 0xFFFFFFF0u, NULL, 10);
    save(&file);
    assert_int_equal(repair_wave(FOREIGN, NULL, false, &report), TAPEMAP_E_FORMAT);
    begin(&file, "RIFF", 0);
    add_format(&file, 0, 16);
    add_audio(&file, 0, 100);
    save(&file);
    assert_int_equal(repair_wave(FOREIGN, NULL, false, &report), TAPEMAP_E_FORMAT);
    remove(FOREIGN);
    assert_int_equal(repair_wave(FOREIGN, NULL, false, &report), TAPEMAP_E_NO_FILE);
    assert_string_equal(report.problem, "it cannot be opened: there is no such file");
}

static int clean(void **state)
{
    (void)state;
    remove(FOREIGN);
    remove(COPY);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(believes_the_file_and_not_sizes_that_promise_more),
        cmocka_unit_test(repairs_every_format_of_samples_side_by_side),
        cmocka_unit_test(leaves_half_a_frame_at_the_end_uncounted),
        cmocka_unit_test(pads_audio_of_an_odd_length),
        cmocka_unit_test(takes_a_pad_byte_for_no_frame),
        cmocka_unit_test(finds_the_audio_behind_other_chunks),
        cmocka_unit_test(fills_in_the_sizes_of_rf64),
        cmocka_unit_test(leaves_sound_files_alone),
        cmocka_unit_test(copies_more_than_it_reads_at_once),
        cmocka_unit_test(makes_ds64_of_junk_past_4_gib),
        cmocka_unit_test(refuses_what_is_no_wav),
    };
    return cmocka_run_group_tests(tests, NULL, clean);
}
