/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_UTF8_H
#define TAPEMAP_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at `text`, its bytes in *length; length 0 when it is not UTF-8 (too long a form,
   half of a pair, beyond Unicode). Stops at the terminating zero. Threads: any. Blocks: never. */
uint32_t utf8_character(const char *text, size_t *length);

/* True for C0, DEL and C1, which some terminals take for the beginning of a command. */
bool utf8_is_control(uint32_t character);

#endif
