/* SPDX-License-Identifier: MIT */
#include "draw_bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_FIRST_ROOM 16384u

static bool bytes_reserve(struct draw_bytes *bytes, size_t count)
{
    size_t room = bytes->room ? bytes->room : BYTES_FIRST_ROOM;
    while (room <= bytes->used + count)
        room *= 2;
    if (room == bytes->room)
        return true;
    char *data = realloc(bytes->data, room);
    if (!data)
        return false;
    bytes->data = data;
    bytes->room = room;
    return true;
}

void draw_bytes_add(struct draw_bytes *bytes, const void *data, size_t count)
{
    if (bytes->has_failed || !bytes_reserve(bytes, count)) {
        bytes->has_failed = true;
        return;
    }
    memcpy(bytes->data + bytes->used, data, count);
    bytes->used += count;
    bytes->data[bytes->used] = '\0';
}

void draw_bytes_text(struct draw_bytes *bytes, const char *text)
{
    draw_bytes_add(bytes, text, strlen(text));
}

void draw_bytes_blank(struct draw_bytes *bytes, size_t count)
{
    while (count-- > 0)
        draw_bytes_add(bytes, " ", 1);
}

void draw_bytes_print(struct draw_bytes *bytes, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    draw_bytes_text(bytes, text);
}
