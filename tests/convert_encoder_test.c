/* SPDX-License-Identifier: MIT */
/* Every kind of file, decoded again by libsndfile. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sndfile.h>

#include "pcm.h"
#include "sound_encoder.h"

#define PATH "convert_encoder_test.out"
#define FRAMES 20011u
#define UTC_NS UINT64_C(1763733845000000000) /* 2025-11-21T14:04:05Z */

static struct sound_description describe(const char *name, enum tapemap_sample_format format,
                                         uint32_t channels, uint32_t rate_hz)
{
    return (struct sound_description){.container = sound_container_named(name),
                                      .format = format,
                                      .channels = channels,
                                      .sample_rate_hz = rate_hz,
                                      .frames = FRAMES,
                                      .deck = "studio",
                                      .tape = "0123456789abcdef",
                                      .utc_ns = UTC_NS};
}

static void encode(const struct sound_description *description, const void *frames)
{
    struct file_output *output = NULL;
    struct sound_encoder *encoder = NULL;
    struct sound_fault fault;
    const uint8_t *from = frames;
    size_t frame_bytes = (size_t)pcm_sample_bytes(description->format) * description->channels;
    assert_int_equal(file_output_create(PATH, true, &output), 0);
    if (!sound_encoder_begin(description, output, &encoder, &fault))
        fail_msg("%s", fault.words);
    uint64_t step = 1;
    for (uint64_t n = 0; n < description->frames; n += step, step = step * 7 % 5003) {
        step = step < description->frames - n ? step : description->frames - n;
        if (!sound_encoder_write(encoder, from + n * frame_bytes, step, &fault))
            fail_msg("%s", fault.words);
    }
    if (!sound_encoder_finish(encoder, &fault))
        fail_msg("%s", fault.words);
    assert_int_equal(file_output_commit(output), 0);
}

static SNDFILE *open_again(const struct sound_description *description)
{
    SF_INFO info = {0};
    SNDFILE *sound = sf_open(PATH, SFM_READ, &info);
    if (!sound)
        fail_msg("%s: %s", description->container->name, sf_strerror(NULL));
    assert_int_equal(info.frames, description->frames);
    assert_int_equal(info.channels, description->channels);
    assert_int_equal(info.samplerate, description->sample_rate_hz);
    return sound;
}

/* The ramp fills all bits: left-justified 32-bit samples, and the same in a format. */
static void *make_ramp(enum tapemap_sample_format format, uint32_t channels, int32_t **wide)
{
    size_t samples = (size_t)FRAMES * channels;
    int32_t *ramp = malloc(samples * 4);
    void *frames = malloc(samples * 4);
    assert_true(ramp && frames);
    for (size_t i = 0; i < samples; i++)
        ramp[i] = (int32_t)((uint32_t)i * 2654435761u);
    if (format == TAPEMAP_F32) /* what a float holds */
        for (size_t i = 0; i < samples; i++)
            ramp[i] &= ~255;
    pcm_from_s32(format, ramp, samples, frames);
    *wide = ramp;
    return frames;
}

static void check_exact(const char *name, enum tapemap_sample_format format, uint32_t channels)
{
    static const int32_t kept[] = {[TAPEMAP_S16] = ~65535, [TAPEMAP_S24] = ~255,
                                   [TAPEMAP_S32] = ~0, [TAPEMAP_F32] = ~0};
    size_t samples = (size_t)FRAMES * channels;
    int32_t *ramp;
    void *frames = make_ramp(format, channels, &ramp);
    int32_t *again = malloc(samples * 4);
    float *floats = malloc(samples * 4);
    struct sound_description description = describe(name, format, channels, 48000);
    encode(&description, frames);
    SNDFILE *sound = open_again(&description);
    if (format == TAPEMAP_F32) {
        assert_int_equal(sf_readf_float(sound, floats, FRAMES), FRAMES);
        assert_memory_equal(floats, frames, samples * 4);
    } else {
        assert_int_equal(sf_readf_int(sound, again, FRAMES), FRAMES);
        for (size_t i = 0; i < samples; i++)
            assert_int_equal(again[i], ramp[i] & kept[format]);
    }
    sf_close(sound);
    free(floats);
    free(again);
    free(frames);
    free(ramp);
}

