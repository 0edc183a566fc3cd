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
    bool does_without; /* may stand alone */
} source_kinds[] = {
    {"portaudio", source_open_portaudio, true},
    {"audio", source_open_audio_file, false},
    {"stdin", source_open_stdin, true},
    {"tone", source_open_tone, false},
};

/* "portaudio:$NAME" without a NAME: it must not record the default device as if that were meant. */
static bool source_trails_off(const struct source_kind *kind, const char *spec)
{
    return kind->does_without && spec[strlen(spec) - 1] == ':';
}

enum tapemap_status source_open(const char *spec, const struct source_wish *wish,
                                struct source **source, struct failure *failure)
{
    size_t length = strcspn(spec, ":");
    const char *rest = spec[length] == ':' ? spec + length + 1 : spec + length;
    char shown[SOURCE_NAME_BYTES];

    utf8_shorten(spec, shown, sizeof shown);
    for (size_t i = 0; i < sizeof source_kinds / sizeof source_kinds[0]; i++) {
        const struct source_kind *kind = &source_kinds[i];
        if (strlen(kind->name) != length || memcmp(kind->name, spec, length) != 0)
            continue;
        if (!source_trails_off(kind, spec))
            return kind->open(rest, wish, source, failure);
        return failure_set(failure, TAPEMAP_E_SYNTAX,
                           "source '%s' ends in ':'; say what follows, or leave the colon out",
                           shown);
    }
    return failure_set(failure, TAPEMAP_E_SYNTAX,
                       "unknown source '%s'; use portaudio[:HOSTAPI[:DEVICE]], audio:PATH, stdin, "
                       "tone:sine:HZ, tone:chirp, tone:silence, tone:noise:SEED or tone:ramp",
                       shown);
}
