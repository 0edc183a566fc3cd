/* SPDX-License-Identifier: MIT */
#include "audio_format.h"

#include <stdio.h>

#include "tapemap/tapemap.h"

struct audio_format audio_format_of(const struct tapemap_control *control)
{
    return (struct audio_format){.sample_format = control->sample_format,
                                 .channels = control->channels,
                                 .sample_rate_hz = control->sample_rate_hz};
}

bool audio_formats_are_equal(const struct audio_format *one, const struct audio_format *other)
{
    return one->sample_format == other->sample_format && one->channels == other->channels &&
           one->sample_rate_hz == other->sample_rate_hz;
}

bool audio_formats_agree(const struct audio_format *wish, const struct audio_format *has)
{
    return (wish->sample_format == 0 || wish->sample_format == has->sample_format) &&
           (wish->channels == 0 || wish->channels == has->channels) &&
           (wish->sample_rate_hz == 0 || wish->sample_rate_hz == has->sample_rate_hz);
}

void audio_format_print(const struct audio_format *format, char *text)
{
    snprintf(text, AUDIO_FORMAT_BYTES, "%s, %u Hz, %u channel%s",
             tapemap_format_name(format->sample_format), (unsigned)format->sample_rate_hz,
             (unsigned)format->channels, format->channels == 1 ? "" : "s");
}

uint64_t audio_format_pack(const struct audio_format *format)
{
    return (uint64_t)format->sample_rate_hz << 32 | (uint64_t)(format->channels & 0xFFFFFFu) << 8 |
           ((uint64_t)format->sample_format & 0xFFu);
}

struct audio_format audio_format_unpack(uint64_t packed)
{
    return (struct audio_format){.sample_format = (enum tapemap_sample_format)(packed & 0xFFu),
                                 .channels = (uint32_t)(packed >> 8) & 0xFFFFFFu,
                                 .sample_rate_hz = (uint32_t)(packed >> 32)};
}
