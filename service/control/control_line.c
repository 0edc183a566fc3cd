/* SPDX-License-Identifier: MIT */
#include "control_line.h"

#include <string.h>

enum control_line_state control_line_take(struct control_line *line, const char *bytes,
                                          size_t count, size_t *taken)
{
    size_t room = sizeof line->bytes - line->length;
    size_t part = count < room ? count : room;
    const char *end = part > 0 ? memchr(bytes, '\n', part) : NULL;

    if (end)
        part = (size_t)(end - bytes);
    if (part > 0)
        memcpy(line->bytes + line->length, bytes, part);
    line->length += part;
    *taken = end ? part + 1 : part;
    if (!end)
        return line->length < sizeof line->bytes ? CONTROL_LINE_PART : CONTROL_LINE_TOO_LONG;
    line->bytes[line->length] = '\0';
    return CONTROL_LINE_WHOLE;
}

void control_line_clear(struct control_line *line)
{
    line->length = 0;
}
