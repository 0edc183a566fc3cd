/* SPDX-License-Identifier: MIT */
#include "disk_file.h"

#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include <winioctl.h>

#include "long_path.h"
#include "security.h"
#include "sole_writer.h"
#include "system_error.h"

/* The folder of a full path, with the backslash that network shares want. */
static wchar_t *disk_file_folder(const wchar_t *path)
{
    size_t chars = (size_t)(wcsrchr(path, L'\\') - path) + 1;
    wchar_t *folder = malloc((chars + 1) * sizeof *folder);

    if (!folder)
        return NULL;
    wmemcpy(folder, path, chars);
    folder[chars] = 0;
    return folder;
}

static uint32_t disk_file_make(const struct file_store_config *config, const wchar_t *path,
                               DWORD flags, HANDLE *handle)
{
    DWORD access = GENERIC_READ | GENERIC_WRITE;
    DWORD share = FILE_SHARE_READ;

    if (config->is_temporary) {
        access |= DELETE;
        share |= FILE_SHARE_DELETE;
        flags |= FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE;
    }
    *handle = CreateFileW(path, access, share,
                          security_attributes(config->is_temporary ? SECURITY_PRIVATE_FILE
                                                                   : SECURITY_TAPE_FILE),
                          CREATE_NEW, flags, NULL);
    return *handle == INVALID_HANDLE_VALUE ? GetLastError() : 0;
}

/* What exists already is no temporary file of ours, and is never deleted. */
static uint32_t disk_file_handle(const struct file_store_config *config, const wchar_t *path,
                                 bool is_new, HANDLE *handle)
{
    DWORD flags = FILE_FLAG_OVERLAPPED | (config->writes_through ? FILE_FLAG_WRITE_THROUGH : 0);

    return is_new ? disk_file_make(config, path, flags, handle)
                  : sole_writer_open(path, 0, flags, handle);
}

/* Waits for an operation on the overlapped handle that has just been started. */
static uint32_t disk_file_wait(const struct disk_file *file, BOOL is_done, OVERLAPPED *operation,
                               DWORD *count)
{
    if (!is_done && GetLastError() != ERROR_IO_PENDING)
        return GetLastError();
    return GetOverlappedResult(file->handle, operation, count, TRUE) ? 0 : GetLastError();
}

static uint32_t disk_file_ask(const struct disk_file *file, DWORD what, void *with, DWORD bytes)
{
    OVERLAPPED operation = {0};
    DWORD count = 0;

    operation.hEvent = file->written;
    BOOL is_done = DeviceIoControl(file->handle, what, with, bytes, NULL, 0, &count, &operation);
    return disk_file_wait(file, is_done, &operation, &count);
}

/* In a compressed folder files are compressed, and zeros that are written there take no room: a
   commit would promise what a full disk cannot keep. A volume that knows no compression fails. */
static void disk_file_set_plain(const struct disk_file *file)
{
    USHORT none = COMPRESSION_FORMAT_NONE;

    disk_file_ask(file, FSCTL_SET_COMPRESSION, &none, sizeof none);
}

/* Wine says that it works and does nothing, but the files there are sparse anyway. */
static bool disk_file_set_sparse(const struct disk_file *file)
{
    return disk_file_ask(file, FSCTL_SET_SPARSE, NULL, 0) == 0;
}

/* FAT counts a file's bytes in 32 bits, and calls more a full disk. */
static uint64_t disk_file_most(const struct disk_file *file)
{
    wchar_t system[MAX_PATH + 1];

    if (GetVolumeInformationByHandleW(file->handle, NULL, 0, NULL, NULL, NULL, system,
                                      MAX_PATH + 1) &&
        wcsncmp(system, L"FAT", 3) == 0)
        return UINT32_MAX / TAPEMAP_GRANULE_BYTES * TAPEMAP_GRANULE_BYTES;
    return UINT64_MAX;
}

uint32_t disk_file_open(const struct file_store_config *config, bool is_new,
                        struct disk_file *file)
{
    uint32_t code = long_path_from_utf8(config->path, &file->path);

    if (code != 0)
        return code;
    code = ERROR_NOT_ENOUGH_MEMORY;
    file->folder = disk_file_folder(file->path);
    if (!file->folder)
        goto free_path;
    file->written = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!file->written)
        goto free_folder;
    file->streamed = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!file->streamed)
        goto close_written;
    code = disk_file_handle(config, file->path, is_new, &file->handle);
    if (code != 0)
        goto close_streamed;
    disk_file_set_plain(file);
    file->is_sparse = disk_file_set_sparse(file);
    file->most_bytes = disk_file_most(file);
    return 0;

