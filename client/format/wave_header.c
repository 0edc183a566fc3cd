/* SPDX-License-Identifier: MIT */
#include "wave_header.h"

#include <string.h>

#include "pcm.h"
#include "wave_chunks.h"

enum {
    RIFF_BYTES = 12,
    CHUNK_HEADER_BYTES = 8,
    DS64_BYTES = 28,
    FMT_PCM_BYTES = 16,
    FMT_EXTENSIBLE_BYTES = 40,
    FACT_BYTES = 4,
    TAG_PCM = 1,
    TAG_FLOAT = 3,
    TAG_EXTENSIBLE = 0xFFFE,
};

/* The GUID that a format tag becomes in an extensible fmt chunk, without its first two bytes. */
static const uint8_t subformat_tail[14] = {0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80,
                                           0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71};

uint8_t *wave_put_u16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value & 0xFF);
    at[1] = (uint8_t)(value >> 8 & 0xFF);
    return at + 2;
}

uint8_t *wave_put_u32(uint8_t *at, uint32_t value)
{
    return wave_put_u16(wave_put_u16(at, value & 0xFFFF), value >> 16);
}

uint8_t *wave_put_u64(uint8_t *at, uint64_t value)
{
    return wave_put_u32(wave_put_u32(at, (uint32_t)value), (uint32_t)(value >> 32));
}

uint8_t *wave_put_chunk(uint8_t *at, uint32_t id, uint32_t bytes)
{
    return wave_put_u32(wave_put_u32(at, id), bytes);
}

static bool is_plain_pcm(const struct wave_format *format)
{
    return format->sample_format == TAPEMAP_S16 && format->channels <= 2;
}

static bool has_fact(const struct wave_format *format)
{
    return format->sample_format == TAPEMAP_F32;
}

static bool is_in_range(const struct wave_format *format)
{
    return pcm_sample_bytes(format->sample_format) != 0 && format->channels >= 1 &&
           format->channels <= TAPEMAP_MAX_CHANNELS && format->sample_rate_hz >= 1 &&
           format->sample_rate_hz <= TAPEMAP_MAX_RATE_HZ;
}

uint32_t wave_frame_bytes(const struct wave_format *format)
{
    return format->channels * pcm_sample_bytes(format->sample_format);
}

uint32_t wave_front_bytes(const struct wave_format *format)
{
    uint32_t fmt = is_plain_pcm(format) ? FMT_PCM_BYTES : FMT_EXTENSIBLE_BYTES;
    uint32_t fact = has_fact(format) ? CHUNK_HEADER_BYTES + FACT_BYTES : 0;
    return RIFF_BYTES + CHUNK_HEADER_BYTES + DS64_BYTES + CHUNK_HEADER_BYTES + fmt + fact;
}

uint32_t wave_pad_bytes(const struct wave_format *format, uint64_t frames)
{
    if (frames == WAVE_FRAMES_UNKNOWN)
        return 0;
    return (uint32_t)(frames & wave_frame_bytes(format) & 1);
}

struct wave_sizes wave_sizes_of(const struct wave_format *format, uint64_t frames,
                                uint32_t audio_at, uint64_t tail_bytes)
{
    struct wave_sizes sizes = {
        .riff32 = WAVE_SIZE_ELSEWHERE,
        .data32 = WAVE_SIZE_ELSEWHERE,
        .frames32 = WAVE_SIZE_ELSEWHERE,
    };
    if (frames == WAVE_FRAMES_UNKNOWN)
        return sizes;
    sizes.frames = frames;
    sizes.data = frames * wave_frame_bytes(format);
    sizes.riff = audio_at - CHUNK_HEADER_BYTES + sizes.data + wave_pad_bytes(format, frames) +
                 tail_bytes;
    sizes.is_rf64 = sizes.riff >= WAVE_SIZE_ELSEWHERE;
    if (!sizes.is_rf64) {
        sizes.riff32 = (uint32_t)sizes.riff;
        sizes.data32 = (uint32_t)sizes.data;
        sizes.frames32 = (uint32_t)sizes.frames;
    }
    return sizes;
}

/* Speakers as Windows numbers them; layouts that have no usual one name none. */
static uint32_t channel_mask(uint32_t channels)
{
    switch (channels) {
    case 1:
        return 0x4; /* front centre */
    case 2:
        return 0x3; /* front left, right */
    case 4:
        return 0x33; /* front and back left, right */
    case 6:
        return 0x3F; /* 5.1 with back speakers */
    case 8:
        return 0x63F; /* 7.1 with side speakers */
    default:
        return 0;
    }
}

static uint8_t *put_fmt(uint8_t *at, const struct wave_format *format)
{
    uint32_t tag = format->sample_format == TAPEMAP_F32 ? TAG_FLOAT : TAG_PCM;
    uint32_t bits = pcm_sample_bytes(format->sample_format) * 8;
    bool is_plain = is_plain_pcm(format);
    at = wave_put_chunk(at, WAVE_ID_FMT, is_plain ? FMT_PCM_BYTES : FMT_EXTENSIBLE_BYTES);
    at = wave_put_u16(at, is_plain ? tag : TAG_EXTENSIBLE);
    at = wave_put_u16(at, format->channels);
    at = wave_put_u32(at, format->sample_rate_hz);
    at = wave_put_u32(at, format->sample_rate_hz * wave_frame_bytes(format));
    at = wave_put_u16(at, wave_frame_bytes(format));
    at = wave_put_u16(at, bits);
    if (is_plain)
        return at;
    at = wave_put_u16(at, 22); /* bytes of the extension */
    at = wave_put_u16(at, bits);
    at = wave_put_u32(at, channel_mask(format->channels));
    at = wave_put_u16(at, tag);
    memcpy(at, subformat_tail, sizeof subformat_tail);
    return at + sizeof subformat_tail;
}

uint8_t *wave_put_front(uint8_t *at, const struct wave_format *format,
                        const struct wave_sizes *sizes)
{
    at = wave_put_chunk(at, sizes->is_rf64 ? WAVE_ID_RF64 : WAVE_ID_RIFF, sizes->riff32);
    at = wave_put_u32(at, WAVE_ID_WAVE);
    at = wave_put_chunk(at, sizes->is_rf64 ? WAVE_ID_DS64 : WAVE_ID_JUNK, DS64_BYTES);
    at = wave_put_u64(at, sizes->is_rf64 ? sizes->riff : 0);
    at = wave_put_u64(at, sizes->is_rf64 ? sizes->data : 0);
    at = wave_put_u64(at, sizes->is_rf64 ? sizes->frames : 0);
    at = wave_put_u32(at, 0);
    at = put_fmt(at, format);
    if (!has_fact(format))
        return at;
    at = wave_put_chunk(at, WAVE_ID_FACT, FACT_BYTES);
    return wave_put_u32(at, sizes->frames32);
}

size_t wave_header_make(const struct wave_format *format, uint64_t frames, uint64_t tail_bytes,
                        void *header)
{
    if (!is_in_range(format))
        return 0;
    uint32_t bytes = wave_front_bytes(format) + CHUNK_HEADER_BYTES;
    struct wave_sizes sizes = wave_sizes_of(format, frames, bytes, tail_bytes);
    uint8_t *at = wave_put_front(header, format, &sizes);
    wave_put_chunk(at, WAVE_ID_DATA, sizes.data32);
    return bytes;
}
