/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wave_header.h"

#define ALL_ONES 0xFFFFFFFFu
#define UTC_NS_OF_A_LEAP_DAY 1709251199987654321u /* 2024-02-29T23:59:59.98Z */

static const struct wave_format s16_stereo = {TAPEMAP_S16, 2, 48000};
static const struct wave_format s24_mono = {TAPEMAP_S24, 1, 44100};
static const struct wave_format s24_five = {TAPEMAP_S24, 5, 96000};
static const struct wave_format f32_mono = {TAPEMAP_F32, 1, 44100};
static const struct wave_format widest = {TAPEMAP_F32, TAPEMAP_MAX_CHANNELS, TAPEMAP_MAX_RATE_HZ};

/* The front of a tape's section; 32-bit, as its sizes are stored. */
static uint32_t section[TAPEMAP_DATA_OFFSET / 4];
static uint32_t section_before[TAPEMAP_DATA_OFFSET / 4];

static uint64_t number_at(const void *bytes, size_t offset, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i > 0; i--)
        value = value << 8 | ((const uint8_t *)bytes)[offset + i - 1];
    return value;
}

static uint32_t u32_at(const void *bytes, size_t offset)
{
    return (uint32_t)number_at(bytes, offset, 4);
}

static void assert_id(const void *bytes, size_t offset, const char *id)
{
    assert_memory_equal((const uint8_t *)bytes + offset, id, 4);
}

/* Where the chunk begins, found as a player does: from one chunk to the next up to `data`. */
static size_t find_chunk(const void *bytes, const char *id, size_t room)
{
    size_t at = 12;
    while (at + 8 <= room && memcmp((const uint8_t *)bytes + at, id, 4) != 0) {
        assert_int_equal(at % 4, 0);
        at += 8 + u32_at(bytes, at + 4);
    }
    assert_true(at + 8 <= room);
    return at;
}

static void begin_tape(const struct wave_format *format)
{
    struct wave_origin origin = {"studio", "00112233445566aa", UTC_NS_OF_A_LEAP_DAY};
    memset(section, 0, sizeof section);
    wave_tape_header_init(section, format, &origin);
}

/* ---- Plain files --------------------------------------------------------------------------- */

static void makes_the_plainest_header_for_s16_stereo(void **state)
{
    (void)state;
    static const uint8_t expected[80] = {
        'R',  'I',  'F',  'F', 72 + 40, 0,    0, 0, 'W',  'A',  'V', 'E', 'J', 'U', 'N', 'K',
        28,   0,    0,    0,   0,       0,    0, 0, 0,    0,    0,   0,   0,   0,   0,   0,
        0,    0,    0,    0,   0,       0,    0, 0, 0,    0,    0,   0,   0,   0,   0,   0,
        'f',  'm',  't',  ' ', 16,      0,    0, 0, 1,    0,    2,   0,   0x80, 0xBB, 0, 0,
        0x00, 0xEE, 0x02, 0,   4,       0,    16, 0, 'd', 'a',  't', 'a', 40,  0,   0,   0,
    };
    uint8_t header[160];
    assert_int_equal(wave_header_make(&s16_stereo, 10, 0, header), sizeof expected);
    assert_memory_equal(header, expected, sizeof expected);
}

static void describes_other_formats_extensibly(void **state)
{
    (void)state;
    static const uint8_t pcm_guid[16] = {1,    0, 0, 0,    0,    0,    0x10, 0,
                                         0x80, 0, 0, 0xAA, 0x00, 0x38, 0x9B, 0x71};
    uint8_t header[160];
    assert_int_equal(wave_header_make(&s24_five, 7, 0, header), 104);
    assert_int_equal(u32_at(header, 52), 40);
    assert_int_equal(number_at(header, 56, 2), 0xFFFE);
    assert_int_equal(number_at(header, 58, 2), 5);
    assert_int_equal(u32_at(header, 60), 96000);
    assert_int_equal(u32_at(header, 64), 96000 * 15);
    assert_int_equal(number_at(header, 68, 2), 15);
    assert_int_equal(number_at(header, 70, 2), 24);
    assert_int_equal(number_at(header, 72, 2), 22);
    assert_int_equal(number_at(header, 74, 2), 24);
    assert_int_equal(u32_at(header, 76), 0);
    assert_memory_equal(header + 80, pcm_guid, sizeof pcm_guid);
    assert_id(header, 96, "data");
    assert_int_equal(u32_at(header, 100), 7 * 15);
}

