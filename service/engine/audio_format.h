/* SPDX-License-Identifier: MIT */
/* What there is to say of struct audio_format (source.h). Pure; any thread; never blocks. */
#ifndef TAPEMAP_AUDIO_FORMAT_H
#define TAPEMAP_AUDIO_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"
#include "tapemap/layout.h"

/* Room for audio_format_print. */
#define AUDIO_FORMAT_BYTES 64

/* The format of a tape. */
struct audio_format audio_format_of(const struct tapemap_control *control);

/* True when all three fields are the same. */
bool audio_formats_are_equal(const struct audio_format *one, const struct audio_format *other);

/* True unless a field of `wish` that is not 0 differs from what `has` is. */
bool audio_formats_agree(const struct audio_format *wish, const struct audio_format *has);

/* Writes "s16, 48000 Hz, 2 channels" into `text`, of AUDIO_FORMAT_BYTES. */
void audio_format_print(const struct audio_format *format, char *text);

/* A format in one number, never 0, which one store publishes; and back. */
uint64_t audio_format_pack(const struct audio_format *format);
struct audio_format audio_format_unpack(uint64_t packed);

#endif
