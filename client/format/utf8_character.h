/* SPDX-License-Identifier: MIT */
/* Characters of UTF-8, one at a time, from unchecked text. Any thread; never block. */
#ifndef TAPEMAP_UTF8_CHARACTER_H
#define TAPEMAP_UTF8_CHARACTER_H

#include <stdbool.h>
#include <stdint.h>

/* The value of the character that the terminated `text` begins with, and its length in bytes;
   length 0 when it is not UTF-8 (too long a form, half of a pair, beyond Unicode, cut off). Nothing
   behind a terminating zero is looked at. */
uint32_t utf8_character(const char *text, unsigned *length);

/* True for C0, DEL and C1, which a terminal may obey. */
bool utf8_is_control(uint32_t character);

#endif