static void tells_the_number_of_frames_of_floats(void **state)
{
    (void)state;
    uint8_t header[160];
    assert_int_equal(wave_header_make(&f32_mono, 12345, 0, header), 116);
    assert_int_equal(number_at(header, 80, 2), 3);
    assert_id(header, 96, "fact");
    assert_int_equal(u32_at(header, 100), 4);
    assert_int_equal(u32_at(header, 104), 12345);
    assert_int_equal(u32_at(header, 112), 12345 * 4);
}

static void names_the_speakers_of_usual_layouts(void **state)
{
    (void)state;
    static const uint32_t masks[9] = {0, 0x4, 0x3, 0, 0x33, 0, 0x3F, 0, 0x63F};
    for (uint32_t channels = 1; channels <= 8; channels++) {
        struct wave_format format = {TAPEMAP_S32, channels, 48000};
        uint8_t header[160];
        wave_header_make(&format, 1, 0, header);
        assert_int_equal(u32_at(header, 76), masks[channels]);
    }
}

static void has_one_length_for_every_number_of_frames(void **state)
{
    (void)state;
    static const struct wave_format *const formats[] = {&s16_stereo, &s24_five, &f32_mono, &widest};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        uint8_t header[160];
        size_t bytes = wave_header_make(formats[i], 0, 0, header);
        assert_true(bytes > 0 && bytes <= sizeof header && bytes % 4 == 0);
        assert_int_equal(wave_header_make(formats[i], UINT64_C(1) << 50, 0, header), bytes);
        assert_int_equal(wave_header_make(formats[i], WAVE_FRAMES_UNKNOWN, 0, header), bytes);
        assert_int_equal(find_chunk(header, "data", bytes), bytes - 8);
    }
}

static void writes_all_ones_for_a_stream(void **state)
{
    (void)state;
    uint8_t header[160];
    wave_header_make(&f32_mono, WAVE_FRAMES_UNKNOWN, 0, header);
    assert_id(header, 0, "RIFF");
    assert_id(header, 12, "JUNK");
    assert_int_equal(u32_at(header, 4), ALL_ONES);
    assert_int_equal(u32_at(header, 104), ALL_ONES);
    assert_int_equal(u32_at(header, 112), ALL_ONES);
    assert_int_equal(wave_pad_bytes(&s24_mono, WAVE_FRAMES_UNKNOWN), 0);
}

static void counts_the_pad_byte_in_the_file_only(void **state)
{
    (void)state;
    uint8_t header[160];
    wave_header_make(&s24_mono, 3, 0, header);
    assert_int_equal(wave_pad_bytes(&s24_mono, 3), 1);
    assert_int_equal(u32_at(header, 4), 104 - 8 + 9 + 1);
    assert_int_equal(u32_at(header, 100), 9);
    assert_int_equal(wave_pad_bytes(&s24_mono, 4), 0);
    assert_int_equal(wave_pad_bytes(&s16_stereo, 3), 0);
}

static void becomes_rf64_exactly_when_32_bits_are_too_few(void **state)
{
    (void)state;
    const struct wave_format s16_mono = {TAPEMAP_S16, 1, 48000};
    const uint64_t last_riff = (0xFFFFFFFEu - 72) / 2;
    uint8_t header[160];
    wave_header_make(&s16_mono, last_riff, 0, header);
    assert_id(header, 0, "RIFF");
    assert_id(header, 12, "JUNK");
    assert_int_equal(u32_at(header, 4), 0xFFFFFFFE);
    assert_int_equal(u32_at(header, 76), last_riff * 2);

    wave_header_make(&s16_mono, last_riff + 1, 0, header);
    assert_id(header, 0, "RF64");
    assert_id(header, 12, "ds64");
    assert_int_equal(u32_at(header, 4), ALL_ONES);
    assert_int_equal(u32_at(header, 16), 28);
    assert_int_equal(number_at(header, 20, 8), 0x100000000u);
    assert_int_equal(number_at(header, 28, 8), last_riff * 2 + 2);
    assert_int_equal(number_at(header, 36, 8), last_riff + 1);
    assert_int_equal(u32_at(header, 44), 0);
    assert_int_equal(u32_at(header, 76), ALL_ONES);
}

