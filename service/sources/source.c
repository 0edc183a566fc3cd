/* SPDX-License-Identifier: MIT */
#include "source.h"

#include <string.h>

#include "source_support.h"
#include "utf8_text.h"

typedef enum tapemap_status source_opener(const char *rest, const struct source_wish *wish,
                                          struct source **source, struct failure *failure);

static const struct source_kind {
    const char *name;
    source_opener *open;
} source_kinds[] = {
    {"portaudio", source_open_portaudio},
    {"audio", source_open_audio_file},
    {"stdin", source_open_stdin},
    {"tone", source_open_tone},
};

enum tapemap_status source_open(const char *spec, const struct source_wish *wish,
                                struct source **source, struct failure *failure)
{
    size_t length = strcspn(spec, ":");
    const char *rest = spec[length] == ':' ? spec + length + 1 : spec + length;
    char shown[SOURCE_NAME_BYTES];

    for (size_t i = 0; i < sizeof source_kinds / sizeof source_kinds[0]; i++) {
        const struct source_kind *kind = &source_kinds[i];
        if (strlen(kind->name) == length && memcmp(kind->name, spec, length) == 0)
            return kind->open(rest, wish, source, failure);
    }
    utf8_shorten(spec, shown, sizeof shown);
    return failure_set(failure, TAPEMAP_E_SYNTAX,
                       "unknown source '%s'; use portaudio[:HOSTAPI[:DEVICE]], audio:PATH, stdin, "
                       "tone:sine:HZ, tone:chirp, tone:silence, tone:noise:SEED or tone:ramp",
                       shown);
}
