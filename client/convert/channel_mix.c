/* SPDX-License-Identifier: MIT */
#include "channel_mix.h"

#include <assert.h>
#include <string.h>

#define CHANNEL_MIX_DIGITS 4 /* more than a channel's number has */

static bool add_term(struct channel_mix *mix, uint32_t channel)
{
    uint16_t *end = &mix->begin[mix->out_channels];
    if (*end == CHANNEL_MIX_TERMS)
        return false;
    mix->terms[(*end)++] = (uint16_t)channel;
    return true;
}

/* Begins the next channel of the file. Its terms end where they begin, so far. */
static bool begin_output(struct channel_mix *mix)
{
    if (mix->out_channels == TAPEMAP_MAX_CHANNELS)
        return false;
    uint16_t end = mix->begin[mix->out_channels++];
    mix->begin[mix->out_channels] = end;
    return true;
}

bool channel_mix_count(struct channel_mix *mix, uint32_t in_channels, uint32_t out_channels)
{
    assert(in_channels > 0 && in_channels <= TAPEMAP_MAX_CHANNELS);
    bool is_same = in_channels == out_channels;
    if (out_channels == 0 || out_channels > TAPEMAP_MAX_CHANNELS ||
        (!is_same && out_channels != 1 && in_channels != 1))
        return false;
    *mix = (struct channel_mix){.in_channels = in_channels};
    for (uint32_t o = 0; o < out_channels; o++) {
        begin_output(mix);
        uint32_t first = is_same ? o : 0;
        uint32_t last = is_same ? o : in_channels - 1;
        for (uint32_t channel = first; channel <= last; channel++)
            add_term(mix, channel);
    }
    return true;
}

/* Reads a channel's number, which people count from 1, and moves past it. */
static bool read_channel(const char **text, uint32_t in_channels, uint32_t *channel)
{
    uint32_t number = 0;
    int digits = 0;
    for (; **text >= '0' && **text <= '9' && digits < CHANNEL_MIX_DIGITS; digits++)
        number = number * 10 + (uint32_t)(*(*text)++ - '0');
    *channel = number - 1;
    return number > 0 && number <= in_channels;
}

bool channel_mix_parse(struct channel_mix *mix, const char *text, uint32_t in_channels)
{
    char separator = ',';
    *mix = (struct channel_mix){.in_channels = in_channels};
    while (separator) {
        uint32_t channel;
        if (separator == ',' && !begin_output(mix))
            return false;
        if (!read_channel(&text, in_channels, &channel) || !add_term(mix, channel))
            return false;
        separator = *text++;
        if (separator && separator != ',' && separator != '+')
            return false;
    }
    return true;
}

bool channel_mix_is_pick(const struct channel_mix *mix)
{
    for (uint32_t o = 0; o < mix->out_channels; o++)
        if (mix->begin[o + 1] - mix->begin[o] != 1)
            return false;
    return true;
}

bool channel_mix_is_identity(const struct channel_mix *mix)
{
    if (mix->in_channels != mix->out_channels || !channel_mix_is_pick(mix))
        return false;
    for (uint32_t o = 0; o < mix->out_channels; o++)
        if (mix->terms[o] != o)
            return false;
    return true;
}

void channel_mix_apply(const struct channel_mix *mix, const float *in, size_t frames, float *out)
{
    for (size_t frame = 0; frame < frames; frame++, in += mix->in_channels) {
        for (uint32_t o = 0; o < mix->out_channels; o++) {
            float sum = 0;
            for (uint32_t term = mix->begin[o]; term < mix->begin[o + 1]; term++)
                sum += in[mix->terms[term]];
            *out++ = sum / (float)(mix->begin[o + 1] - mix->begin[o]);
        }
    }
}

void channel_mix_pick(const struct channel_mix *mix, uint32_t sample_bytes, const void *in,
                      size_t frames, void *out)
{
    const uint8_t *from = in;
    uint8_t *to = out;
    for (size_t frame = 0; frame < frames; frame++) {
        for (uint32_t o = 0; o < mix->out_channels; o++, to += sample_bytes)
            memcpy(to, from + (size_t)mix->terms[o] * sample_bytes, sample_bytes);
        from += (size_t)mix->in_channels * sample_bytes;
    }
}
