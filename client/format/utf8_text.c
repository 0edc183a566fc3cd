/* SPDX-License-Identifier: MIT */
#include "utf8_text.h"

#include <assert.h>
#include <string.h>

/* How many bytes a character has that begins with `lead`. */
static size_t utf8_length(unsigned char lead)
{
    if (lead >= 0xF0)
        return 4;
    if (lead >= 0xE0)
        return 3;
    return lead >= 0xC0 ? 2 : 1;
}

void utf8_mend_end(char *text)
{
    size_t end = strlen(text);
    size_t start = end;

    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start > 0 && utf8_length((unsigned char)text[start - 1]) > end - start + 1)
        text[start - 1] = '\0';
}

void utf8_shorten(const char *text, char *out, size_t room)
{
    size_t bytes = strlen(text);

    assert(room >= 4);
    if (bytes < room) {
        memcpy(out, text, bytes + 1);
        return;
    }
    memcpy(out, text, room - 4);
    out[room - 4] = '\0';
    utf8_mend_end(out);
    memcpy(out + strlen(out), "...", 4);
}

/* One byte of each character does not continue another. */
size_t utf8_characters(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}
