/* SPDX-License-Identifier: MIT */
/* Small files, written by libsndfile into a folder of this test's own. */
#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <sndfile.h>

#include "audio_fixture.h"

/* Reads to the end, in pieces that are no divisor of anything; expects exactly FRAMES. */
static void *read_all(struct source *source, uint32_t sample_bytes)
{
    size_t frame_bytes = CHANNELS * sample_bytes;
    unsigned char *all = malloc((FRAMES + 777) * frame_bytes);
    struct failure failure = {0};
    size_t done = 0;
    enum tapemap_status status;

    assert_non_null(all);
    do {
        size_t count = 0;
        status = source->ops->read(source, all + done * frame_bytes, 777, &count, &failure);
        done += count;
    } while (status == TAPEMAP_OK && done <= FRAMES);
    if (status != TAPEMAP_E_ENDED)
        fail_msg("after %zu frames: %s", done, failure.text);
    assert_int_equal(done, FRAMES);
    return all;
}

static void expect_format(const struct source *source, enum tapemap_sample_format format)
{
    assert_int_equal(source->format.sample_format, format);
    assert_int_equal(source->format.channels, CHANNELS);
    assert_int_equal(source->format.sample_rate_hz, 44100);
    assert_int_equal(source->length_frames, FRAMES);
    assert_false(source->is_clocked);
}

/* ---- what comes in goes out ---- */

static void s16_files_come_unchanged(void **state)
{
    static const int formats[] = {SF_FORMAT_WAV, SF_FORMAT_FLAC, SF_FORMAT_AIFF, SF_FORMAT_CAF};
    int32_t *sent = make_samples(16);

    (void)state;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        struct source *source;
        int16_t *got;
        write_file("s16", formats[f] | SF_FORMAT_PCM_16, sent);
        source = open_file(0);
        expect_format(source, TAPEMAP_S16);
        assert_string_equal(source->description, "audio: s16");
        got = read_all(source, 2);
        for (size_t i = 0; i < SAMPLES; i++)
            assert_int_equal(got[i], sent[i] / 65536);
        free(got);
        source->ops->close(source);
    }
    free(sent);
}

static void bytes_become_s16(void **state)
{
    static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_PCM_U8,
                                  SF_FORMAT_AIFF | SF_FORMAT_PCM_S8};
    int32_t *sent = make_samples(8);

    (void)state;
    for (size_t f = 0; f < 2; f++) {
        struct source *source;
        int16_t *got;
        write_file("byte", formats[f], sent);
        source = open_file(0);
        expect_format(source, TAPEMAP_S16);
        got = read_all(source, 2);
        for (size_t i = 0; i < SAMPLES; i++)
            assert_int_equal(got[i], sent[i] / 65536);
        free(got);
        source->ops->close(source);
    }
    free(sent);
}

static void s24_files_come_unchanged(void **state)
{
    static const int formats[] = {SF_FORMAT_WAV, SF_FORMAT_FLAC};
    int32_t *sent = make_samples(24);

    (void)state;
    for (size_t f = 0; f < 2; f++) {
        struct source *source;
        uint8_t *got;
        write_file("s24", formats[f] | SF_FORMAT_PCM_24, sent);
        source = open_file(0);
        expect_format(source, TAPEMAP_S24);
        got = read_all(source, 3);
        for (size_t i = 0; i < SAMPLES; i++)
            assert_memory_equal(got + 3 * i, (const uint8_t *)&sent[i] + 1, 3);
        free(got);
        source->ops->close(source);
    }
    free(sent);
}

static void s32_files_come_unchanged(void **state)
{
    int32_t *sent = make_samples(32);
    struct source *source;
    int32_t *got;

    (void)state;
    write_file("s32", SF_FORMAT_RF64 | SF_FORMAT_PCM_32, sent);
    source = open_file(0);
    expect_format(source, TAPEMAP_S32);
    got = read_all(source, 4);
    assert_memory_equal(got, sent, SAMPLES * 4);
    free(got);
    source->ops->close(source);
    free(sent);
}

static float *make_floats(void)
{
    int32_t *bits = make_samples(24);
    float *floats = malloc(SAMPLES * sizeof *floats);

    assert_non_null(floats);
    for (size_t i = 0; i < SAMPLES; i++)
        floats[i] = (float)bits[i] / 1073741824.0f; /* up to 2.0: over full scale */
    free(bits);
    return floats;
}

static void write_floats(int format, const float *floats)
{
    SF_INFO info = {.samplerate = 44100, .channels = CHANNELS, .format = format};
    SNDFILE *file = sf_open(path_of("f32"), SFM_WRITE, &info);

    assert_non_null(file);
    assert_int_equal(sf_write_float(file, floats, SAMPLES), SAMPLES);
    assert_int_equal(sf_close(file), 0);
}

static void floats_come_unchanged_over_full_scale_too(void **state)
{
    static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_FLOAT,
                                  SF_FORMAT_W64 | SF_FORMAT_DOUBLE};
    float *sent = make_floats();

    (void)state;
    for (size_t f = 0; f < 2; f++) {
        struct source *source;
        float *got;
        write_floats(formats[f], sent);
        source = open_file(0);
        expect_format(source, TAPEMAP_F32);
        got = read_all(source, 4);
        assert_memory_equal(got, sent, SAMPLES * 4);
        free(got);
        source->ops->close(source);
    }
    free(sent);
}