static void what_is_not_lossy_comes_back_bit_by_bit(void **state)
{
    (void)state;
    static const char *const names[] = {"wav", "w64", "caf"};
    for (size_t i = 0; i < 3; i++)
        for (int format = TAPEMAP_S16; format <= TAPEMAP_F32; format++)
            for (uint32_t channels = 1; channels <= 3; channels++)
                check_exact(names[i], (enum tapemap_sample_format)format, channels);
    for (uint32_t channels = 1; channels <= 8; channels++) {
        check_exact("flac", TAPEMAP_S16, channels);
        check_exact("flac", TAPEMAP_S24, channels);
    }
    check_exact("wav", TAPEMAP_S16, TAPEMAP_MAX_CHANNELS);
    check_exact("w64", TAPEMAP_S24, TAPEMAP_MAX_CHANNELS);
    check_exact("caf", TAPEMAP_S24, TAPEMAP_MAX_CHANNELS);
}

/* How far a sine is off after a lossy codec, as a part of its energy. */
static void check_lossy(const char *name, uint32_t channels, uint32_t rate_hz, double most)
{
    size_t samples = (size_t)FRAMES * channels;
    float *frames = malloc(samples * sizeof *frames);
    float *again = malloc(samples * sizeof *frames);
    double energy = 0, error = 0;
    for (size_t n = 0; n < FRAMES; n++)
        for (size_t c = 0; c < channels; c++)
            frames[n * channels + c] = 0.4f * sinf((float)n * 0.05f);
    struct sound_description description = describe(name, TAPEMAP_F32, channels, rate_hz);
    encode(&description, frames);
    SNDFILE *sound = open_again(&description);
    assert_int_equal(sf_readf_float(sound, again, FRAMES), FRAMES);
    for (size_t i = samples / 4; i < samples * 3 / 4; i++) {
        error += pow((double)again[i] - (double)frames[i], 2);
        energy += pow((double)frames[i], 2);
    }
    if (error > most * energy)
        fail_msg("%s, %u channels, %u Hz: off by %g", name, channels, rate_hz, error / energy);
    sf_close(sound);
    free(again);
    free(frames);
}

static void what_is_lossy_comes_back_in_its_place(void **state)
{
    (void)state;
    static const uint32_t known[] = {8000, 12000, 16000, 24000, 48000};
    check_lossy("ogg", 1, 8000, 0.01);
    check_lossy("ogg", 2, 44100, 0.01);
    check_lossy("ogg", 8, 48000, 0.01);
    check_lossy("ogg", 2, 200000, 0.01);
    for (size_t i = 0; i < 5; i++)
        check_lossy("opus", 1 + (uint32_t)i % 2, known[i], 0.02);
    check_lossy("opus", 8, 48000, 0.02);
}

