/* SPDX-License-Identifier: MIT */
#include "source_support.h"

#include <string.h>

#include "pcm.h"
#include "utf8_text.h"

void source_describe(struct source *source, const char *prefix, const char *name)
{
    size_t used;

    utf8_shorten(prefix, source->description, sizeof source->description / 2);
    used = strlen(source->description);
    utf8_shorten(name, source->description + used, sizeof source->description - used);
}

void source_quote_error(const char *text, char *out, size_t room)
{
    size_t end;

    utf8_shorten(text, out, room);
    for (end = strlen(out); end > 0 && strchr("\r\n .", out[end - 1]); end--)
        out[end - 1] = '\0';
}

enum tapemap_status source_wish_check(const struct source_wish *wish,
                                      const struct audio_format *has, const char *name,
                                      struct failure *failure)
{
    char shown[SOURCE_NAME_BYTES];

    utf8_shorten(name, shown, sizeof shown);
    if (wish->format.channels && wish->format.channels != has->channels)
        return failure_set(failure, TAPEMAP_E_UNSUPPORTED,
                           "'%s' has %u channel%s, and %u were asked for; leave out --channels",
                           shown, (unsigned)has->channels, has->channels == 1 ? "" : "s",
                           (unsigned)wish->format.channels);
    if (wish->format.sample_rate_hz && wish->format.sample_rate_hz != has->sample_rate_hz)
        return failure_set(failure, TAPEMAP_E_UNSUPPORTED,
                           "'%s' is at %u Hz, and %u Hz was asked for; leave out --rate", shown,
                           (unsigned)has->sample_rate_hz, (unsigned)wish->format.sample_rate_hz);
    return TAPEMAP_OK;
}

uint32_t source_wish_or(uint32_t wished, uint32_t otherwise)
{
    return wished ? wished : otherwise;
}

uint32_t source_frame_bytes(const struct audio_format *format)
{
    return format->channels * pcm_sample_bytes(format->sample_format);
}
