/* SPDX-License-Identifier: MIT */
/* Audio files that hold less than they say: what is there comes, and then the failure. */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sndfile.h>

#include "audio_fixture.h"

/* Cuts the file at file_path to `part` of `of` of its length: a download that stopped half-way. */
static void cut_file(unsigned part, unsigned of)
{
    struct stat facts;

    assert_int_equal(stat(file_path, &facts), 0);
    assert_int_equal(truncate(file_path, facts.st_size * part / of), 0);
}

/* Reads s16 until no more comes, expects `status` then, and returns the number of frames. */
static size_t read_until(enum tapemap_status status, const int32_t *sent, struct failure *failure)
{
    struct source *source = open_file(TAPEMAP_S16);
    int16_t *got = malloc(SAMPLES * 2);
    enum tapemap_status ended;
    size_t done = 0;

    assert_non_null(got);
    do {
        size_t count = 0;
        size_t room = FRAMES - done > 0 ? FRAMES - done : 1;
        ended = source->ops->read(source, got + done * CHANNELS, room, &count, failure);
        done += count;
    } while (ended == TAPEMAP_OK && done <= FRAMES);
    assert_int_equal(ended, status);
    for (size_t i = 0; i < done * CHANNELS; i++)
        assert_int_equal(got[i], sent[i] / 65536);
    source->ops->close(source);
    free(got);
    return done;
}

static void flac_that_breaks_off_is_a_failure_at_its_end(void **state)
{
    int32_t *sent = make_samples(16);
    struct failure failure = {0};

    (void)state;
    write_file("half.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, sent);
    cut_file(1, 2);
    assert_in_range(read_until(TAPEMAP_E_DATA, sent, &failure), 1, FRAMES * 3 / 4);
    assert_non_null(strchr(failure.text, ';'));
    free(sent);
}

static void put_u32(FILE *file, long at, uint32_t value)
{
    uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                        (uint8_t)(value >> 24)};

    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, sizeof bytes, file), sizeof bytes);
}

/* Makes the header of the WAV at file_path say that so many bytes of audio follow. */
static void promise_bytes(uint32_t bytes)
{
    FILE *file = fopen(file_path, "r+b");

    assert_non_null(file);
    put_u32(file, 4, bytes ? bytes : 8); /* 8: the sum of nothing, as in a file never closed */
    put_u32(file, 40, bytes);
    assert_int_equal(fclose(file), 0);
}

static void wave_that_breaks_off_is_a_failure_at_its_end(void **state)
{
    static const int formats[] = {
        SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAVEX | SF_FORMAT_PCM_24,
        SF_FORMAT_RF64 | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG};
    int32_t *sent = make_samples(16);

    (void)state;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        struct failure failure = {0};
        write_file("half.wav", formats[f], sent);
        cut_file(1, 2);
        assert_in_range(read_until(TAPEMAP_E_DATA, sent, &failure), FRAMES / 2 - 50, FRAMES / 2);
        assert_non_null(strstr(failure.text, "breaks off after 0.3"));
        assert_non_null(strstr(failure.text, " s of 0.680 s; get the whole file"));
    }
    free(sent);
}

static void wave_of_two_gibibytes_breaks_off(void **state)
{
    int32_t *sent = make_samples(16);
    struct failure failure = {0};

    (void)state;
    write_file("long.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, sent);
    promise_bytes(0x80010000);
    assert_int_equal(read_until(TAPEMAP_E_DATA, sent, &failure), FRAMES);
    assert_non_null(strstr(failure.text, "breaks off after 0.680 s of 12174."));
    free(sent);
}

static void wave_without_its_last_byte_breaks_off(void **state)
{
    int32_t *sent = make_samples(16);
    struct failure failure = {0};
    struct stat facts;

    (void)state;
    write_file("most.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, sent);
    assert_int_equal(stat(file_path, &facts), 0);
    assert_int_equal(truncate(file_path, facts.st_size - 1), 0);
    assert_int_equal(read_until(TAPEMAP_E_DATA, sent, &failure), FRAMES - 1);
    free(sent);
}

/* arecord, sox, ffmpeg and others, into a pipe: the writer does not know how much will come. */
static void wave_of_a_stream_ends_where_it_ends(void **state)
{
    static const uint32_t sizes[] = {0,          0x7FFFF000, 0x7FFFEFFC, 0x7FFFFFFF,
                                     0x80000000, 0xFFFFFFD3, 0xFFFFFFFF};
    int32_t *sent = make_samples(16);

    (void)state;
    write_file("pipe.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, sent);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct failure failure = {0};
        promise_bytes(sizes[i]);
        assert_int_equal(read_until(TAPEMAP_E_ENDED, sent, &failure), FRAMES);
    }
    free(sent);
}

#define FILE_TEST(name) cmocka_unit_test_teardown(name, remove_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(flac_that_breaks_off_is_a_failure_at_its_end),
        FILE_TEST(wave_that_breaks_off_is_a_failure_at_its_end),
        FILE_TEST(wave_of_two_gibibytes_breaks_off),
        FILE_TEST(wave_without_its_last_byte_breaks_off),
        FILE_TEST(wave_of_a_stream_ends_where_it_ends),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
