/* SPDX-License-Identifier: MIT */
/* The kinds of files that recorded sound is taken away in, and what each can hold. Pure. */
#ifndef TAPEMAP_SOUND_CONTAINER_H
#define TAPEMAP_SOUND_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"

enum sound_kind {
    SOUND_WAV,
    SOUND_RAW,
    SOUND_W64,
    SOUND_CAF,
    SOUND_FLAC,
    SOUND_VORBIS,
    SOUND_OPUS,
};

struct sound_container {
    enum sound_kind kind;
    const char *name;        /* as --format has it, and the extension without its dot */
    const char *other;       /* another extension, without its dot; NULL: none */
    uint32_t max_channels;
    uint32_t max_rate_hz;
    bool is_for_files_alone; /* its header is written last, which a stream cannot */
    bool is_lossy;
};

/* For sentences: all names and extensions there are. */
#define SOUND_CONTAINER_NAMES "wav, w64, caf, flac, ogg, opus or raw"
#define SOUND_CONTAINER_EXTENSIONS ".wav, .w64, .caf, .flac, .ogg, .opus, .raw or .pcm"

/* That of a name, or of the extension of a path; in upper or lower case; NULL: unknown. */
const struct sound_container *sound_container_named(const char *name);
const struct sound_container *sound_container_of_path(const char *path);

/* The sample format in which samples of `format` go into it: the same where it can hold them; f32
   for what is lossy anyway. */
enum tapemap_sample_format sound_container_format(const struct sound_container *container,
                                                  enum tapemap_sample_format format);

/* The sample rate in which sound of a rate goes into it: the same, but for Opus the next that it
   knows. */
uint32_t sound_container_rate(const struct sound_container *container, uint32_t rate_hz);

/* Writes into `out` what does not fit, as the middle and the end of a sentence, and returns false;
   true: it holds sound of so many channels and of that rate. */
bool sound_container_fits(const struct sound_container *container, uint32_t channels,
                          uint32_t rate_hz, char *out, size_t room);

#endif