static void the_limits_are_those_of_the_formats(void **state)
{
    (void)state;
    char problem[256];
    static const struct {
        const char *name;
        uint32_t channels, rate_hz;
        bool fits;
    } cases[] = {{"flac", 8, 655350, true},   {"flac", 9, 48000, false},
                 {"flac", 1, 655360, false},  {"flac", 1, 100001, false},
                 {"flac", 1, 65535, true},    {"ogg", 255, 48000, true},
                 {"ogg", 256, 48000, false},  {"ogg", 1, 200001, false},
                 {"opus", 256, 48000, false}, {"opus", 255, 48000, true},
                 {"wav", 256, 3072000, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(sound_container_fits(sound_container_named(cases[i].name),
                                              cases[i].channels, cases[i].rate_hz, problem,
                                              sizeof problem),
                         cases[i].fits);
    check_exact("flac", TAPEMAP_S16, 8);
    check_lossy("ogg", 255, 48000, 0.1);
    check_lossy("opus", 255, 48000, 0.1);
}

static void is_known_by_name_and_extension(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *name; /* NULL: none */
    } cases[] = {{"a.wav", "wav"},      {"a.WAV", "wav"},   {"a.rf64", "wav"}, {"b.c.flac", "flac"},
                 {"a.pcm", "raw"},      {"a.oga", "ogg"},   {"a.opus", "opus"}, {"a.w64", "w64"},
                 {"C:\\x.wav\\a", NULL}, {"x.wav/a", NULL}, {"a.mp3", NULL},   {"wav", NULL},
                 {"a.", NULL},          {"a.wavx", NULL},   {".caf", "caf"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct sound_container *found = sound_container_of_path(cases[i].path);
        if ((found == NULL) != (cases[i].name == NULL) ||
            (found && strcmp(found->name, cases[i].name) != 0))
            fail_msg("%s is taken for %s", cases[i].path, found ? found->name : "nothing");
    }
    assert_null(sound_container_named("mp3"));
    assert_int_equal(sound_container_rate(sound_container_named("opus"), 44100), 48000);
    assert_int_equal(sound_container_rate(sound_container_named("opus"), 96000), 48000);
    assert_int_equal(sound_container_rate(sound_container_named("opus"), 11025), 12000);
    assert_int_equal(sound_container_rate(sound_container_named("flac"), 11025), 11025);
}

/* ---- Marks and tags -------------------------------------------------------------------------- */

static size_t make_marks(struct tapemap_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        records[i] = (struct tapemap_record){.sequence = i, .position = (count - i) * 7,
                                             .kind = TAPEMAP_RECORD_MARK};
        snprintf(records[i].text, sizeof records[i].text, "Grüße %zu", i);
    }
    records[count] = (struct tapemap_record){.sequence = count, .position = 500, .frames = 480,
                                             .kind = TAPEMAP_RECORD_GAP};
    return count + 1;
}

static void marks_and_gaps_become_cue_points_of_a_wav_file(void **state)
{
    (void)state;
    struct tapemap_record records[4];
    int32_t *ramp;
    void *frames = make_ramp(TAPEMAP_S24, 1, &ramp); /* an odd number of bytes */
    struct sound_description description = describe("wav", TAPEMAP_S24, 1, 48000);
    description.records = records;
    description.record_count = make_marks(records, 3);
    encode(&description, frames);
    SNDFILE *sound = open_again(&description);
    SF_CUES cues = {0};
    assert_true(sf_command(sound, SFC_GET_CUE, &cues, sizeof cues));
    assert_int_equal(cues.cue_count, 4);
    assert_int_equal(cues.cue_points[0].sample_offset, 7);
    assert_string_equal(cues.cue_points[0].name, "Grüße 2");
    assert_int_equal(cues.cue_points[3].sample_offset, 500);
    assert_string_equal(cues.cue_points[3].name, "gap of 480 frames");
    SF_BROADCAST_INFO bext = {0};
    assert_true(sf_command(sound, SFC_GET_BROADCAST_INFO, &bext, sizeof bext));
    assert_string_equal(bext.description, "studio");
    assert_memory_equal(bext.origination_date, "2025-11-21", 10);
    assert_memory_equal(bext.origination_time, "14:04:05", 8);
    assert_int_equal(bext.time_reference_low, (14 * 3600 + 4 * 60 + 5) * 48000u);
    sf_close(sound);
    free(frames);
    free(ramp);
}

static unsigned char *read_bytes(size_t *count)
{
    FILE *file = fopen(PATH, "rb");
    unsigned char *bytes = calloc(1, 1u << 22);
    assert_true(file && bytes);
    *count = fread(bytes, 1, (1u << 22) - 1, file);
    fclose(file);
    return bytes;
}

/* The bytes of the file, its zeros made visible to strstr. */
static char *read_all(void)
{
    size_t bytes;
    char *text = (char *)read_bytes(&bytes);
    for (size_t i = 0; i < bytes; i++)
        text[i] = text[i] ? text[i] : '~';
    return text;
}

static void marks_become_chapters_where_there_are_comments(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum tapemap_sample_format format;
        size_t marks, told;
    } cases[] = {{"flac", TAPEMAP_S16, 3, 3},   {"ogg", TAPEMAP_F32, 3, 3},
                 {"opus", TAPEMAP_F32, 3, 3},   {"flac", TAPEMAP_S16, 400, 400},
                 {"ogg", TAPEMAP_F32, 400, 400}, {"opus", TAPEMAP_F32, 400, 400},
                 {"opus", TAPEMAP_F32, 1, 1},   {"ogg", TAPEMAP_F32, 1200, 0}};
    static struct tapemap_record records[1201];
    int32_t *ramp;
    void *frames = make_ramp(TAPEMAP_F32, 2, &ramp);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char last[64];
        struct sound_description description = describe(cases[i].name, cases[i].format, 2, 48000);
        description.records = records;
        description.record_count = make_marks(records, cases[i].marks);
        encode(&description, frames);
        SNDFILE *sound = open_again(&description);
        assert_non_null(strstr(sf_get_string(sound, SF_STR_DATE), "2025-11-21T14:04:05Z"));
        assert_string_equal(sf_get_string(sound, SF_STR_TITLE), "studio");
        assert_null(sf_get_string(sound, SF_STR_COMMENT));
        assert_int_equal(sf_readf_int(sound, ramp, FRAMES), FRAMES); /* every page is whole */
        sf_close(sound);
        char *text = read_all();
        snprintf(last, sizeof last, "CHAPTER%03zuNAME=Grüße 0", cases[i].told);
        assert_non_null(strstr(text, "CHAPTER001=00:00:00.000"));
        assert_true(cases[i].told == 0 || strstr(text, last));
        assert_null(strstr(text, "......"));
        free(text);
    }
    free(frames);
    free(ramp);
}

