/* SPDX-License-Identifier: MIT */
#include "long_path.h"

#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "wide.h"

#define LONG_PATH_PREFIX_CHARS 8u /* of the longest prefix: "\\?\UNC\" */

/* Nothing is interpreted in such a path: its maker has spelt it for the system. */
static BOOL long_path_is_verbatim(const wchar_t *path)
{
    return wcsncmp(path, L"\\\\?\\", 4) == 0 || wcsncmp(path, L"\\\\.\\", 4) == 0;
}

/* Puts the prefix before the full path that lies LONG_PATH_PREFIX_CHARS into `made`. */
static void long_path_prefix(wchar_t *made)
{
    wchar_t *full = made + LONG_PATH_PREFIX_CHARS;
    const wchar_t *prefix = L"\\\\?\\";

    if (long_path_is_verbatim(full)) {
        prefix = L"";
    } else if (full[0] == L'\\' && full[1] == L'\\') {
        prefix = L"\\\\?\\UNC\\";
        full += 2;
    }
    size_t chars = wcslen(prefix);
    wmemcpy(made, prefix, chars);
    wmemmove(made + chars, full, wcslen(full) + 1);
}

static uint32_t long_path_complete(const wchar_t *path, wchar_t **made)
{
    DWORD room = GetFullPathNameW(path, 0, NULL, NULL);

    if (room == 0)
        return GetLastError();
    wchar_t *full = malloc((LONG_PATH_PREFIX_CHARS + room) * sizeof *full);
    if (!full)
        return ERROR_NOT_ENOUGH_MEMORY;
    DWORD chars = GetFullPathNameW(path, room, full + LONG_PATH_PREFIX_CHARS, NULL);
    if (chars == 0 || chars >= room) { /* longer now: another thread has changed the folder */
        free(full);
        return ERROR_INVALID_NAME;
    }
    long_path_prefix(full);
    *made = full;
    return 0;
}

uint32_t long_path_from_utf8(const char *text, wchar_t **path)
{
    size_t room = strlen(text) + 1;
    wchar_t *wide = malloc(room * sizeof *wide);
    uint32_t code = 0;

    if (!wide)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (!wide_from_utf8(text, wide, room))
        code = ERROR_NO_UNICODE_TRANSLATION;
    else if (wide[0] == 0)
        code = ERROR_INVALID_NAME;
    if (code == 0 && long_path_is_verbatim(wide)) {
        *path = wide;
        return 0;
    }
    if (code == 0)
        code = long_path_complete(wide, path);
    free(wide);
    return code;
}
