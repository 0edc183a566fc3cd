/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_UTF8_TEXT_H
#define TAPEMAP_UTF8_TEXT_H

#include <stddef.h>

/* Takes away the incomplete character that cutting `text` to a size may have left at its end.
   Threads: any. Blocks: never. */
void utf8_mend_end(char *text);

/* Copies `text` into `out` of `room` bytes (at least 4). What does not fit is replaced by "...",
   never in the middle of a character. Threads: any. Blocks: never. */
void utf8_shorten(const char *text, char *out, size_t room);

/* Returns how many characters `text` has. Threads: any. Blocks: never. */
size_t utf8_characters(const char *text);

#endif
