/* SPDX-License-Identifier: MIT */
#include "log_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "long_path.h"
#include "security.h"

#define LOG_FILE_PATIENCE_MS 1000u
#define LOG_FILE_PAUSE_MS 5u

static HANDLE try_open(const wchar_t *path)
{
    return CreateFileW(path, FILE_APPEND_DATA | FILE_READ_ATTRIBUTES,
                       FILE_SHARE_READ | FILE_SHARE_DELETE,
                       security_attributes(SECURITY_PRIVATE_FILE), OPEN_ALWAYS,
                       FILE_ATTRIBUTE_NORMAL, NULL);
}

/* A file that was deleted while somebody has it open is in the way, as "denied", until he closes
   it. */
static bool passes_by(DWORD code)
{
    return code == ERROR_SHARING_VIOLATION || code == ERROR_ACCESS_DENIED ||
           code == ERROR_DELETE_PENDING;
}

static DWORD open_alone(const wchar_t *path, HANDLE *file)
{
    for (DWORD waited = 0;; waited += LOG_FILE_PAUSE_MS) {
        *file = try_open(path);
        DWORD code = *file == INVALID_HANDLE_VALUE ? GetLastError() : 0;
        if (code == 0 || !passes_by(code) || waited >= LOG_FILE_PATIENCE_MS)
            return code;
        Sleep(LOG_FILE_PAUSE_MS);
    }
}

/* "PATH.3", or PATH itself for 0; `out` has room for three more than the path. */
static void numbered(const wchar_t *path, unsigned number, wchar_t *out)
{
    wcscpy(out, path);
    if (number > 0)
        swprintf(out + wcslen(path), 3, L".%u", number);
}

/*
 * Moves PATH to PATH.1 and those before it one further, from the first number that is free: what a
 * failed attempt has made room for is not moved once more. Only the one writer does this, and who
 * waited for him finds another file, or none.
 */
static bool move_along(const wchar_t *path, unsigned kept)
{
    size_t room = wcslen(path) + 3;
    wchar_t *from = malloc(2 * room * sizeof *from);
    wchar_t *to = from ? from + room : NULL;
    unsigned number = 1;
    bool has_moved = from != NULL;

    for (; has_moved && number < kept; number++) {
        numbered(path, number, to);
        if (GetFileAttributesW(to) == INVALID_FILE_ATTRIBUTES)
            break;
    }
    for (; has_moved && number > 0; number--) {
        numbered(path, number - 1, from);
        numbered(path, number, to);
        has_moved = MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING);
    }
    free(from);
    return has_moved;
}

/* The file to add to: with the old one still open, so that nobody else moves it too. */
static DWORD open_with_room(const struct log_file *place, const wchar_t *path, HANDLE *file)
{
    LARGE_INTEGER length;
    DWORD code = open_alone(path, file);

    if (code != 0 || !GetFileSizeEx(*file, &length) ||
        (uint64_t)length.QuadPart < place->limit_bytes || !move_along(path, place->kept))
        return code;
    CloseHandle(*file);
    return open_alone(path, file);
}

static DWORD add(HANDLE file, const char *lines, size_t bytes)
{
    DWORD written = 0;

    if (!WriteFile(file, lines, (DWORD)bytes, &written, NULL))
        return GetLastError();
    return written == bytes ? 0 : ERROR_DISK_FULL;
}

uint32_t log_file_append(const struct log_file *place, const char *lines, size_t bytes)
{
    wchar_t *path;
    HANDLE file;
    DWORD code = long_path_from_utf8(place->path, &path);

    if (code != 0)
        return code;
    code = open_with_room(place, path, &file);
    free(path);
    if (code != 0)
        return code;
    code = add(file, lines, bytes);
    CloseHandle(file);
    return code;
}