static void refuses_formats_out_of_range(void **state)
{
    (void)state;
    static const struct wave_format wrong[] = {
        {(enum tapemap_sample_format)0, 2, 48000}, {(enum tapemap_sample_format)5, 2, 48000},
        {TAPEMAP_S16, 0, 48000},                   {TAPEMAP_S16, TAPEMAP_MAX_CHANNELS + 1, 48000},
        {TAPEMAP_S16, 2, 0},                       {TAPEMAP_S16, 2, TAPEMAP_MAX_RATE_HZ + 1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint8_t header[1] = {0xA5};
        assert_int_equal(wave_header_make(&wrong[i], 1, 0, header), 0);
        assert_int_equal(header[0], 0xA5);
    }
}

/* ---- Tapes --------------------------------------------------------------------------------- */

static void lays_out_a_tape_around_its_control_block(void **state)
{
    (void)state;
    static const struct wave_format *const formats[] = {&s16_stereo, &s24_five, &f32_mono, &widest};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        begin_tape(formats[i]);
        size_t bext = find_chunk(section, "bext", sizeof section);
        size_t junk = bext + 8 + u32_at(section, bext + 4);
        assert_id(section, junk, "JUNK");
        assert_true(junk + 8 <= TAPEMAP_CONTROL_OFFSET);
        assert_int_equal(junk + 8 + u32_at(section, junk + 4), TAPEMAP_DATA_OFFSET - 8);
        assert_int_equal(find_chunk(section, "data", sizeof section), TAPEMAP_DATA_OFFSET - 8);
        assert_int_equal(u32_at(section, TAPEMAP_DATA_OFFSET - 4), 0);
        assert_int_equal(u32_at(section, 4), TAPEMAP_DATA_OFFSET - 8);
    }
}

static void leaves_the_control_block_alone(void **state)
{
    (void)state;
    struct wave_origin origin = {NULL, NULL, 0};
    uint8_t control[sizeof(struct tapemap_control)];
    memset(control, 0xC3, sizeof control);
    memset(section, 0, sizeof section);
    memcpy((uint8_t *)section + TAPEMAP_CONTROL_OFFSET, control, sizeof control);
    wave_tape_header_init(section, &widest, &origin);
    wave_tape_header_update(section, &widest, UINT64_C(1) << 40);
    assert_memory_equal((uint8_t *)section + TAPEMAP_CONTROL_OFFSET, control, sizeof control);
}

static void says_when_and_by_whom_it_was_recorded(void **state)
{
    (void)state;
    begin_tape(&f32_mono);
    size_t bext = find_chunk(section, "bext", sizeof section) + 8;
    const char *text = (const char *)section + bext;
    assert_string_equal(text, "studio");
    assert_string_equal(text + 256, "tapemap");
    assert_string_equal(text + 288, "00112233445566aa");
    assert_memory_equal(text + 320, "2024-02-2923:59:59", 18);
    assert_int_equal(number_at(text, 338, 8), UINT64_C(86399) * 44100 + 43555); /* since midnight */
    assert_int_equal(number_at(text, 346, 2), 1);
    assert_string_equal(text + 602, "A=PCM,F=44100,W=32,M=mono,T=tapemap float\r\n");
}

