/* SPDX-License-Identifier: MIT */
/*
 * bench_make_flac FILE SECONDS: a FLAC file of silence, 48 kHz stereo 16 bit, in frames of 4096
 * samples as the usual encoder makes them, but written straight down: encoding a week would take
 * minutes.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "program.h"

#define RATE_HZ 48000u
#define BLOCK_FRAMES 4096u

static unsigned crc(const unsigned char *bytes, size_t count, unsigned width, unsigned polynomial)
{
    unsigned top = 1u << (width - 1);
    unsigned value = 0;

    for (size_t i = 0; i < count; i++) {
        value ^= (unsigned)bytes[i] << (width - 8);
        for (int bit = 0; bit < 8; bit++)
            value = value & top ? (value << 1) ^ polynomial : value << 1;
    }
    return value & ((1u << width) - 1);
}

/* The frame's number as if it were a character in UTF-8, which up to six bytes can hold. */
static size_t put_number(unsigned char *bytes, uint32_t number)
{
    unsigned more = 0;

    if (number < 0x80) {
        bytes[0] = (unsigned char)number;
        return 1;
    }
    while (more < 5 && number >> (6 * more) >= 1u << (6 - more))
        more++;
    bytes[0] = (unsigned char)((0xFFu << (7 - more)) | (number >> (6 * more)));
    for (unsigned i = 1; i <= more; i++)
        bytes[i] = (unsigned char)(0x80 | ((number >> (6 * (more - i))) & 0x3F));
    return more + 1;
}

/* Returns its length. Both channels are constant: nothing but zeros. */
static size_t make_frame(unsigned char bytes[32], uint32_t number)
{
    /* 4096 samples, 48 kHz; two channels, 16 bits */
    static const unsigned char head[4] = {0xFF, 0xF8, 0xCA, 0x18};
    size_t length = 4;

    for (size_t i = 0; i < 4; i++)
        bytes[i] = head[i];
    length += put_number(bytes + length, number);
    bytes[length] = (unsigned char)crc(bytes, length, 8, 0x07);
    length++;
    for (int i = 0; i < 6; i++)
        bytes[length++] = 0;
    unsigned check = crc(bytes, length, 16, 0x8005);
    bytes[length++] = (unsigned char)(check >> 8);
    bytes[length++] = (unsigned char)check;
    return length;
}

static void put_head(FILE *file, uint64_t frames)
{
    unsigned char head[42] = {'f', 'L', 'a', 'C', 0x80, 0, 0, 34};
    uint64_t format = (uint64_t)RATE_HZ << 44 | UINT64_C(1) << 41 | UINT64_C(15) << 36 | frames;

    head[8] = head[10] = BLOCK_FRAMES >> 8;
    for (int i = 0; i < 8; i++)
        head[18 + i] = (unsigned char)(format >> (56 - 8 * i));
    fwrite(head, sizeof head, 1, file);
}

static int run(int argc, char **argv)
{
    unsigned char frame[32];
    FILE *file = argc == 3 ? fopen(argv[1], "wb") : NULL;

    if (!file) {
        fprintf(stderr, "bench_make_flac: no file; name one that can be written, and its length\n");
        return 1;
    }
    uint64_t blocks = strtoull(argv[2], NULL, 10) * RATE_HZ / BLOCK_FRAMES + 1;
    put_head(file, blocks * BLOCK_FRAMES);
    for (uint64_t i = 0; i < blocks; i++)
        fwrite(frame, make_frame(frame, (uint32_t)i), 1, file);
    int failed = ferror(file);
    return fclose(file) != 0 || failed ? 1 : 0;
}

int main(void)
{
    return program_run(run);
}
