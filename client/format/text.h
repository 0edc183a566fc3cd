/* SPDX-License-Identifier: MIT */
/* Texts that somebody else wrote. All functions: any thread; never block. */
#ifndef TAPEMAP_TEXT_H
#define TAPEMAP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* True when a zero lies within the first `room` bytes. */
bool text_is_terminated(const char *text, size_t room);

/* True for valid UTF-8 (no overlong forms, no surrogates, nothing past U+10FFFF) without control
   characters (C0, DEL, C1). `text` is terminated. */
bool text_is_printable(const char *text);

/* Puts '?' in place of every byte that text_is_printable would refuse, so that a text from shared
   memory cannot drive a terminal. `text` is terminated. */
void text_make_printable(char *text);

/* Copies a text into `room` bytes, cut at a character's boundary if need be, always terminated.
   NULL copies as "". */
void text_copy(char *out, size_t room, const char *text);

#endif