static void tells_how_many_marks_and_gaps_found_no_place(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t marks, least, most; /* left out; there is a gap beside the marks */
    } cases[] = {{"wav", 1200, 0, 0}, {"flac", 3, 1, 1}, {"flac", 1200, 202, 801},
                 {"raw", 3, 4, 4},    {"w64", 3, 0, 0},  {"caf", 1200, 0, 0}};
    static struct tapemap_record records[1201];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sound_description description = describe(cases[i].name, TAPEMAP_S16, 2, 48000);
        struct file_output *output = NULL;
        struct sound_encoder *encoder = NULL;
        struct sound_fault fault;
        description.records = records;
        description.record_count = make_marks(records, cases[i].marks);
        assert_int_equal(file_output_create(PATH, true, &output), 0);
        assert_true(sound_encoder_begin(&description, output, &encoder, &fault));
        assert_in_range(sound_encoder_left_out(encoder), cases[i].least, cases[i].most);
        sound_encoder_abandon(encoder);
        file_output_discard(output);
    }
}

/* `cue ` has 32 bits for a position, which is a day of 48 kHz. */
static void says_that_wav_has_no_place_for_a_mark_after_four_thousand_million_frames(void **state)
{
    (void)state;
    struct tapemap_record late = {.position = UINT64_C(1) << 32, .kind = TAPEMAP_RECORD_MARK};
    static const struct {
        const char *name;
        size_t left_out;
    } cases[] = {{"wav", 1}, {"w64", 0}, {"caf", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sound_description description = describe(cases[i].name, TAPEMAP_S16, 1, 48000);
        struct file_output *output = NULL;
        struct sound_encoder *encoder = NULL;
        struct sound_fault fault;
        description.frames = late.position + 1;
        description.records = &late;
        description.record_count = 1;
        assert_int_equal(file_output_create(PATH, true, &output), 0);
        assert_true(sound_encoder_begin(&description, output, &encoder, &fault));
        assert_int_equal(sound_encoder_left_out(encoder), cases[i].left_out);
        sound_encoder_abandon(encoder);
        file_output_discard(output);
    }
}

static uint64_t big_endian(const unsigned char *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

static const unsigned char *find_id(const unsigned char *bytes, size_t count, const char *id)
{
    for (size_t at = count - 4; at > 0; at--)
        if (memcmp(bytes + at, id, 4) == 0)
            return bytes + at;
    fail_msg("there is no %s", id);
    return NULL;
}

/* From chunk to chunk, as a reader of CAF goes. */
static const unsigned char *find_chunk(const unsigned char *bytes, size_t count, const char *id)
{
    for (size_t at = 8; at + 12 <= count; at += 12 + (size_t)big_endian(bytes + at + 4, 8))
        if (memcmp(bytes + at, id, 4) == 0)
            return bytes + at + 12;
    fail_msg("there is no %s", id);
    return NULL;
}

static void marks_and_gaps_become_markers_of_a_caf_file(void **state)
{
    (void)state;
    struct tapemap_record records[4];
    int32_t *ramp;
    void *frames = make_ramp(TAPEMAP_S24, 1, &ramp);
    struct sound_description description = describe("caf", TAPEMAP_S24, 1, 48000);
    description.records = records;
    description.record_count = make_marks(records, 3);
    encode(&description, frames);
    SNDFILE *sound = open_again(&description);
    assert_string_equal(sf_get_string(sound, SF_STR_TITLE), "studio");
    sf_close(sound);
    size_t count;
    unsigned char *bytes = read_bytes(&count);
    const unsigned char *mark = find_chunk(bytes, count, "mark");
    const unsigned char *text = find_chunk(bytes, count, "strg");
    assert_int_equal(big_endian(mark - 8, 8), 8 + 4 * 28);
    assert_int_equal(big_endian(mark + 4, 4), 4);
    assert_int_equal(big_endian(text, 4), 4);
    assert_ptr_equal(text + big_endian(text - 8, 8), bytes + count); /* they are the last */
    for (uint64_t i = 0; i < 4; i++) {
        static const char *const labels[] = {"Grüße 2", "Grüße 1", "Grüße 0", "gap of 480 frames"};
        static const double positions[] = {7, 14, 21, 500};
        const unsigned char *marker = mark + 8 + i * 28;
        const unsigned char *string = text + 4 + i * 12;
        uint64_t bits = big_endian(marker + 4, 8);
        assert_memory_equal(&bits, &positions[i], 8);
        assert_int_equal(big_endian(marker + 12, 4), i + 1);
        assert_int_equal(big_endian(string, 4), i + 1);
        assert_string_equal((const char *)text + 4 + 4 * 12 + big_endian(string + 4, 8), labels[i]);
    }
    free(bytes);
    free(frames);
    free(ramp);
}

/* Every bit of the audio is there, for frames of any odd length. */
static void marks_and_gaps_become_a_comment_of_a_w64_file(void **state)
{
    (void)state;
    static const char expected[] = "00:00:00.000 Gr\xFC\xDF" "e 2\n";
    struct tapemap_record records[4];
    int32_t *ramp;
    void *frames = make_ramp(TAPEMAP_S24, 1, &ramp);
    struct sound_description description = describe("w64", TAPEMAP_S24, 1, 48000);
    description.records = records;
    description.record_count = make_marks(records, 3);
    encode(&description, frames);
    SNDFILE *sound = open_again(&description);
    for (size_t i = 0; i < FRAMES; i++) {
        int32_t sample;
        assert_int_equal(sf_readf_int(sound, &sample, 1), 1);
        assert_int_equal(sample, ramp[i] & ~255);
    }
    sf_close(sound);
    size_t count;
    unsigned char *bytes = read_bytes(&count);
    assert_int_equal(bytes[16] | bytes[17] << 8 | bytes[18] << 16, count);
    const unsigned char *comment = find_id(bytes, 1024, "ICMT") + 8;
    for (size_t i = 0; i < sizeof expected - 1; i++)
        assert_int_equal(comment[2 * i] | comment[2 * i + 1] << 8, (unsigned char)expected[i]);
    free(bytes);
    free(frames);
    free(ramp);
}

static int remove_file(void **state)
{
    (void)state;
    remove(PATH);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_lossy_comes_back_bit_by_bit),
        cmocka_unit_test(what_is_lossy_comes_back_in_its_place),
        cmocka_unit_test(the_limits_are_those_of_the_formats),
        cmocka_unit_test(is_known_by_name_and_extension),
        cmocka_unit_test(marks_and_gaps_become_cue_points_of_a_wav_file),
        cmocka_unit_test(marks_become_chapters_where_there_are_comments),
        cmocka_unit_test(tells_how_many_marks_and_gaps_found_no_place),
        cmocka_unit_test(
            says_that_wav_has_no_place_for_a_mark_after_four_thousand_million_frames),
        cmocka_unit_test(marks_and_gaps_become_markers_of_a_caf_file),
        cmocka_unit_test(marks_and_gaps_become_a_comment_of_a_w64_file),
    };
    return cmocka_run_group_tests(tests, NULL, remove_file);
}
