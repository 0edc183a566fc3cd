/* SPDX-License-Identifier: MIT */
/*
 * The chunks that the headers of plain files and of tapes have in common: for wave_header.c,
 * wave_tape_header.c, and who completes or repairs such files (client/finish).
 *
 *        0  RIFF or RF64, its size, WAVE
 *       12  JUNK or ds64, 28 bytes: sizes as 64 bits, then the length of a table, which is 0
 *       48  fmt, 16 bytes for s16 mono and stereo; else 40 bytes (WAVE_FORMAT_EXTENSIBLE)
 *       96  fact, 4 bytes, for f32 only: the number of frames
 */
#ifndef TAPEMAP_WAVE_CHUNKS_H
#define TAPEMAP_WAVE_CHUNKS_H

#include <stdbool.h>
#include <stdint.h>

#include "wave_header.h"

#define WAVE_SIZE_ELSEWHERE 0xFFFFFFFFu /* in a 32-bit size: unknown, or to be found in ds64 */

enum {
    WAVE_RIFF_ID_AT = 0,
    WAVE_RIFF_SIZE_AT = 4,
    WAVE_DS64_ID_AT = 12,
    WAVE_DS64_RIFF_AT = 20,
    WAVE_DS64_DATA_AT = 28,
    WAVE_DS64_FRAMES_AT = 36,
    WAVE_FACT_FRAMES_AT = 104,
};

/* A chunk's id as the number that its four characters are in a little-endian file. */
#define WAVE_ID(a, b, c, d) \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)
#define WAVE_ID_RIFF WAVE_ID('R', 'I', 'F', 'F')
#define WAVE_ID_RF64 WAVE_ID('R', 'F', '6', '4')
#define WAVE_ID_WAVE WAVE_ID('W', 'A', 'V', 'E')
#define WAVE_ID_JUNK WAVE_ID('J', 'U', 'N', 'K')
#define WAVE_ID_DS64 WAVE_ID('d', 's', '6', '4')
#define WAVE_ID_FMT WAVE_ID('f', 'm', 't', ' ')
#define WAVE_ID_FACT WAVE_ID('f', 'a', 'c', 't')
#define WAVE_ID_BEXT WAVE_ID('b', 'e', 'x', 't')
#define WAVE_ID_DATA WAVE_ID('d', 'a', 't', 'a')

/* What a header says about lengths: the 32-bit fields, and those of ds64 while is_rf64. */
struct wave_sizes {
    bool is_rf64;
    uint32_t riff32, data32, frames32;
    uint64_t riff, data, frames;
};

/*
 * The sizes of a file whose audio begins at byte `audio_at` and is followed, behind its pad byte,
 * by chunks of `tail_bytes`.
 * frames: WAVE_FRAMES_UNKNOWN for a stream. frames * frame_bytes + tail_bytes must stay below 2^63.
 */
struct wave_sizes wave_sizes_of(const struct wave_format *format, uint64_t frames,
                                uint32_t audio_at, uint64_t tail_bytes);

/* Bytes of one frame. */
uint32_t wave_frame_bytes(const struct wave_format *format);

/* Bytes of everything up to and with `fmt ` and `fact`. */
uint32_t wave_front_bytes(const struct wave_format *format);

/* Each puts bytes at `at`, of any alignment, and returns where the next ones go. */
uint8_t *wave_put_u16(uint8_t *at, uint32_t value);
uint8_t *wave_put_u32(uint8_t *at, uint32_t value);
uint8_t *wave_put_u64(uint8_t *at, uint64_t value);
uint8_t *wave_put_chunk(uint8_t *at, uint32_t id, uint32_t bytes);
uint8_t *wave_put_front(uint8_t *at, const struct wave_format *format,
                        const struct wave_sizes *sizes);

#endif
