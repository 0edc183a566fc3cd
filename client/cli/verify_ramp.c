/* SPDX-License-Identifier: MIT */
#include "verify_ramp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tapemap/ramp.h"

/* Expected frames are made in blocks that stay in the first-level cache, then compared whole. */
#define VERIFY_BLOCK_BYTES 16384u

static void ramp_make_s16(uint32_t channels, uint64_t position, uint64_t count, void *frames)
{
    int16_t *out = frames;
    for (uint64_t i = 0; i < count; i++)
        for (uint32_t channel = 0; channel < channels; channel++)
            *out++ = (int16_t)(tapemap_ramp_sample(channel, position + i) >> 8);
}

static void ramp_make_s24(uint32_t channels, uint64_t position, uint64_t count, void *frames)
{
    unsigned char *out = frames;
    for (uint64_t i = 0; i < count; i++) {
        for (uint32_t channel = 0; channel < channels; channel++) {
            uint32_t bits = (uint32_t)tapemap_ramp_sample(channel, position + i);
            *out++ = (unsigned char)(bits & 0xFFu);
            *out++ = (unsigned char)(bits >> 8 & 0xFFu);
            *out++ = (unsigned char)(bits >> 16 & 0xFFu);
        }
    }
}

static void ramp_make_s32(uint32_t channels, uint64_t position, uint64_t count, void *frames)
{
    uint32_t *out = frames;
    for (uint64_t i = 0; i < count; i++)
        for (uint32_t channel = 0; channel < channels; channel++)
            *out++ = (uint32_t)tapemap_ramp_sample(channel, position + i) << 8;
}

static void ramp_make_f32(uint32_t channels, uint64_t position, uint64_t count, void *frames)
{
    float *out = frames;
    for (uint64_t i = 0; i < count; i++)
        for (uint32_t channel = 0; channel < channels; channel++)
            *out++ = (float)tapemap_ramp_sample(channel, position + i) * (1.0f / 8388608.0f);
}

void verify_ramp_make(const struct verify_shape *shape, uint64_t position, uint64_t count,
                      void *frames)
{
    switch (shape->format) {
    case TAPEMAP_S16:
        ramp_make_s16(shape->channels, position, count, frames);
        break;
    case TAPEMAP_S24:
        ramp_make_s24(shape->channels, position, count, frames);
        break;
    case TAPEMAP_S32:
        ramp_make_s32(shape->channels, position, count, frames);
        break;
    case TAPEMAP_F32:
        ramp_make_f32(shape->channels, position, count, frames);
        break;
    }
}

/* How many whole frames two blocks have in common, from their beginnings. */
static uint64_t verify_common_frames(const unsigned char *one, const unsigned char *other,
                                     uint32_t frame_bytes, uint64_t count)
{
    uint64_t frame = 0;
    while (frame < count &&
           memcmp(one + frame * frame_bytes, other + frame * frame_bytes, frame_bytes) == 0)
        frame++;
    return frame;
}

uint64_t verify_ramp_run(const struct verify_shape *shape, uint64_t position, const void *frames,
                         uint64_t count)
{
    uint32_t expected[VERIFY_BLOCK_BYTES / 4]; /* words, for the alignment of every format */
    const unsigned char *in = frames;
    uint64_t block = VERIFY_BLOCK_BYTES / shape->frame_bytes;
    for (uint64_t done = 0; done < count;) {
        uint64_t part = count - done < block ? count - done : block;
        const unsigned char *found = in + done * shape->frame_bytes;
        verify_ramp_make(shape, position + done, part, expected);
        if (memcmp(expected, found, (size_t)part * shape->frame_bytes) != 0)
            return done + verify_common_frames((const unsigned char *)expected, found,
                                               shape->frame_bytes, part);
        done += part;
    }
    return count;
}

uint64_t verify_silence_run(const struct verify_shape *shape, const void *frames, uint64_t count)
{
    static const unsigned char silence[VERIFY_FRAME_BYTES] = {0};
    const unsigned char *in = frames;
    uint64_t frame = 0;
    while (frame < count &&
           memcmp(in + frame * shape->frame_bytes, silence, shape->frame_bytes) == 0)
        frame++;
    return frame;
}

uint32_t verify_first_channel(const struct verify_shape *shape, const void *one, const void *other)
{
    const unsigned char *first = one;
    const unsigned char *second = other;
    size_t bytes = shape->frame_bytes / shape->channels;
    uint32_t channel = 0;
    while (channel < shape->channels &&
           memcmp(first + channel * bytes, second + channel * bytes, bytes) == 0)
        channel++;
    return channel;
}

/* The left-justified bits of a sample of one of the whole-number formats. */
static int32_t verify_sample_bits(const unsigned char *sample, size_t bytes)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < bytes; i++)
        bits |= (uint32_t)sample[i] << (8 * (i + 4 - bytes));
    return (int32_t)((int64_t)(bits ^ 0x80000000u) - 2147483648);
}

void verify_print_sample(const struct verify_shape *shape, const void *frame, uint32_t channel,
                         char out[VERIFY_SAMPLE_BYTES])
{
    size_t bytes = shape->frame_bytes / shape->channels;
    const unsigned char *sample = (const unsigned char *)frame + channel * bytes;
    if (shape->format == TAPEMAP_F32) {
        float value;
        memcpy(&value, sample, sizeof value);
        snprintf(out, VERIFY_SAMPLE_BYTES, "%.9g", (double)value);
        return;
    }
    int32_t unit = bytes == 4 ? 1 : bytes == 3 ? 256 : 65536;
    snprintf(out, VERIFY_SAMPLE_BYTES, "%" PRId32, verify_sample_bits(sample, bytes) / unit);
}
