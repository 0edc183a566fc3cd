/* SPDX-License-Identifier: MIT */
#include "pcm.h"

#include <math.h>
#include <string.h>

uint32_t pcm_sample_bytes(enum tapemap_sample_format format)
{
    switch (format) {
    case TAPEMAP_S16: return 2;
    case TAPEMAP_S24: return 3;
    case TAPEMAP_S32: return 4;
    case TAPEMAP_F32: return 4;
    }
    return 0;
}

static int32_t load_s24(const unsigned char *bytes)
{
    uint32_t bits = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16;
    return (int32_t)(bits ^ 0x800000u) - 0x800000;
}

static void store_s24(unsigned char *bytes, int32_t value)
{
    bytes[0] = (unsigned char)(value & 0xFF);
    bytes[1] = (unsigned char)(value >> 8 & 0xFF);
    bytes[2] = (unsigned char)(value >> 16 & 0xFF);
}

void pcm_to_float(enum tapemap_sample_format format, const void *in, size_t samples, float *out)
{
    const int16_t *s16 = in;
    const unsigned char *s24 = in;
    const int32_t *s32 = in;
    switch (format) {
    case TAPEMAP_S16:
        for (size_t i = 0; i < samples; i++)
            out[i] = (float)s16[i] * (1.0f / 32768.0f);
        break;
    case TAPEMAP_S24:
        for (size_t i = 0; i < samples; i++)
            out[i] = (float)load_s24(s24 + 3 * i) * (1.0f / 8388608.0f);
        break;
    case TAPEMAP_S32:
        for (size_t i = 0; i < samples; i++)
            out[i] = (float)s32[i] * (1.0f / 2147483648.0f);
        break;
    case TAPEMAP_F32:
        memcpy(out, in, samples * sizeof *out);
        break;
    }
}

void pcm_from_s32(enum tapemap_sample_format format, const int32_t *in, size_t samples, void *out)
{
    int16_t *s16 = out;
    unsigned char *s24 = out;
    float *f32 = out;
    switch (format) {
    case TAPEMAP_S16:
        for (size_t i = 0; i < samples; i++)
            s16[i] = (int16_t)(in[i] >> 16);
        break;
    case TAPEMAP_S24:
        for (size_t i = 0; i < samples; i++)
            store_s24(s24 + 3 * i, in[i] >> 8);
        break;
    case TAPEMAP_S32:
        memcpy(out, in, samples * sizeof *in);
        break;
    case TAPEMAP_F32:
        for (size_t i = 0; i < samples; i++)
            f32[i] = (float)in[i] * (1.0f / 2147483648.0f);
        break;
    }
}

/* Rounded and clipped to a signed number of which `scale` is full scale. */
static int32_t quantize(float value, double scale)
{
    double scaled = floor((double)value * scale + 0.5);
    if (!(scaled > -scale)) /* not-a-number ends here too */
        return value < 0 ? (int32_t)-scale : 0;
    return scaled >= scale ? (int32_t)(scale - 1) : (int32_t)scaled;
}

void pcm_from_float(enum tapemap_sample_format format, const float *in, size_t samples, void *out)
{
    int16_t *s16 = out;
    unsigned char *s24 = out;
    int32_t *s32 = out;
    float *f32 = out;
    switch (format) {
    case TAPEMAP_S16:
        for (size_t i = 0; i < samples; i++)
            s16[i] = (int16_t)quantize(in[i], 32768.0);
        break;
    case TAPEMAP_S24:
        for (size_t i = 0; i < samples; i++)
            store_s24(s24 + 3 * i, quantize(in[i], 8388608.0));
        break;
    case TAPEMAP_S32:
        for (size_t i = 0; i < samples; i++)
            s32[i] = quantize(in[i], 2147483648.0);
        break;
    case TAPEMAP_F32:
        for (size_t i = 0; i < samples; i++)
            f32[i] = in[i] == in[i] ? in[i] : 0.0f;
        break;
    }
}
