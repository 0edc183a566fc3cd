/* SPDX-License-Identifier: MIT */
#include "sound_container.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The limits are those of the formats and of libsndfile 1.2.0; see sound_encoder_test.c. */
static const struct sound_container containers[] = {
    {.kind = SOUND_WAV, .name = "wav", .other = "rf64", .max_channels = TAPEMAP_MAX_CHANNELS,
     .max_rate_hz = TAPEMAP_MAX_RATE_HZ},
    {.kind = SOUND_RAW, .name = "raw", .other = "pcm", .max_channels = TAPEMAP_MAX_CHANNELS,
     .max_rate_hz = TAPEMAP_MAX_RATE_HZ},
    {.kind = SOUND_W64, .name = "w64", .max_channels = TAPEMAP_MAX_CHANNELS,
     .max_rate_hz = TAPEMAP_MAX_RATE_HZ},
    {.kind = SOUND_CAF, .name = "caf", .max_channels = TAPEMAP_MAX_CHANNELS,
     .max_rate_hz = TAPEMAP_MAX_RATE_HZ, .is_for_files_alone = true},
    {.kind = SOUND_FLAC, .name = "flac", .max_channels = 8, .max_rate_hz = 655350},
    {.kind = SOUND_VORBIS, .name = "ogg", .other = "oga", .max_channels = 255,
     .max_rate_hz = 200000, .is_lossy = true},
    {.kind = SOUND_OPUS, .name = "opus", .max_channels = 255, .max_rate_hz = 48000,
     .is_lossy = true},
};

enum { CONTAINER_COUNT = sizeof containers / sizeof containers[0] };

/* Whether the lower-case `word` is the whole text. */
static bool is_word(const char *text, const char *word)
{
    while (*text && tolower((unsigned char)*text) == *word) {
        text++;
        word++;
    }
    return *text == *word;
}

const struct sound_container *sound_container_named(const char *name)
{
    for (int i = 0; i < CONTAINER_COUNT; i++)
        if (is_word(name, containers[i].name))
            return &containers[i];
    return NULL;
}

const struct sound_container *sound_container_of_path(const char *path)
{
    const char *dot = strrchr(path, '.');
    if (!dot || strpbrk(dot, "/\\"))
        return NULL;
    const struct sound_container *named = sound_container_named(dot + 1);
    for (int i = 0; i < CONTAINER_COUNT && !named; i++)
        if (containers[i].other && is_word(dot + 1, containers[i].other))
            named = &containers[i];
    return named;
}

enum tapemap_sample_format sound_container_format(const struct sound_container *container,
                                                  enum tapemap_sample_format format)
{
    if (container->is_lossy)
        return TAPEMAP_F32;
    if (container->kind == SOUND_FLAC && format != TAPEMAP_S16)
        return TAPEMAP_S24;
    return format;
}

uint32_t sound_container_rate(const struct sound_container *container, uint32_t rate_hz)
{
    static const uint32_t known[] = {8000, 12000, 16000, 24000, 48000};
    if (container->kind != SOUND_OPUS)
        return rate_hz;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (rate_hz <= known[i])
            return known[i];
    return 48000;
}

bool sound_container_fits(const struct sound_container *container, uint32_t channels,
                          uint32_t rate_hz, char *out, size_t room)
{
    if (channels > container->max_channels) {
        snprintf(out, room, "%s holds at most %" PRIu32 " channels, and these are %" PRIu32
                 "; pick some with '--mix', or write .wav", container->name,
                 container->max_channels, channels);
        return false;
    }
    /* From 64 kHz on, FLAC writes the rate in tens of hertz. */
    bool is_odd = container->kind == SOUND_FLAC && rate_hz > 65535 && rate_hz % 10 != 0;
    if (rate_hz > container->max_rate_hz || is_odd) {
        snprintf(out, room, "%s does not know the rate of %" PRIu32 " Hz; give another by "
                 "'--rate', or write .wav", container->name, rate_hz);
        return false;
    }
    return true;
}
