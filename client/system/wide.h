/* SPDX-License-Identifier: MIT */
/* Between UTF-8, which tapemap speaks, and the UTF-16 of Windows. Any thread; never block. */
#ifndef TAPEMAP_WIDE_H
#define TAPEMAP_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* Both convert a whole terminated text into `room` elements, the terminating zero included. false,
   with *out then the empty text, when the text is no valid UTF-8 or UTF-16, or too long. */
bool wide_from_utf8(const char *text, wchar_t *out, size_t room);
bool utf8_from_wide(const wchar_t *text, char *out, size_t room);

/* The same as a text of its own, for free(); NULL: no memory, or no valid UTF-16. */
char *utf8_copy_of_wide(const wchar_t *text);

#endif
