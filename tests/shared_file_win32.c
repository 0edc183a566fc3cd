/* SPDX-License-Identifier: MIT */
#include "shared_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <windows.h>

#include <cmocka.h>

#include "long_path.h"
#include "wide.h"

#define NAME_CHARS 192

_Static_assert(SHARED_READ == FILE_SHARE_READ && SHARED_WRITE == FILE_SHARE_WRITE &&
                   SHARED_DELETE == FILE_SHARE_DELETE, "as Windows counts");

static wchar_t *wide_path(const char *path)
{
    wchar_t *wide = NULL;
    assert_int_equal(long_path_from_utf8(path, &wide), 0);
    return wide;
}

void shared_folder_create(const char *path)
{
    wchar_t *wide = wide_path(path);
    assert_true(CreateDirectoryW(wide, NULL) || GetLastError() == ERROR_ALREADY_EXISTS);
    free(wide);
}

void *shared_file_create(const char *path, const void *bytes, uint64_t count)
{
    wchar_t *wide = wide_path(path);
    HANDLE file = CreateFileW(wide, GENERIC_READ | GENERIC_WRITE,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    free(wide);
    assert_true(file != INVALID_HANDLE_VALUE);
    shared_file_write(file, 0, bytes, count);
    return file;
}

void *shared_file_hold(const char *path, unsigned share)
{
    wchar_t *wide = wide_path(path);
    HANDLE file = CreateFileW(wide, GENERIC_READ, share, NULL, OPEN_EXISTING,
                              FILE_ATTRIBUTE_NORMAL, NULL);
    free(wide);
    assert_true(file != INVALID_HANDLE_VALUE);
    return file;
}

void shared_file_write(void *file, uint64_t offset, const void *bytes, uint64_t count)
{
    OVERLAPPED place = {0};
    DWORD done = 0;

    place.Offset = (DWORD)offset;
    place.OffsetHigh = (DWORD)(offset >> 32);
    assert_true(WriteFile(file, bytes, (DWORD)count, &done, &place) && done == count);
}

void shared_file_set_length(void *file, uint64_t bytes)
{
    LARGE_INTEGER end;
    end.QuadPart = (LONGLONG)bytes;
    assert_true(SetFilePointerEx(file, end, NULL, FILE_BEGIN) && SetEndOfFile(file));
}

void *shared_section_create(void *file, const char *name, uint64_t bytes)
{
    wchar_t wide_name[NAME_CHARS];

    assert_true(wide_from_utf8(name, wide_name, NAME_CHARS));
    HANDLE section = CreateFileMappingW(file, NULL, PAGE_READWRITE, (DWORD)(bytes >> 32),
                                        (DWORD)bytes, wide_name);
    assert_non_null(section);
    return section;
}

void shared_close(void *handle)
{
    if (handle)
        CloseHandle(handle);
}

void shared_remove(const char *path)
{
    wchar_t *wide = wide_path(path);
    if (!DeleteFileW(wide))
        RemoveDirectoryW(wide);
    free(wide);
}