static void knows_the_calendar(void **state)
{
    (void)state;
    static const struct {
        uint64_t utc_s;
        const char *text;
    } dates[] = {
        {0, "1970-01-0100:00:00"},           {951782400, "2000-02-2900:00:00"},
        {951868799, "2000-02-2923:59:59"},   {951868800, "2000-03-0100:00:00"},
        {1735689599, "2024-12-3123:59:59"},  {4107542400, "2100-03-0100:00:00"},
        {18446744073, "2554-07-2123:34:33"},
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct wave_origin origin = {"", "", dates[i].utc_s * 1000000000u};
        memset(section, 0, sizeof section);
        wave_tape_header_init(section, &s16_stereo, &origin);
        size_t bext = find_chunk(section, "bext", sizeof section);
        assert_memory_equal((const char *)section + bext + 8 + 320, dates[i].text, 18);
    }
}

static void cuts_long_texts_between_characters(void **state)
{
    (void)state;
    char description[301] = {0};
    memset(description, 'x', 300);
    memcpy(description + 254, "\xE2\x82\xAC", 3); /* a euro sign over the field's end */
    struct wave_origin origin = {description, "123456789012345678901234567890123", 0};
    memset(section, 0, sizeof section);
    wave_tape_header_init(section, &s16_stereo, &origin);
    const uint8_t *body = (uint8_t *)section + find_chunk(section, "bext", sizeof section) + 8;
    assert_memory_equal(body, description, 254);
    assert_int_equal(number_at(body, 254, 2), 0);
    assert_memory_equal(body + 256, "tapemap", 8);
    assert_memory_equal(body + 288, "12345678901234567890123456789012", 32);
    assert_memory_equal(body + 320, "1970-01-01", 10);
}

static void follows_the_head(void **state)
{
    (void)state;
    static const uint64_t heads[] = {1, 2, 48000, 0x01234567, 0x10000000};
    begin_tape(&f32_mono);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        wave_tape_header_update(section, &f32_mono, heads[i]);
        assert_id(section, 0, "RIFF");
        assert_int_equal(u32_at(section, 4), TAPEMAP_DATA_OFFSET - 8 + heads[i] * 4);
        assert_int_equal(u32_at(section, 104), heads[i]);
        assert_int_equal(u32_at(section, TAPEMAP_DATA_OFFSET - 4), heads[i] * 4);
    }
}

static void counts_the_pad_byte_of_a_tape(void **state)
{
    (void)state;
    begin_tape(&s24_mono);
    wave_tape_header_update(section, &s24_mono, 3);
    assert_int_equal(u32_at(section, 4), TAPEMAP_DATA_OFFSET - 8 + 10);
    assert_int_equal(u32_at(section, TAPEMAP_DATA_OFFSET - 4), 9);
}

static void turns_a_growing_tape_into_rf64_in_place(void **state)
{
    (void)state;
    const uint64_t last_riff = (0xFFFFFFFEu - (TAPEMAP_DATA_OFFSET - 8)) / 4;
    begin_tape(&s16_stereo);
    wave_tape_header_update(section, &s16_stereo, last_riff);
    assert_id(section, 0, "RIFF");
    assert_id(section, 12, "JUNK");

    for (uint64_t frames = last_riff + 1; frames < UINT64_C(1) << 60; frames = frames * 3 + 1) {
        wave_tape_header_update(section, &s16_stereo, frames);
        assert_id(section, 0, "RF64");
        assert_id(section, 12, "ds64");
        assert_int_equal(u32_at(section, 4), ALL_ONES);
        assert_int_equal(u32_at(section, 16), 28);
        assert_int_equal(number_at(section, 20, 8), TAPEMAP_DATA_OFFSET - 8 + frames * 4);
        assert_int_equal(number_at(section, 28, 8), frames * 4);
        assert_int_equal(number_at(section, 36, 8), frames);
        assert_int_equal(u32_at(section, 44), 0);
        assert_int_equal(u32_at(section, TAPEMAP_DATA_OFFSET - 4), ALL_ONES);
    }
}

