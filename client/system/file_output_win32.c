/* SPDX-License-Identifier: MIT */
#include "file_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <windows.h>

#include "long_path.h"
#include "wide.h"

#define FILE_OUTPUT_SUFFIX_CHARS 32u       /* ".<process id>.part" and its zero */
#define FILE_OUTPUT_DEVICE_CHARS 1024u     /* more than the path of a device needs */
#define FILE_OUTPUT_STEP_BYTES (16u << 20) /* of one system call */
#define FILE_OUTPUT_RENAME_TRIES 10
#define FILE_OUTPUT_RENAME_PAUSE_MS 20u
#define FILE_OUTPUT_IS_FOLDER 336u /* ERROR_DIRECTORY_NOT_SUPPORTED, which mingw-w64 lacks */

struct file_output {
    HANDLE handle; /* INVALID_HANDLE_VALUE once a commit has closed it */
    bool is_stdout;
    bool replace;
    uint64_t bytes; /* appended */
    wchar_t *path;  /* NULL for stdout */
    wchar_t *part;
    char suffix[FILE_OUTPUT_SUFFIX_CHARS]; /* of `part` */
};

static void file_output_free(struct file_output *file)
{
    free(file->path);
    free(file->part);
    free(file);
}

bool file_output_is_device(const char *path)
{
    static const wchar_t space[] = L"\\\\.\\"; /* of the devices: \\.\ */
    const size_t length = sizeof space / sizeof space[0] - 1;
    wchar_t wide[FILE_OUTPUT_DEVICE_CHARS];
    wchar_t full[FILE_OUTPUT_DEVICE_CHARS] = L"";

    return wide_from_utf8(path, wide, FILE_OUTPUT_DEVICE_CHARS) &&
           GetFullPathNameW(wide, FILE_OUTPUT_DEVICE_CHARS, full, NULL) > 0 &&
           wcsncmp(full, space, length) == 0;
}

/* 0, or why there may be no file of that name. */
static uint32_t file_output_check_place(const wchar_t *path, bool replace)
{
    DWORD attributes = GetFileAttributesW(path);

    if (attributes == INVALID_FILE_ATTRIBUTES)
        return 0; /* a missing folder shows when the part is created */
    if (attributes & FILE_ATTRIBUTE_DIRECTORY)
        return FILE_OUTPUT_IS_FOLDER;
    return replace ? 0 : ERROR_FILE_EXISTS;
}

/* Sets both names of the file; 0 or a code. */
static uint32_t file_output_name(struct file_output *file, const char *path)
{
    uint32_t code = long_path_from_utf8(path, &file->path);

    if (code != 0)
        return code;
    size_t room = wcslen(file->path) + FILE_OUTPUT_SUFFIX_CHARS;
    file->part = malloc(room * sizeof *file->part);
    if (!file->part)
        return ERROR_NOT_ENOUGH_MEMORY;
    snprintf(file->suffix, sizeof file->suffix, ".%lu.part", GetCurrentProcessId());
    swprintf(file->part, room, L"%ls%hs", file->path, file->suffix);
    return 0;
}

static uint32_t file_output_open(struct file_output *file, const char *path)
{
    uint32_t code = file_output_name(file, path);

    if (code == 0)
        code = file_output_check_place(file->path, file->replace);
    if (code != 0)
        return code;
    /* A part of that name is left over from a dead process of the same id. */
    file->handle = CreateFileW(file->part, GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS,
                               FILE_ATTRIBUTE_NORMAL, NULL);
    return file->handle == INVALID_HANDLE_VALUE ? GetLastError() : 0;
}

static uint32_t file_output_open_stdout(struct file_output *file)
{
    file->is_stdout = true;
    file->handle = GetStdHandle(STD_OUTPUT_HANDLE);
    if (!file->handle || file->handle == INVALID_HANDLE_VALUE)
        return ERROR_INVALID_HANDLE;
    fflush(stdout); /* what was printed before stays before */
    return 0;
}

uint32_t file_output_create(const char *path, bool replace, struct file_output **file)
{
    struct file_output *made = calloc(1, sizeof *made);

    if (!made)
        return ERROR_NOT_ENOUGH_MEMORY;
    made->replace = replace;
    uint32_t code = strcmp(path, "-") == 0 ? file_output_open_stdout(made)
                                           : file_output_open(made, path);
    if (code != 0) {
        file_output_free(made);
        return code;
    }
    *file = made;
    return 0;
}

