/* SPDX-License-Identifier: MIT */
/* What the sources have in common. For files of this folder. */
#ifndef TAPEMAP_SOURCE_SUPPORT_H
#define TAPEMAP_SOURCE_SUPPORT_H

#include "source.h"

/* Room for a name or path of the user's inside a failure's text. */
#define SOURCE_NAME_BYTES 160

/* Sets `description` to `prefix` ("audio: ") and `name`, shortened when they are too long. */
void source_describe(struct source *source, const char *prefix, const char *name);

/* Copies a library's error text as a part of a sentence: shortened, without a final full stop. */
void source_quote_error(const char *text, char *out, size_t room);

/*
 * Compares wished channels and rate with those that `name` has and cannot change.
 * Returns OK · E_UNSUPPORTED with failure filled. `name` is what the user would recognise.
 */
enum tapemap_status source_wish_check(const struct source_wish *wish,
                                      const struct audio_format *has, const char *name,
                                      struct failure *failure);

/* `wished` unless it is 0, then `otherwise`. */
uint32_t source_wish_or(uint32_t wished, uint32_t otherwise);

/* Bytes of one frame; 0 for an unknown sample format. */
uint32_t source_frame_bytes(const struct audio_format *format);

#endif
