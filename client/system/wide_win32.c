/* SPDX-License-Identifier: MIT */
#include "wide.h"

#include <limits.h>
#include <stdlib.h>

#include <windows.h>

bool wide_from_utf8(const char *text, wchar_t *out, size_t room)
{
    if (room == 0)
        return false;
    int limit = room > INT_MAX ? INT_MAX : (int)room;
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, out, limit) > 0)
        return true;
    out[0] = 0;
    return false;
}

bool utf8_from_wide(const wchar_t *text, char *out, size_t room)
{
    if (room == 0)
        return false;
    int limit = room > INT_MAX ? INT_MAX : (int)room;
    if (WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, -1, out, limit, NULL, NULL) > 0)
        return true;
    out[0] = 0;
    return false;
}

char *utf8_copy_of_wide(const wchar_t *text)
{
    size_t room = 3 * wcslen(text) + 1;
    char *made = malloc(room);

    if (made && utf8_from_wide(text, made, room))
        return made;
    free(made);
    return NULL;
}
