/* SPDX-License-Identifier: MIT */
#include "sole_writer.h"

#include <windows.h>

#define SOLE_WRITER_LOCK_OFFSET_HIGH 0x7FFFFFFFu /* of a byte that no file reaches */

/* For Wine a section that can be written counts as somebody who writes the file, as long as any
   process holds it, even one that can only read it; for Windows it does not. */
static BOOL sole_writer_sections_write(void)
{
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != NULL;
}

static HANDLE sole_writer_handle(const wchar_t *path, uint32_t access, uint32_t flags, DWORD share)
{
    return CreateFileW(path, GENERIC_READ | GENERIC_WRITE | access, share, NULL, OPEN_EXISTING,
                       flags, NULL);
}

/* Admits other writers, as Wine wants it; those who open it here exclude each other by a lock. One
   who opened it otherwise, such as a recorder, excludes us by his sharing. */
static uint32_t sole_writer_open_beside_section(const wchar_t *path, uint32_t access,
                                                uint32_t flags, HANDLE *handle)
{
    OVERLAPPED place = {0};
    HANDLE opened = sole_writer_handle(path, access, flags, FILE_SHARE_READ | FILE_SHARE_WRITE);

    if (opened == INVALID_HANDLE_VALUE)
        return GetLastError();
    place.OffsetHigh = SOLE_WRITER_LOCK_OFFSET_HIGH;
    if (!LockFileEx(opened, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
                    &place)) {
        CloseHandle(opened);
        return ERROR_SHARING_VIOLATION;
    }
    *handle = opened;
    return 0;
}

uint32_t sole_writer_open(const wchar_t *path, uint32_t access, uint32_t flags, void **handle)
{
    HANDLE opened = sole_writer_handle(path, access, flags, FILE_SHARE_READ);
    DWORD code = opened == INVALID_HANDLE_VALUE ? GetLastError() : 0;

    if (code == ERROR_SHARING_VIOLATION && sole_writer_sections_write())
        return sole_writer_open_beside_section(path, access, flags, handle);
    if (code == 0)
        *handle = opened;
    return code;
}