static void counts_the_chunks_that_finish_a_tape(void **state)
{
    (void)state;
    begin_tape(&s24_mono);
    wave_tape_header_finish(section, &s24_mono, 3, 1000);
    assert_id(section, 0, "RIFF");
    assert_int_equal(u32_at(section, 4), TAPEMAP_DATA_OFFSET - 8 + 10 + 1000);
    assert_int_equal(u32_at(section, TAPEMAP_DATA_OFFSET - 4), 9);

    /* The audio alone would need no 64 bits. */
    const uint64_t frames = (0xFFFFFFFEu - (TAPEMAP_DATA_OFFSET - 8)) / 4;
    begin_tape(&s16_stereo);
    wave_tape_header_finish(section, &s16_stereo, frames, 8);
    assert_id(section, 0, "RF64");
    assert_id(section, 12, "ds64");
    assert_int_equal(u32_at(section, 4), ALL_ONES);
    assert_int_equal(number_at(section, 20, 8), TAPEMAP_DATA_OFFSET - 8 + frames * 4 + 8);
    assert_int_equal(number_at(section, 28, 8), frames * 4);
    assert_int_equal(u32_at(section, TAPEMAP_DATA_OFFSET - 4), ALL_ONES);
}

static void becomes_riff_again_when_it_shrinks(void **state)
{
    (void)state;
    begin_tape(&f32_mono);
    wave_tape_header_update(section, &f32_mono, UINT64_C(1) << 33);
    wave_tape_header_update(section, &f32_mono, UINT64_C(1) << 31);
    assert_int_equal(number_at(section, 28, 8), UINT64_C(1) << 33);
    wave_tape_header_update(section, &f32_mono, 100);
    assert_id(section, 0, "RIFF");
    assert_id(section, 12, "JUNK");
    assert_int_equal(u32_at(section, 4), TAPEMAP_DATA_OFFSET - 8 + 400);
    assert_int_equal(u32_at(section, 104), 100);
    assert_int_equal(u32_at(section, TAPEMAP_DATA_OFFSET - 4), 400);
    wave_tape_header_update(section, &f32_mono, 60);
    assert_int_equal(u32_at(section, TAPEMAP_DATA_OFFSET - 4), 240);
}

static void changes_nothing_but_sizes_and_two_ids(void **state)
{
    (void)state;
    begin_tape(&f32_mono);
    memcpy(section_before, section, sizeof section);
    wave_tape_header_update(section, &f32_mono, UINT64_C(0x123456789AB));
    const uint8_t *now = (const uint8_t *)section;
    const uint8_t *before = (const uint8_t *)section_before;
    for (size_t i = 0; i < sizeof section; i++) {
        int may_change = i < 8 || (i >= 12 && i < 16) || (i >= 20 && i < 44) ||
                         (i >= 104 && i < 108) || i >= TAPEMAP_DATA_OFFSET - 4;
        if (!may_change && now[i] != before[i])
            fail_msg("byte %u has changed", (unsigned)i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_the_plainest_header_for_s16_stereo),
        cmocka_unit_test(describes_other_formats_extensibly),
        cmocka_unit_test(tells_the_number_of_frames_of_floats),
        cmocka_unit_test(names_the_speakers_of_usual_layouts),
        cmocka_unit_test(has_one_length_for_every_number_of_frames),
        cmocka_unit_test(writes_all_ones_for_a_stream),
        cmocka_unit_test(counts_the_pad_byte_in_the_file_only),
        cmocka_unit_test(becomes_rf64_exactly_when_32_bits_are_too_few),
        cmocka_unit_test(refuses_formats_out_of_range),
        cmocka_unit_test(lays_out_a_tape_around_its_control_block),
        cmocka_unit_test(leaves_the_control_block_alone),
        cmocka_unit_test(says_when_and_by_whom_it_was_recorded),
        cmocka_unit_test(knows_the_calendar),
        cmocka_unit_test(cuts_long_texts_between_characters),
        cmocka_unit_test(follows_the_head),
        cmocka_unit_test(counts_the_pad_byte_of_a_tape),
        cmocka_unit_test(turns_a_growing_tape_into_rf64_in_place),
        cmocka_unit_test(counts_the_chunks_that_finish_a_tape),
        cmocka_unit_test(becomes_riff_again_when_it_shrinks),
        cmocka_unit_test(changes_nothing_but_sizes_and_two_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
