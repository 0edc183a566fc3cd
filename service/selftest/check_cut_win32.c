/* SPDX-License-Identifier: MIT */
/* Files that are cut, emptied, filled up or removed while they are mapped. */
#include <wchar.h>
#include <windows.h>

#include <winioctl.h>

#include "check_support.h"
#include "disk_file.h"
#include "steady_clock.h"

#define CUT_BYTES (UINT64_C(8) << 20)
#define CUT_SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
/* A volume that is filled up for the sake of a check has no more left than this. */
#define CUT_SMALL_VOLUME (UINT64_C(64) << 20)
#define CUT_PATIENCE_MS 3000.0

struct cut_file {
    HANDLE file;
    HANDLE section;
    unsigned char *view;
};

static void cut_free(struct cut_file *cut)
{
    if (cut->view)
        UnmapViewOfFile(cut->view);
    if (cut->section)
        CloseHandle(cut->section);
    if (cut->file != INVALID_HANDLE_VALUE)
        CloseHandle(cut->file); /* and so it is deleted */
}

static bool cut_map(struct cut_file *cut, uint64_t bytes, struct finding *finding)
{
    cut->section = CreateFileMappingW(cut->file, NULL, PAGE_READWRITE, (DWORD)(bytes >> 32),
                                      (DWORD)bytes, NULL);
    if (cut->section)
        cut->view = MapViewOfFile(cut->section, FILE_MAP_WRITE, 0, 0, 0);
    if (!cut->view)
        check_untested(finding, "mapping a file", GetLastError());
    return cut->view != NULL;
}

static bool cut_make(const struct check_place *place, const char *name, struct cut_file *cut,
                     struct finding *finding)
{
    DWORD count;

    *cut = (struct cut_file){0};
    cut->file = check_plain_make(place, name, GENERIC_READ | GENERIC_WRITE | DELETE, CUT_SHARE_ALL,
                                 finding);
    if (cut->file == INVALID_HANDLE_VALUE)
        return false;
    DeviceIoControl(cut->file, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &count, NULL);
    return true;
}

static void cut_remove(const struct check_place *place, const char *name, struct cut_file *cut)
{
    struct finding ignored;
    char path[PLACE_PATH_BYTES];

    cut_free(cut);
    if (place_file_path(place, name, path, &ignored))
        check_plain_remove(path);
}

/* Cuts it to half its length; 0 or an error code. */
static DWORD cut_half(const struct cut_file *cut)
{
    LARGE_INTEGER half;

    half.QuadPart = (LONGLONG)(CUT_BYTES / 2);
    return SetFilePointerEx(cut->file, half, NULL, FILE_BEGIN) && SetEndOfFile(cut->file)
               ? 0
               : GetLastError();
}

static void mapped_cannot_be_cut(const struct check_place *place, struct finding *finding)
{
    struct cut_file cut;

    if (!cut_make(place, "cut", &cut, finding))
        return;
    if (cut_map(&cut, CUT_BYTES, finding)) {
        DWORD mapped = cut_half(&cut);
        UnmapViewOfFile(cut.view);
        cut.view = NULL;
        CloseHandle(cut.section);
        cut.section = NULL;
        DWORD unmapped = cut_half(&cut);
        finding_set(finding, mapped == ERROR_USER_MAPPED_FILE && unmapped == 0 ? FINDING_HOLDS
                                                                               : FINDING_DIFFERS,
                    "while it was mapped: %s, afterwards: %s", check_outcome(mapped).text,
                    check_outcome(unmapped).text);
    }
    cut_remove(place, "cut", &cut);
}

static void mapped_can_be_zeroed(const struct check_place *place, struct finding *finding)
{
    struct cut_file cut;
    FILE_ZERO_DATA_INFORMATION range = {0};
    DWORD count;

    if (!cut_make(place, "zeroed", &cut, finding))
        return;
    if (cut_map(&cut, CUT_BYTES, finding)) {
        cut.view[0] = 1;
        range.BeyondFinalZero.QuadPart = TAPEMAP_GRANULE_BYTES;
        BOOL is_done = DeviceIoControl(cut.file, FSCTL_SET_ZERO_DATA, &range, sizeof range, NULL, 0,
                                       &count, NULL);
        DWORD code = is_done ? 0 : GetLastError();
        if (code == ERROR_USER_MAPPED_FILE)
            finding_set(finding, FINDING_HOLDS, "refused, error %lu", code);
        else if (is_done)
            finding_set(finding, FINDING_HARMLESS, "it was done; no recorder asks for it");
        else
            check_untested(finding, "FSCTL_SET_ZERO_DATA", code);
    }
    cut_remove(place, "zeroed", &cut);
}

