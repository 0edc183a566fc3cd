/* SPDX-License-Identifier: MIT */
#include "scripted_calls_win32.h"

#include <windows.h>

#include <winioctl.h>

struct scripted_calls scripted_calls;

static BOOL WINAPI scripted_flush_view(LPCVOID address, SIZE_T bytes)
{
    (void)address;
    (void)bytes;
    scripted_calls.view_flushes++;
    if (scripted_calls.locked == 0)
        return TRUE;
    scripted_calls.locked--;
    SetLastError(ERROR_LOCK_VIOLATION);
    return FALSE;
}

static BOOL WINAPI scripted_flush_file(HANDLE file)
{
    (void)file;
    scripted_calls.file_flushes++;
    return TRUE;
}

static BOOL WINAPI scripted_ask(HANDLE file, DWORD code, LPVOID in, DWORD in_bytes, LPVOID out,
                                DWORD out_bytes, LPDWORD count, LPOVERLAPPED operation)
{
    static bool was_made_plain;

    (void)out;
    (void)out_bytes;
    (void)count;
    (void)file;
    (void)operation;
    scripted_calls.asked++;
    if (scripted_calls.asked == 1)
        was_made_plain = code == FSCTL_SET_COMPRESSION && in_bytes == sizeof(USHORT) &&
                         *(const USHORT *)in == COMPRESSION_FORMAT_NONE;
    if (scripted_calls.asked == 2)
        scripted_calls.is_plain_before_sparse = was_made_plain && code == FSCTL_SET_SPARSE;
    SetLastError(ERROR_INVALID_FUNCTION);
    return FALSE;
}

static BOOL WINAPI scripted_volume(HANDLE file, LPWSTR name, DWORD name_room, LPDWORD serial,
                                   LPDWORD longest, LPDWORD flags, LPWSTR system, DWORD room)
{
    (void)file;
    (void)name;
    (void)name_room;
    (void)serial;
    (void)longest;
    (void)flags;
    wcsncpy(system, scripted_calls.is_fat ? L"FAT32" : L"exFAT", room);
    return TRUE;
}

/* In place of the pointers through which Windows' functions are called. */
extern BOOL(WINAPI *const __wrap___imp_FlushViewOfFile)(LPCVOID, SIZE_T);
extern BOOL(WINAPI *const __wrap___imp_FlushFileBuffers)(HANDLE);
extern BOOL(WINAPI *const __wrap___imp_DeviceIoControl)(HANDLE, DWORD, LPVOID, DWORD, LPVOID, DWORD,
                                                        LPDWORD, LPOVERLAPPED);
extern BOOL(WINAPI *const __wrap___imp_GetVolumeInformationByHandleW)(HANDLE, LPWSTR, DWORD,
                                                                      LPDWORD, LPDWORD, LPDWORD,
                                                                      LPWSTR, DWORD);
BOOL(WINAPI *const __wrap___imp_GetVolumeInformationByHandleW)(HANDLE, LPWSTR, DWORD, LPDWORD,
                                                               LPDWORD, LPDWORD, LPWSTR,
                                                               DWORD) = scripted_volume;
BOOL(WINAPI *const __wrap___imp_FlushViewOfFile)(LPCVOID, SIZE_T) = scripted_flush_view;
BOOL(WINAPI *const __wrap___imp_FlushFileBuffers)(HANDLE) = scripted_flush_file;
BOOL(WINAPI *const __wrap___imp_DeviceIoControl)(HANDLE, DWORD, LPVOID, DWORD, LPVOID, DWORD,
                                                 LPDWORD, LPOVERLAPPED) = scripted_ask;