static void vorbis_is_f32_and_as_long_as_it_says(void **state)
{
    int32_t *sent = make_samples(16);
    struct source *source;

    (void)state;
    write_file("v.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, sent);
    source = open_file(0);
    expect_format(source, TAPEMAP_F32);
    free(read_all(source, 4));
    source->ops->close(source);
    free(sent);
}

/* ---- wishes ---- */

static void s16_widens_exactly(void **state)
{
    int32_t *sent = make_samples(16);
    struct source *source;
    float *floats;
    int32_t *wide;

    (void)state;
    write_file("wide.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, sent);
    source = open_file(TAPEMAP_S32);
    wide = read_all(source, 4);
    assert_memory_equal(wide, sent, SAMPLES * 4);
    source->ops->close(source);
    source = open_file(TAPEMAP_F32);
    floats = read_all(source, 4);
    for (size_t i = 0; i < SAMPLES; i++)
        assert_true(floats[i] * 32768.0f == (float)(sent[i] / 65536));
    source->ops->close(source);
    free(wide);
    free(floats);
    free(sent);
}

static void floats_saturate_when_narrowed(void **state)
{
    float *sent = make_floats();
    struct source *source;
    int16_t *got;

    (void)state;
    write_floats(SF_FORMAT_WAV | SF_FORMAT_FLOAT, sent);
    source = open_file(TAPEMAP_S16);
    got = read_all(source, 2);
    for (size_t i = 0; i < SAMPLES; i++) {
        double wanted = fmax(-32768.0, fmin(32767.0, (double)sent[i] * 32768.0));
        assert_true(fabs(got[i] - wanted) <= 0.5);
    }
    source->ops->close(source);
    free(got);
    free(sent);
}

static void refuses_other_channels_and_another_rate(void **state)
{
    int32_t *sent = make_samples(16);
    struct source_wish same = {{0, CHANNELS, 44100}};
    struct source_wish mono = {{0, 1, 0}};
    struct source_wish rate = {{0, 0, 48000}};
    struct source *source;
    struct failure failure;

    (void)state;
    write_file("two.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, sent);
    assert_int_equal(try_open(&same, &source, &failure), TAPEMAP_OK);
    source->ops->close(source);
    assert_int_equal(try_open(&mono, &source, &failure), TAPEMAP_E_UNSUPPORTED);
    assert_non_null(strstr(failure.text, "has 2 channels, and 1 were asked for"));
    assert_non_null(strstr(failure.text, "; leave out --channels"));
    assert_int_equal(try_open(&rate, &source, &failure), TAPEMAP_E_UNSUPPORTED);
    assert_non_null(strstr(failure.text, "is at 44100 Hz, and 48000 Hz was asked for"));
    assert_non_null(strstr(failure.text, "; leave out --rate"));
    free(sent);
}

/* ---- what is no audio ---- */

static void expect_refusal(enum tapemap_status status, const char *says)
{
    struct source_wish wish = {{0}};
    struct source *source;
    struct failure failure;

    assert_int_equal(try_open(&wish, &source, &failure), status);
    assert_null(source);
    if (!strstr(failure.text, says) || !strchr(failure.text, ';'))
        fail_msg("it says: %s", failure.text);
}

static void write_bytes(const char *name, const char *bytes, size_t count)
{
    FILE *file = fopen(path_of(name), "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static void refuses_what_is_no_audio_file(void **state)
{
    struct source_wish wish = {{0}};
    struct source *source;
    struct failure failure;

    (void)state;
    assert_int_equal(source_open("audio", &wish, &source, &failure), TAPEMAP_E_SYNTAX);
    assert_int_equal(source_open("audio:", &wish, &source, &failure), TAPEMAP_E_SYNTAX);
    path_of("nothing.wav");
    expect_refusal(TAPEMAP_E_ARGUMENT, "there is no file");
    path_of("nothing.wav/more");
    expect_refusal(TAPEMAP_E_ARGUMENT, "there is no file");
    path_of(".");
    expect_refusal(TAPEMAP_E_ARGUMENT, "is a folder");
    write_bytes("empty.wav", "", 0);
    expect_refusal(TAPEMAP_E_DATA, "is empty");
    remove(file_path);
    write_bytes("letter.txt", "Dear Sir or Madam, this is not a sound file at all.\n", 52);
    expect_refusal(TAPEMAP_E_DATA, "is no audio file");
    remove(file_path);
    assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
    expect_refusal(TAPEMAP_E_ARGUMENT, "is not an ordinary file");
}

static void refuses_a_file_of_no_frames(void **state)
{
    SF_INFO info = {.samplerate = 8000, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16};

    (void)state;
    assert_int_equal(sf_close(sf_open(path_of("none.wav"), SFM_WRITE, &info)), 0);
    expect_refusal(TAPEMAP_E_DATA, "holds no audio");
}

static void opens_a_path_with_colons_and_letters_of_all_kinds(void **state)
{
    int32_t *sent = make_samples(16);
    struct source *source;

    (void)state;
    write_file("12:30 \xC3\xA4\xE2\x82\xAC.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, sent);
    source = open_file(0);
    assert_string_equal(source->description, "audio: 12:30 \xC3\xA4\xE2\x82\xAC.wav");
    free(read_all(source, 2));
    source->ops->close(source);
    free(sent);
}

#define FILE_TEST(name) cmocka_unit_test_teardown(name, remove_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(s16_files_come_unchanged),
        FILE_TEST(bytes_become_s16),
        FILE_TEST(s24_files_come_unchanged),
        FILE_TEST(s32_files_come_unchanged),
        FILE_TEST(floats_come_unchanged_over_full_scale_too),
        FILE_TEST(vorbis_is_f32_and_as_long_as_it_says),
        FILE_TEST(s16_widens_exactly),
        FILE_TEST(floats_saturate_when_narrowed),
        FILE_TEST(refuses_other_channels_and_another_rate),
        FILE_TEST(refuses_what_is_no_audio_file),
        FILE_TEST(refuses_a_file_of_no_frames),
        FILE_TEST(opens_a_path_with_colons_and_letters_of_all_kinds),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
