/* SPDX-License-Identifier: MIT */
#include "file_access.h"

#include <stdbool.h>
#include <stdlib.h>

#include <windows.h>

#include "long_path.h"
#include "sole_writer.h"

#define FILE_ACCESS_STEP_BYTES (16u << 20) /* of one system call */
#define FILE_ACCESS_IS_FOLDER 336u /* ERROR_DIRECTORY_NOT_SUPPORTED, which mingw-w64 lacks */

struct file_access {
    HANDLE handle;
};

static uint32_t file_access_handle(const wchar_t *path, enum file_access_kind kind,
                                   HANDLE *handle)
{
    DWORD share = FILE_SHARE_READ | FILE_SHARE_DELETE;
    HANDLE opened;

    if (kind == FILE_ACCESS_CHANGE)
        return sole_writer_open(path, 0, FILE_ATTRIBUTE_NORMAL, handle);
    if (kind == FILE_ACCESS_TAKE_AWAY)
        return sole_writer_open(path, DELETE, FILE_ATTRIBUTE_NORMAL, handle);
    if (kind == FILE_ACCESS_CREATE)
        opened = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_NEW,
                             FILE_ATTRIBUTE_NORMAL, NULL);
    else
        opened = CreateFileW(path, GENERIC_READ,
                             kind == FILE_ACCESS_READ ? share | FILE_SHARE_WRITE : share, NULL,
                             OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (opened == INVALID_HANDLE_VALUE)
        return GetLastError();
    *handle = opened;
    return 0;
}

/* To be opened like a file it is denied. */
static bool file_access_is_folder(const wchar_t *path)
{
    DWORD attributes = GetFileAttributesW(path);

    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

uint32_t file_access_open(const char *path, enum file_access_kind kind,
                          struct file_access **file)
{
    wchar_t *wide;
    uint32_t code = long_path_from_utf8(path, &wide);

    if (code != 0)
        return code;
    struct file_access *made = malloc(sizeof *made);
    if (!made) {
        free(wide);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    code = file_access_handle(wide, kind, &made->handle);
    if (code == ERROR_ACCESS_DENIED && file_access_is_folder(wide))
        code = FILE_ACCESS_IS_FOLDER;
    free(wide);
    if (code != 0) {
        free(made);
        return code;
    }
    *file = made;
    return 0;
}

void file_access_close(struct file_access *file)
{
    if (!file)
        return;
    CloseHandle(file->handle);
    free(file);
}

uint32_t file_access_length(struct file_access *file, uint64_t *bytes)
{
    LARGE_INTEGER length;

    if (!GetFileSizeEx(file->handle, &length))
        return GetLastError();
    *bytes = (uint64_t)length.QuadPart;
    return 0;
}

/* Where a single call reads or writes, without a file pointer. */
static OVERLAPPED file_access_place(uint64_t offset)
{
    OVERLAPPED place = {0};

    place.Offset = (DWORD)offset;
    place.OffsetHigh = (DWORD)(offset >> 32);
    return place;
}

static DWORD file_access_step(size_t count)
{
    return count < FILE_ACCESS_STEP_BYTES ? (DWORD)count : FILE_ACCESS_STEP_BYTES;
}

uint32_t file_access_read(struct file_access *file, uint64_t offset, void *bytes, size_t count)
{
    unsigned char *to = bytes;

    while (count > 0) {
        OVERLAPPED place = file_access_place(offset);
        DWORD done = 0;
        if (!ReadFile(file->handle, to, file_access_step(count), &done, &place))
            return GetLastError();
        if (done == 0)
            return ERROR_HANDLE_EOF;
        to += done;
        offset += done;
        count -= done;
    }
    return 0;
}

uint32_t file_access_write(struct file_access *file, uint64_t offset, const void *bytes,
                           size_t count)
{
    const unsigned char *from = bytes;

    while (count > 0) {
        OVERLAPPED place = file_access_place(offset);
        DWORD done = 0;
        if (!WriteFile(file->handle, from, file_access_step(count), &done, &place))
            return GetLastError();
        if (done == 0)
            return ERROR_WRITE_FAULT;
        from += done;
        offset += done;
        count -= done;
    }
    return 0;
}

uint32_t file_access_set_length(struct file_access *file, uint64_t bytes)
{
    LARGE_INTEGER end;

    end.QuadPart = (LONGLONG)bytes;
    if (!SetFilePointerEx(file->handle, end, NULL, FILE_BEGIN) || !SetEndOfFile(file->handle))
        return GetLastError();
    return 0;
}

uint32_t file_access_flush(struct file_access *file)
{
    return FlushFileBuffers(file->handle) ? 0 : GetLastError();
}

uint32_t file_access_remove(const char *path)
{
    wchar_t *wide;
    uint32_t code = long_path_from_utf8(path, &wide);

    if (code != 0)
        return code;
    code = DeleteFileW(wide) ? 0 : GetLastError();
    free(wide);
    return code;
}

uint32_t file_access_remove_open(struct file_access *file)
{
    FILE_DISPOSITION_INFO info = {.DeleteFile = TRUE};

    return SetFileInformationByHandle(file->handle, FileDispositionInfo, &info, sizeof info)
               ? 0
               : GetLastError();
}