static void ranges_are_told(const struct check_place *place, struct finding *finding)
{
    struct cut_file cut;
    FILE_ALLOCATED_RANGE_BUFFER all = {0};
    FILE_ALLOCATED_RANGE_BUFFER found[8];
    DWORD bytes = 0;

    if (!cut_make(place, "ranges", &cut, finding))
        return;
    if (cut_map(&cut, CUT_BYTES, finding)) {
        cut.view[CUT_BYTES / 2] = 1;
        FlushViewOfFile(cut.view, 0);
        all.Length.QuadPart = (LONGLONG)CUT_BYTES;
        if (!DeviceIoControl(cut.file, FSCTL_QUERY_ALLOCATED_RANGES, &all, sizeof all, found,
                             sizeof found, &bytes, NULL))
            check_untested(finding, "FSCTL_QUERY_ALLOCATED_RANGES", GetLastError());
        else if (bytes == sizeof found[0] &&
                 (uint64_t)found[0].Length.QuadPart < CUT_BYTES / 4)
            finding_set(finding, FINDING_HOLDS, "one range of %lld KiB in 8 MiB",
                        (long long)found[0].Length.QuadPart >> 10);
        else
            finding_set(finding, FINDING_HARMLESS, "%lu ranges, the first of %lld KiB; tapemap "
                        "asks for the room taken in all", bytes / (DWORD)sizeof found[0],
                        bytes > 0 ? (long long)found[0].Length.QuadPart >> 10 : 0);
    }
    cut_remove(place, "ranges", &cut);
}

/* ---- A full disk ---------------------------------------------------------------------------- */

static DWORD fault_code;

static LONG CALLBACK take_fault(EXCEPTION_POINTERS *exception)
{
    DWORD code = exception->ExceptionRecord->ExceptionCode;

    if (fault_code == 0 &&
        (code == EXCEPTION_ACCESS_VIOLATION || code == EXCEPTION_IN_PAGE_ERROR))
        fault_code = code;
    return EXCEPTION_CONTINUE_SEARCH; /* IsBadWritePtr takes it */
}

/* Fills the volume; the code of the write that found no more room. */
static DWORD fill_volume(HANDLE file)
{
    static const unsigned char block[TAPEMAP_GRANULE_BYTES] = {1};
    DWORD code = 0;

    for (size_t step = sizeof block; step >= 512; step /= 2)
        for (DWORD written = (DWORD)step; written == step;)
            if (!WriteFile(file, block, (DWORD)step, &written, NULL)) {
                code = GetLastError();
                break;
            }
    return code;
}

static void touch_hole_when_full(const struct check_place *place, struct cut_file *cut,
                                 struct finding *finding)
{
    HANDLE filler = check_plain_make(place, "filler", GENERIC_WRITE, CUT_SHARE_ALL, finding);

    if (filler == INVALID_HANDLE_VALUE)
        return;
    DWORD code = fill_volume(filler);
    PVOID handler = AddVectoredExceptionHandler(1, take_fault);
    BOOL is_bad = IsBadWritePtr(cut->view + CUT_BYTES / 2, 1);
    RemoveVectoredExceptionHandler(handler);
    CloseHandle(filler);
    enum finding_verdict verdict = FINDING_HOLDS;
    if (!disk_file_is_full(code))
        verdict = FINDING_DIFFERS;
    else if (!is_bad || fault_code != EXCEPTION_IN_PAGE_ERROR)
        verdict = FINDING_HARMLESS;
    finding_set(finding, verdict, "WriteFile: %s; a hole that was touched: exception "
                "0x%08lx%s", check_outcome(code).text, fault_code,
                verdict == FINDING_HARMLESS ? "; a recorder touches no page before it is written"
                                            : "");
}

/* Windows' own volume is not filled even for a moment. */
static bool is_system_volume(const wchar_t *path)
{
    wchar_t windows[MAX_PATH];
    wchar_t one[MAX_PATH];
    wchar_t other[MAX_PATH];

    return !GetWindowsDirectoryW(windows, MAX_PATH) ||
           !GetVolumePathNameW(windows, one, MAX_PATH) ||
           !GetVolumePathNameW(path, other, MAX_PATH) ||
           CompareStringOrdinal(one, -1, wcsncmp(other, L"\\\\?\\", 4) ? other : other + 4, -1,
                                TRUE) == CSTR_EQUAL;
}

