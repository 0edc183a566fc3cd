/* SPDX-License-Identifier: MIT */
#include "last_words.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "utf8_text.h"

bool last_words_make(struct last_words *words)
{
    words->section =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, LAST_WORDS_BYTES, NULL);
    return words->section != NULL;
}

void last_words_close(struct last_words *words)
{
    if (words->section)
        CloseHandle(words->section);
    words->section = NULL;
}

void last_words_print(const struct last_words *words, char text[LAST_WORDS_HANDLE_BYTES])
{
    snprintf(text, LAST_WORDS_HANDLE_BYTES, "%" PRIxPTR, (uintptr_t)words->section);
}

void last_words_read(const struct last_words *words, char *text, size_t room)
{
    const char *view = words->section ? MapViewOfFile(words->section, FILE_MAP_READ, 0, 0,
                                                      LAST_WORDS_BYTES)
                                      : NULL;

    text[0] = '\0';
    if (!view)
        return;
    snprintf(text, room, "%.*s", (int)(LAST_WORDS_BYTES - 1), view);
    utf8_mend_end(text);
    UnmapViewOfFile(view);
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
}

void last_words_leave(const char *handle, const char *sentence)
{
    HANDLE section = handle ? (HANDLE)(uintptr_t)strtoull(handle, NULL, 16) : NULL;
    char *view = section ? MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, LAST_WORDS_BYTES) : NULL;

    if (!view)
        return;
    snprintf(view, LAST_WORDS_BYTES, "%s", sentence);
    UnmapViewOfFile(view);
}