/* Every write to a file names its place, so that writing back moves no file pointer. */
static uint32_t file_output_put(struct file_output *file, uint64_t offset, const void *bytes,
                                size_t count)
{
    const unsigned char *from = bytes;

    while (count > 0) {
        OVERLAPPED place = {0};
        DWORD step = count < FILE_OUTPUT_STEP_BYTES ? (DWORD)count : FILE_OUTPUT_STEP_BYTES;
        DWORD done = 0;
        place.Offset = (DWORD)offset;
        place.OffsetHigh = (DWORD)(offset >> 32);
        if (!WriteFile(file->handle, from, step, &done, file->is_stdout ? NULL : &place))
            return GetLastError();
        if (done == 0)
            return ERROR_WRITE_FAULT;
        from += done;
        offset += done;
        count -= done;
    }
    return 0;
}

uint32_t file_output_write(struct file_output *file, const void *bytes, size_t count)
{
    uint32_t code = file_output_put(file, file->bytes, bytes, count);

    if (code == 0)
        file->bytes += count;
    return code;
}

uint32_t file_output_write_at(struct file_output *file, uint64_t offset, const void *bytes,
                              size_t count)
{
    if (file->is_stdout)
        return ERROR_NOT_SUPPORTED;
    if (offset > file->bytes || count > file->bytes - offset)
        return ERROR_INVALID_PARAMETER;
    return file_output_put(file, offset, bytes, count);
}

uint64_t file_output_bytes(const struct file_output *file)
{
    return file->bytes;
}

/* Cuts off what a failed write left, flushes and closes the part, once. */
static uint32_t file_output_finish_part(struct file_output *file)
{
    if (file->handle == INVALID_HANDLE_VALUE)
        return 0;
    FILE_END_OF_FILE_INFO end = {.EndOfFile = {.QuadPart = (LONGLONG)file->bytes}};
    if (!SetFileInformationByHandle(file->handle, FileEndOfFileInfo, &end, sizeof end))
        return GetLastError();
    /* Else the rename may survive a power cut and the bytes not. */
    if (!FlushFileBuffers(file->handle))
        return GetLastError();
    CloseHandle(file->handle);
    file->handle = INVALID_HANDLE_VALUE;
    return 0;
}

/* Virus scanners and indexers open a new file the moment it is closed, and let go soon after. */
static uint32_t file_output_rename(const struct file_output *file)
{
    DWORD flags = MOVEFILE_WRITE_THROUGH | (file->replace ? MOVEFILE_REPLACE_EXISTING : 0);

    for (int tries = 1;; tries++) {
        if (MoveFileExW(file->part, file->path, flags))
            return 0;
        DWORD code = GetLastError();
        bool may_pass = code == ERROR_ACCESS_DENIED || code == ERROR_SHARING_VIOLATION;
        if (code == ERROR_ALREADY_EXISTS)
            return ERROR_FILE_EXISTS;
        if (!may_pass || tries == FILE_OUTPUT_RENAME_TRIES)
            return code;
        Sleep(FILE_OUTPUT_RENAME_PAUSE_MS);
    }
}

uint32_t file_output_commit(struct file_output *file)
{
    if (!file->is_stdout) {
        uint32_t code = file_output_finish_part(file);
        if (code == 0)
            code = file_output_rename(file);
        if (code != 0)
            return code;
    }
    file_output_free(file);
    return 0;
}

const char *file_output_suffix(const struct file_output *file)
{
    return file->suffix;
}

void file_output_leave(struct file_output *file)
{
    if (!file->is_stdout && file_output_finish_part(file) != 0)
        CloseHandle(file->handle);
    file_output_free(file);
}

void file_output_discard(struct file_output *file)
{
    if (!file)
        return;
    if (!file->is_stdout) {
        if (file->handle != INVALID_HANDLE_VALUE)
            CloseHandle(file->handle);
        DeleteFileW(file->part);
    }
    file_output_free(file);
}

bool file_output_is_closed_pipe(uint32_t code)
{
    return code == ERROR_BROKEN_PIPE || code == ERROR_NO_DATA || code == ERROR_PIPE_NOT_CONNECTED;
}
