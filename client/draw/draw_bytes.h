/* SPDX-License-Identifier: MIT */
/* Bytes that grow while a picture is written. A failure is remembered, and asked for at the end. */
#ifndef TAPEMAP_DRAW_BYTES_H
#define TAPEMAP_DRAW_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include "printf_format.h"

struct draw_bytes {
    char *data; /* zero-terminated behind `used` once something was added; free() gives it back */
    size_t used;
    size_t room;
    bool has_failed; /* memory ran out: something is missing */
};

/* Append. {0} is an empty one. Any thread, one at a time; never block. */
void draw_bytes_add(struct draw_bytes *bytes, const void *data, size_t count);
void draw_bytes_text(struct draw_bytes *bytes, const char *text);
void draw_bytes_blank(struct draw_bytes *bytes, size_t count);

/* Appends what printf would print, at most 255 bytes. */
void draw_bytes_print(struct draw_bytes *bytes, const char *format, ...) PRINTF_FORMAT(2, 3);

#endif