static void full_disk_is_error(const struct check_place *place, struct finding *finding)
{
    struct cut_file cut;
    ULARGE_INTEGER room = {0};
    char path[PLACE_PATH_BYTES];

    if (!cut_make(place, "full", &cut, finding))
        return;
    if (cut_map(&cut, CUT_BYTES, finding)) {
        struct finding ignored;
        wchar_t final[MAX_PATH];
        DWORD length = GetFinalPathNameByHandleW(cut.file, final, MAX_PATH, VOLUME_NAME_DOS);
        for (; length > 0 && length < MAX_PATH && final[length - 1] != L'\\'; length--)
            final[length - 1] = L'\0';
        if (length == 0 || length >= MAX_PATH ||
            !GetDiskFreeSpaceExW(final, &room, NULL, NULL))
            check_untested(finding, "asking for the room of the volume", GetLastError());
        else if (room.QuadPart > CUT_SMALL_VOLUME || is_system_volume(final))
            finding_set(finding, FINDING_UNTESTED, "it would fill the volume; give a --folder on "
                        "one of its own with less than 64 MiB free");
        else
            touch_hole_when_full(place, &cut, finding);
        if (place_file_path(place, "filler", path, &ignored))
            check_plain_remove(path);
    }
    cut_remove(place, "full", &cut);
}

/* ---- Files that go -------------------------------------------------------------------------- */

/* Whether there is no file of that path any more, in a moment. */
static bool is_gone(const char *path)
{
    uint64_t begin = steady_clock_now();

    for (;;) {
        HANDLE found;
        DWORD code = check_plain_open(path, FILE_READ_ATTRIBUTES, CUT_SHARE_ALL, &found);
        if (code == 0)
            CloseHandle(found);
        if (code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND)
            return true;
        if (check_ms_since(begin) > CUT_PATIENCE_MS / 10)
            return false;
        Sleep(5);
    }
}

static const void *map_as_reader(const char *path, struct finding *finding)
{
    const void *view = NULL;
    HANDLE file;
    DWORD code = check_plain_open(path, GENERIC_READ, CUT_SHARE_ALL, &file);

    if (code == 0) {
        HANDLE section = CreateFileMappingW(file, NULL, PAGE_READONLY, 0, 0, NULL);
        if (section) {
            view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, TAPEMAP_GRANULE_BYTES);
            CloseHandle(section);
        }
        code = view ? 0 : GetLastError();
        CloseHandle(file);
    }
    if (!view)
        check_untested(finding, "mapping it as a reader", code);
    return view;
}

static void temporary_goes(const struct check_place *place, struct finding *finding)
{
    struct check_tape_file file;
    const struct check_file_wish wish = {.name = "temporary.wav", .is_temporary = true};

    if (!check_file_make(place, &wish, &file, finding))
        return;
    const void *view = map_as_reader(file.path, finding);
    check_file_close(&file);
    if (!view)
        return;
    bool at_once = is_gone(file.path);
    UnmapViewOfFile(view);
    bool at_last = at_once || is_gone(file.path);
    if (at_once)
        finding_set(finding, FINDING_HOLDS, "it is gone while a reader still has a view");
    else
        finding_set(finding, at_last ? FINDING_HARMLESS : FINDING_DIFFERS, "%s",
                    at_last ? "it is gone when the last reader has unmapped it" : "it is left");
    check_plain_remove(file.path);
}

static void mapped_can_be_removed(const struct check_place *place, struct finding *finding)
{
    struct cut_file cut;
    FILE_DISPOSITION_INFO gone = {.DeleteFile = TRUE};

    if (!cut_make(place, "removed", &cut, finding))
        return;
    if (cut_map(&cut, CUT_BYTES, finding)) {
        BOOL is_done =
            SetFileInformationByHandle(cut.file, FileDispositionInfo, &gone, sizeof gone);
        DWORD code = is_done ? 0 : GetLastError();
        if (is_done)
            finding_set(finding, FINDING_HARMLESS,
                        "it was removed; the view of a reader stays good");
        else
            finding_set(finding,
                        code == ERROR_ACCESS_DENIED || code == ERROR_USER_MAPPED_FILE
                            ? FINDING_HOLDS : FINDING_DIFFERS, "refused, error %lu", code);
    }
    cut_remove(place, "removed", &cut);
}

static const struct check rows[] = {
    {{"D1", "a file that is mapped cannot be cut shorter, and can be afterwards",
      "tapes may keep their reserved tail, or lose bytes that a reader looks at"}, 3000,
     mapped_cannot_be_cut},
    {{"D2", "a part of a file that is mapped cannot be given back to the volume", ""}, 3000,
     mapped_can_be_zeroed},
    {{"D3", "the ranges that a sparse file has on the volume can be asked for", ""}, 3000,
     ranges_are_told},
    {{"D4", "on a full volume WriteFile says so, and a page without room faults",
      "a full disk may end a recorder"}, 5000, full_disk_is_error},
    {{"D5", "a temporary file goes with its last handle, whoever maps it",
      "temp-file tapes stay on the disk; remove them by hand"}, 4000, temporary_goes},
    {{"D6", "a finished file that somebody maps is not removed",
      "retention may fail to delete old tapes"}, 3000, mapped_can_be_removed},
};

const struct check *check_cut_rows(size_t *count)
{
    *count = sizeof rows / sizeof rows[0];
    return rows;
}
