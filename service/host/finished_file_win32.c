/* SPDX-License-Identifier: MIT */
#include "finished_file.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "atomic64.h"
#include "control_image.h"
#include "file_access.h"
#include "finish_tape.h"
#include "layout_check.h"
#include "long_path.h"

static bool is_meant(HANDLE file, const char *path, const char *deck, uint64_t tape_id)
{
    union control_image image;
    struct layout_tape facts;
    OVERLAPPED place = {.Offset = TAPEMAP_CONTROL_OFFSET};
    DWORD count = 0;

    return ReadFile(file, image.bytes, sizeof image.bytes, &count, &place) &&
           count == sizeof image.bytes &&
           layout_check_control(&image.control, TAPEMAP_GRANULE_BYTES, &facts) == TAPEMAP_OK &&
           facts.is_file && facts.tape_id == tape_id && strcmp(facts.deck_name, deck) == 0 &&
           control_image_is_named(&image, path, 0) &&
           load_acquire_u64(&image.control.state) == TAPEMAP_STATE_ENDED;
}

static uint32_t remove_open(HANDLE file, const char *path, const char *deck, uint64_t tape_id)
{
    FILE_DISPOSITION_INFO gone = {.DeleteFile = TRUE};

    if (!is_meant(file, path, deck, tape_id))
        return FINISHED_FILE_ANOTHER;
    if (SetFileInformationByHandle(file, FileDispositionInfo, &gone, sizeof gone))
        return 0;
    /* A view of it that outlived its handle. */
    DWORD code = GetLastError();
    return code == ERROR_ACCESS_DENIED || code == ERROR_USER_MAPPED_FILE ? FINISHED_FILE_HELD
                                                                         : code;
}

/* One that never came to be, or that a reader has open, is no failure: it is no tape without the
   audio. */
static void remove_index(const char *path)
{
    char *index = finish_index_path(path);

    if (index)
        (void)file_access_remove(index);
    free(index);
}

uint32_t finished_file_remove(const char *path, const char *deck, uint64_t tape_id)
{
    wchar_t *wide;
    uint32_t code = long_path_from_utf8(path, &wide);

    if (code != 0)
        return code;
    HANDLE file = CreateFileW(wide, GENERIC_READ | DELETE, 0, NULL, OPEN_EXISTING,
                              FILE_ATTRIBUTE_NORMAL, NULL);
    code = file == INVALID_HANDLE_VALUE ? GetLastError() : 0;
    free(wide);
    if (code != 0)
        return code;
    code = remove_open(file, path, deck, tape_id);
    CloseHandle(file);
    if (code == 0)
        remove_index(path);
    return code;
}

uint64_t finished_file_bytes(const char *path)
{
    WIN32_FILE_ATTRIBUTE_DATA data;
    wchar_t *wide;

    if (long_path_from_utf8(path, &wide) != 0)
        return 0;
    BOOL is_told = GetFileAttributesExW(wide, GetFileExInfoStandard, &data);
    free(wide);
    return is_told ? (uint64_t)data.nFileSizeHigh << 32 | data.nFileSizeLow : 0;
}

uint64_t finished_file_room(const char *folder)
{
    ULARGE_INTEGER room;
    wchar_t *wide;

    if (long_path_from_utf8(folder, &wide) != 0)
        return UINT64_MAX;
    BOOL is_told = GetDiskFreeSpaceExW(wide, &room, NULL, NULL);
    free(wide);
    return is_told ? room.QuadPart : UINT64_MAX;
}
