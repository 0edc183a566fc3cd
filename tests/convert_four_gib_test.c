/* SPDX-License-Identifier: MIT */
/* Files of more than 4 GiB, read again by libsndfile and ffmpeg. Their zeros are holes, which cost
   no disk. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sndfile.h>

#include "sound_encoder.h"

#define PATH "convert_four_gib_test.out"
#define RATE_HZ 48000u
#define FRAMES ((UINT64_C(1) << 30) + 70000) /* of four bytes */
#define TAIL_FRAMES 9000u                    /* a ramp, at the end */
#define BLOCK_FRAMES 65536u

/* ---- A file with holes, in place of file_output_posix.c -------------------------------------- */

struct file_output {
    int descriptor;
    uint64_t bytes;
};

static struct file_output sparse;

static bool is_zero(const unsigned char *bytes, size_t count)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, count - 1) == 0;
}

uint32_t file_output_write_at(struct file_output *output, uint64_t offset, const void *bytes,
                              size_t count)
{
    if (count > 0 && !is_zero(bytes, count))
        assert_int_equal(pwrite(output->descriptor, bytes, count, (off_t)offset), count);
    return 0;
}

uint32_t file_output_write(struct file_output *output, const void *bytes, size_t count)
{
    file_output_write_at(output, output->bytes, bytes, count);
    output->bytes += count;
    return 0;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static int16_t expected(uint64_t frame)
{
    return frame < FRAMES - TAIL_FRAMES ? 0 : (int16_t)(frame - (FRAMES - TAIL_FRAMES) + 1);
}

static void write_frames(struct sound_encoder *encoder)
{
    static int16_t block[2 * BLOCK_FRAMES];
    struct sound_fault fault;
    for (uint64_t frame = 0; frame < FRAMES; frame += BLOCK_FRAMES) {
        uint64_t count = FRAMES - frame < BLOCK_FRAMES ? FRAMES - frame : BLOCK_FRAMES;
        for (size_t i = 0; i < count && frame + count > FRAMES - TAIL_FRAMES; i++)
            block[2 * i] = block[2 * i + 1] = expected(frame + i);
        if (!sound_encoder_write(encoder, block, count, &fault))
            fail_msg("%s", fault.words);
    }
    memset(block, 0, sizeof block);
}

static void encode(const char *name)
{
    static const struct tapemap_record mark = {
        .position = FRAMES - 100, .kind = TAPEMAP_RECORD_MARK, .text = "late"};
    struct sound_description description = {.container = sound_container_named(name),
                                            .format = TAPEMAP_S16,
                                            .channels = 2,
                                            .sample_rate_hz = RATE_HZ,
                                            .frames = FRAMES,
                                            .records = &mark,
                                            .record_count = 1,
                                            .deck = "studio",
                                            .tape = "0123456789abcdef",
                                            .utc_ns = UINT64_C(1763733845000000000)};
    struct sound_encoder *encoder = NULL;
    struct sound_fault fault;
    sparse = (struct file_output){.descriptor = open(PATH, O_RDWR | O_CREAT | O_TRUNC, 0666)};
    assert_true(sparse.descriptor >= 0);
    assert_true(sound_encoder_begin(&description, &sparse, &encoder, &fault));
    assert_int_equal(sound_encoder_left_out(encoder), 0);
    write_frames(encoder);
    if (!sound_encoder_finish(encoder, &fault))
        fail_msg("%s", fault.words);
    assert_int_equal(ftruncate(sparse.descriptor, (off_t)sparse.bytes), 0);
    close(sparse.descriptor);
}

/* ---- Reading --------------------------------------------------------------------------------- */

static SNDFILE *open_again(void)
{
    SF_INFO info = {0};
    SNDFILE *sound = sf_open(PATH, SFM_READ, &info);
    assert_non_null(sound);
    assert_int_equal(info.frames, FRAMES);
    assert_int_equal(info.channels, 2);
    assert_int_equal(info.samplerate, RATE_HZ);
    return sound;
}

static void check_tail(const int16_t *samples, uint64_t from)
{
    for (uint64_t frame = from; frame < FRAMES; frame++, samples += 2)
        if (samples[0] != expected(frame) || samples[1] != expected(frame))
            fail_msg("frame %llu is %d", (unsigned long long)frame, samples[0]);
}

static void check_by_libsndfile(SNDFILE *sound)
{
    static int16_t samples[2 * (TAIL_FRAMES + 10)];
    uint64_t from = FRAMES - TAIL_FRAMES - 10;
    assert_int_equal(sf_seek(sound, (sf_count_t)from, SF_SEEK_SET), from);
    assert_int_equal(sf_readf_short(sound, samples, TAIL_FRAMES + 10), TAIL_FRAMES + 10);
    check_tail(samples, from);
}

/* Where there is an ffmpeg. */
static void check_by_ffmpeg(void)
{
    static int16_t samples[2 * RATE_HZ];
    uint64_t from = FRAMES / RATE_HZ * RATE_HZ; /* the last whole second */
    char command[128];
    if (system("ffmpeg -version >ffmpeg.out 2>&1") != 0)
        return;
    snprintf(command, sizeof command, "ffmpeg -v error -ss %llu -i " PATH " -f s16le - </dev/null",
             (unsigned long long)(from / RATE_HZ));
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_int_equal(fread(samples, 4, RATE_HZ, pipe), FRAMES - from);
    assert_int_equal(pclose(pipe), 0);
    check_tail(samples, from);
}

/* Of RF64, libsndfile 1.2 reads no cue points: so by hand. */
static void check_cue(void)
{
    unsigned char id[4];
    unsigned char end[8 + 4 + 24 + 8 + 4 + 8 + 4 + 6]; /* a point, and its label "late" */
    FILE *file = fopen(PATH, "rb");
    assert_non_null(file);
    assert_int_equal(fread(id, 1, 4, file), 4);
    assert_memory_equal(id, "RF64", 4);
    assert_int_equal(fseek(file, -(long)sizeof end, SEEK_END), 0);
    assert_int_equal(fread(end, 1, sizeof end, file), sizeof end);
    fclose(file);
    assert_memory_equal(end, "cue ", 4);
    uint64_t position = end[16] | (uint64_t)end[17] << 8 | (uint64_t)end[18] << 16 |
                        (uint64_t)end[19] << 24;
    assert_int_equal(position, FRAMES - 100);
    assert_memory_equal(end + sizeof end - 6, "late", 5);
}

static void wav_becomes_rf64_and_is_read_to_its_end(void **state)
{
    (void)state;
    encode("wav");
    SNDFILE *sound = open_again();
    check_by_libsndfile(sound);
    sf_close(sound);
    check_by_ffmpeg();
    check_cue();
}

static void w64_and_caf_are_read_to_their_ends(void **state)
{
    (void)state;
    static const char *const names[] = {"w64", "caf"};
    for (size_t i = 0; i < 2; i++) {
        encode(names[i]);
        SNDFILE *sound = open_again();
        check_by_libsndfile(sound);
        sf_close(sound);
        check_by_ffmpeg();
    }
}

static int remove_files(void **state)
{
    (void)state;
    remove(PATH);
    remove("ffmpeg.out");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wav_becomes_rf64_and_is_read_to_its_end),
        cmocka_unit_test(w64_and_caf_are_read_to_their_ends),
    };
    return cmocka_run_group_tests(tests, NULL, remove_files);
}
