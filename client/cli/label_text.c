/* SPDX-License-Identifier: MIT */
#include "label_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "utf8.h"

#define LABEL_QUOTES 3u /* two and the end */

static const char label_blanks[] = "\t\n\r";

/* How one character is written; NULL: as it is. */
static const char *label_escape(uint32_t character, enum label_style style)
{
    static const char *const escapes[] = {"\\t", "\\n", "\\r"};
    const char *blank = character > 0 && character < 0x20
                            ? strchr(label_blanks, (int)character) : NULL;

    if (utf8_is_control(character) && !blank)
        return "?";
    if (blank && style == LABEL_TABLE)
        return escapes[blank - label_blanks];
    if (blank && style == LABEL_AUDACITY)
        return " ";
    if (character == '\\' && style == LABEL_TABLE)
        return "\\\\";
    if (character == '"' && style == LABEL_CSV)
        return "\"\"";
    return NULL;
}

char *label_text(const char *label, enum label_style style, char out[LABEL_TEXT_BYTES])
{
    bool is_quoted = style == LABEL_CSV;
    size_t length = 0;

    if (is_quoted)
        out[length++] = '"';
    while (*label) {
        size_t bytes;
        uint32_t character = utf8_character(label, &bytes);
        const char *written = bytes == 0 ? "?" : label_escape(character, style);
        size_t count = written ? strlen(written) : bytes;
        if (length + count + LABEL_QUOTES > LABEL_TEXT_BYTES)
            break;
        memcpy(out + length, written ? written : label, count);
        length += count;
        label += bytes > 0 ? bytes : 1;
    }
    if (is_quoted)
        out[length++] = '"';
    out[length] = '\0';
    return out;
}