close_streamed:
    CloseHandle(file->streamed);
close_written:
    CloseHandle(file->written);
free_folder:
    free(file->folder);
free_path:
    free(file->path);
    return code;
}

void disk_file_close(struct disk_file *file)
{
    CloseHandle(file->handle);
    CloseHandle(file->streamed);
    CloseHandle(file->written);
    free(file->folder);
    free(file->path);
}

void disk_file_remove(struct disk_file *file)
{
    wchar_t *path = file->path;

    file->path = NULL;
    disk_file_close(file);
    DeleteFileW(path);
    free(path);
}

void disk_file_cut(const struct disk_file *file, uint64_t bytes)
{
    FILE_END_OF_FILE_INFO end = {.EndOfFile = {.QuadPart = (LONGLONG)bytes}};

    SetFileInformationByHandle(file->handle, FileEndOfFileInfo, &end, sizeof end);
}

uint32_t disk_file_length(const struct disk_file *file, uint64_t *bytes)
{
    LARGE_INTEGER length;

    if (!GetFileSizeEx(file->handle, &length))
        return GetLastError();
    *bytes = (uint64_t)length.QuadPart;
    return 0;
}

/*
 * Where an operation on the overlapped handle begins, and the calling thread's own event, which
 * tells of its end. Without one the handle itself does; but every operation that anybody starts on
 * it resets it, also between the end of another's and the wait for that, which then lasts for ever.
 * The lowest bit keeps the end out of completion ports (see GetQueuedCompletionStatus): there is
 * none, but under Wine being told so takes a call to another process.
 */
static OVERLAPPED disk_file_place(uint64_t offset, HANDLE event)
{
    OVERLAPPED place = {0};

    place.Offset = (DWORD)offset;
    place.OffsetHigh = (DWORD)(offset >> 32);
    place.hEvent = (HANDLE)((ULONG_PTR)event | 1);
    return place;
}

uint32_t disk_file_read(const struct disk_file *file, uint64_t offset, void *bytes, size_t count)
{
    unsigned char *to = bytes;

    while (count > 0) {
        OVERLAPPED operation = disk_file_place(offset, file->written);
        DWORD done = 0;
        BOOL is_done = ReadFile(file->handle, to, (DWORD)count, NULL, &operation);
        uint32_t code = disk_file_wait(file, is_done, &operation, &done);
        if (code != 0)
            return code;
        if (done == 0)
            return ERROR_HANDLE_EOF;
        to += done;
        offset += done;
        count -= done;
    }
    return 0;
}

/* `event`: the calling thread's. */
static uint32_t disk_file_put(const struct disk_file *file, uint64_t offset, HANDLE event,
                              const void *bytes, size_t count, size_t *done)
{
    *done = 0;
    while (*done < count) {
        OVERLAPPED operation = disk_file_place(offset + *done, event);
        DWORD part = 0;
        BOOL is_done = WriteFile(file->handle, (const unsigned char *)bytes + *done,
                                 (DWORD)(count - *done), NULL, &operation);
        uint32_t code = disk_file_wait(file, is_done, &operation, &part);
        if (code != 0)
            return code;
        if (part == 0)
            return ERROR_WRITE_FAULT;
        *done += part;
    }
    return 0;
}

uint32_t disk_file_write(const struct disk_file *file, uint64_t offset, const void *bytes,
                         size_t count)
{
    size_t done;

    return disk_file_put(file, offset, file->written, bytes, count, &done);
}

uint32_t disk_file_stream(const struct disk_file *file, uint64_t offset, const void *bytes,
                          size_t count, size_t *done)
{
    return disk_file_put(file, offset, file->streamed, bytes, count, done);
}

uint32_t disk_file_flush(const struct disk_file *file)
{
    return FlushFileBuffers(file->handle) ? 0 : GetLastError();
}

uint32_t disk_file_room(const struct disk_file *file, uint64_t *bytes)
{
    ULARGE_INTEGER room;

    if (!GetDiskFreeSpaceExW(file->folder, &room, NULL, NULL))
        return GetLastError();
    *bytes = room.QuadPart;
    return 0;
}

bool disk_file_is_full(uint32_t code)
{
    return system_error_status(code) == TAPEMAP_E_DISK_FULL;
}
