/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include <windows.h>

/* Declares sf_wchar_open. */
#define ENABLE_SNDFILE_WINDOWS_PROTOTYPES 1

#include "audio_path.h"
#include "long_path.h"

static enum audio_path_kind audio_path_kind_of_error(DWORD code)
{
    switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
    case ERROR_INVALID_DRIVE:
        return AUDIO_PATH_MISSING;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
        return AUDIO_PATH_DENIED;
    default:
        return AUDIO_PATH_OTHER;
    }
}

static enum audio_path_kind audio_path_kind_of_handle(HANDLE file)
{
    BY_HANDLE_FILE_INFORMATION facts;

    if (GetFileType(file) != FILE_TYPE_DISK || !GetFileInformationByHandle(file, &facts))
        return AUDIO_PATH_OTHER;
    if (facts.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        return AUDIO_PATH_FOLDER;
    return facts.nFileSizeHigh || facts.nFileSizeLow ? AUDIO_PATH_FILE : AUDIO_PATH_EMPTY;
}

enum audio_path_kind audio_path_look(const char *path)
{
    enum audio_path_kind kind = AUDIO_PATH_OTHER;
    wchar_t *wide;
    HANDLE file;

    if (long_path_from_utf8(path, &wide) != 0)
        return kind;
    /* Backup semantics: else a folder would be "access denied". */
    file = CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                       NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        kind = audio_path_kind_of_error(GetLastError());
    } else {
        kind = audio_path_kind_of_handle(file);
        CloseHandle(file);
    }
    free(wide);
    return kind;
}

SNDFILE *audio_path_open(const char *path, SF_INFO *info)
{
    wchar_t *wide;
    SNDFILE *file;

    if (long_path_from_utf8(path, &wide) != 0)
        return NULL;
    file = sf_wchar_open(wide, SFM_READ, info);
    free(wide);
    return file;
}
