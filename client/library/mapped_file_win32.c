/* SPDX-License-Identifier: MIT */
#include "mapped_file.h"

#include <stdbool.h>
#include <stdlib.h>

#include <windows.h>

#include "long_path.h"
#include "system_error.h"

struct mapped_file {
    HANDLE file;
    HANDLE mapping; /* NULL while the file is empty */
    uint64_t bytes;
};

static bool is_folder(const wchar_t *path)
{
    DWORD attributes = GetFileAttributesW(path);
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY);
}

static enum tapemap_status open_status(const wchar_t *path, DWORD code)
{
    switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
    case ERROR_INVALID_DRIVE:
    case ERROR_INVALID_NAME:
        return TAPEMAP_E_NO_FILE;
    case ERROR_ACCESS_DENIED:
        return is_folder(path) ? TAPEMAP_E_FORMAT : TAPEMAP_E_DENIED;
    default:
        return system_error_status(code);
    }
}

static enum tapemap_status open_handle(const wchar_t *path, struct mapped_file *file)
{
    const DWORD sharing = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

    /* The path may be a stranger's, of a pipe whose server would act in our name. */
    file->file = CreateFileW(path, GENERIC_READ, sharing, NULL, OPEN_EXISTING,
                             FILE_ATTRIBUTE_NORMAL | SECURITY_SQOS_PRESENT |
                                 SECURITY_IDENTIFICATION, NULL);
    if (file->file == INVALID_HANDLE_VALUE)
        return open_status(path, GetLastError());
    if (GetFileType(file->file) != FILE_TYPE_DISK)
        return TAPEMAP_E_FORMAT;
    return mapped_file_renew(file);
}

enum tapemap_status mapped_file_open(const char *path, struct mapped_file **file)
{
    wchar_t *wide_path = NULL;
    uint32_t code = long_path_from_utf8(path, &wide_path);
    if (code)
        return system_error_status(code);
    struct mapped_file *opened = calloc(1, sizeof *opened);
    enum tapemap_status status = TAPEMAP_E_MEMORY;
    if (opened) {
        opened->file = INVALID_HANDLE_VALUE;
        status = open_handle(wide_path, opened);
    }
    free(wide_path);
    if (status) {
        mapped_file_close(opened);
        return status;
    }
    *file = opened;
    return TAPEMAP_OK;
}

void mapped_file_close(struct mapped_file *file)
{
    if (!file)
        return;
    if (file->mapping)
        CloseHandle(file->mapping);
    if (file->file != INVALID_HANDLE_VALUE)
        CloseHandle(file->file);
    free(file);
}

uint64_t mapped_file_bytes(const struct mapped_file *file)
{
    return file->bytes;
}

void *mapped_file_section(const struct mapped_file *file)
{
    return file->mapping;
}

enum tapemap_status mapped_file_renew(struct mapped_file *file)
{
    LARGE_INTEGER length;
    HANDLE mapping = NULL;

    if (!GetFileSizeEx(file->file, &length))
        return system_error_status(GetLastError());
    if (length.QuadPart > 0) {
        mapping = CreateFileMappingW(file->file, NULL, PAGE_READONLY, 0, 0, NULL);
        if (!mapping)
            return system_error_status(GetLastError());
    }
    if (file->mapping)
        CloseHandle(file->mapping);
    file->mapping = mapping;
    file->bytes = (uint64_t)length.QuadPart;
    return TAPEMAP_OK;
}

enum tapemap_status mapped_file_map(struct mapped_file *file, uint64_t offset, size_t bytes,
                                    const void **view)
{
    if (offset > file->bytes || bytes > file->bytes - offset)
        return TAPEMAP_E_SYSTEM;
    const void *mapped = MapViewOfFile(file->mapping, FILE_MAP_READ, (DWORD)(offset >> 32),
                                       (DWORD)offset, bytes);
    if (!mapped)
        return system_error_status(GetLastError());
    *view = mapped;
    return TAPEMAP_OK;
}

void mapped_file_unmap(const void *view, size_t bytes)
{
    (void)bytes;
    UnmapViewOfFile(view);
}
