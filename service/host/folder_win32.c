/* SPDX-License-Identifier: MIT */
#include "folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "long_path.h"
#include "security.h"
#include "wide.h"

/* One folder; it may be there already. */
static uint32_t make_one(const wchar_t *path, unsigned *made)
{
    if (CreateDirectoryW(path, security_attributes(SECURITY_TAPE_FOLDER))) {
        ++*made;
        return 0;
    }
    DWORD code = GetLastError();
    if (code == ERROR_ALREADY_EXISTS)
        return 0;
    /* A root may deny being made rather than say that it is there. */
    DWORD attributes = GetFileAttributesW(path);
    bool is_there = attributes != INVALID_FILE_ATTRIBUTES &&
                    (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    return is_there ? 0 : code;
}

/* Makes the folders of a full path from the top down, and leaves the path as it was. */
static uint32_t make_all(wchar_t *path, unsigned *made)
{
    wchar_t *end = wcsrchr(path, L'\\');

    if (!end || end == path || end[-1] == L':' || end[-1] == L'\\' || end[-1] == L'?')
        return 0;
    *end = L'\0';
    uint32_t code = make_one(path, made);
    if (code == ERROR_PATH_NOT_FOUND) {
        code = make_all(path, made);
        if (code == 0)
            code = make_one(path, made);
    }
    *end = L'\\';
    return code;
}

uint32_t folder_make_for(const char *path, unsigned *made)
{
    wchar_t *full;

    *made = 0;
    uint32_t code = long_path_from_utf8(path, &full);

    if (code != 0)
        return code;
    code = make_all(full, made);
    free(full);
    return code;
}

void folder_remove_for(const char *path, unsigned count)
{
    wchar_t *full;

    if (long_path_from_utf8(path, &full) != 0)
        return;
    for (wchar_t *end = wcsrchr(full, L'\\'); end && count > 0; count--) {
        *end = L'\0';
        if (!RemoveDirectoryW(full))
            break;
        end = wcsrchr(full, L'\\');
    }
    free(full);
}

/* "root\name", or NULL. Names are at most 255 UTF-16 units: 765 bytes. */
static char *join(const char *root, const wchar_t *name)
{
    char text[3 * MAX_PATH];
    size_t room = strlen(root) + sizeof text + 1;
    char *path = malloc(room);

    if (!path || !utf8_from_wide(name, text, sizeof text)) {
        free(path);
        return NULL;
    }
    snprintf(path, room, "%s\\%s", root, text);
    return path;
}

static HANDLE find_first(const char *root, WIN32_FIND_DATAW *entry)
{
    wchar_t *wide;
    char *pattern = join(root, L"*");
    HANDLE search = INVALID_HANDLE_VALUE;

    if (pattern && long_path_from_utf8(pattern, &wide) == 0) {
        search = FindFirstFileW(wide, entry);
        free(wide);
    }
    free(pattern);
    return search;
}

/* A link to a folder may lead in a circle. */
static bool is_folder_to_enter(const WIN32_FIND_DATAW *entry)
{
    return (entry->dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0 &&
           wcscmp(entry->cFileName, L".") != 0 && wcscmp(entry->cFileName, L"..") != 0;
}

void folder_each_file(const char *root, unsigned depth,
                      void (*visit)(void *context, const char *path), void *context)
{
    WIN32_FIND_DATAW entry;
    HANDLE search = find_first(root, &entry);

    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        char *path = join(root, entry.cFileName);
        if (!path)
            continue;
        if ((entry.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0)
            visit(context, path);
        else if (depth > 0 && is_folder_to_enter(&entry))
            folder_each_file(path, depth - 1, visit, context);
        free(path);
    } while (FindNextFileW(search, &entry));
    FindClose(search);
}

/* GetTempPath looks there first, but takes no long paths. */
static bool long_temporary(const wchar_t *variable, char *out, unsigned room)
{
    DWORD units = GetEnvironmentVariableW(variable, NULL, 0);
    wchar_t *path = units > MAX_PATH ? malloc((units + 1) * sizeof *path) : NULL;
    bool fits = false;

    if (path && GetEnvironmentVariableW(variable, path, units) == units - 1) {
        if (path[units - 2] != L'\\')
            wcscpy(path + units - 1, L"\\");
        fits = utf8_from_wide(path, out, room);
    }
    free(path);
    return fits;
}

bool folder_temporary(char *out, unsigned room)
{
    wchar_t path[MAX_PATH + 1];

    if (long_temporary(L"TMP", out, room))
        return true;
    DWORD length = GetTempPathW(MAX_PATH + 1, path);
    return (length > 0 && length <= MAX_PATH && utf8_from_wide(path, out, room)) ||
           long_temporary(L"TEMP", out, room);
}

void folder_full_path(const char *path, char *out, unsigned room)
{
    wchar_t *wide = malloc(room * sizeof *wide);
    wchar_t *full = malloc(room * sizeof *full);
    DWORD length = 0;

    if (wide && full && wide_from_utf8(path, wide, room))
        length = GetFullPathNameW(wide, room, full, NULL);
    if (length == 0 || length >= room || !utf8_from_wide(full, out, room))
        out[0] = '\0';
    free(full);
    free(wide);
}
