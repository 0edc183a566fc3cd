/* SPDX-License-Identifier: MIT */
/* Files that several programs have open, that are renamed, and whose paths are long. */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include <aclapi.h>

#include "check_support.h"
#include "file_output.h"
#include "long_path.h"
#include "sole_writer.h"
#include "system_error.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

/* Tries to open it, and lets go again; 0 or an error code. */
static DWORD try_open(const char *path, DWORD access, DWORD share)
{
    HANDLE opened;
    DWORD code = check_plain_open(path, access, share, &opened);

    if (code == 0)
        CloseHandle(opened);
    return code;
}

static void sharing_is_kept(const struct check_place *place, struct finding *finding)
{
    struct check_tape_file file;
    const struct check_file_wish wish = {.name = "shared.wav"};

    if (!check_file_make(place, &wish, &file, finding))
        return;
    DWORD reader = try_open(file.path, GENERIC_READ, SHARE_ALL);
    DWORD writer = try_open(file.path, GENERIC_WRITE, SHARE_ALL);
    DWORD narrow = try_open(file.path, GENERIC_READ, FILE_SHARE_READ);
    check_file_remove(&file);
    bool is_kept = reader == 0 && writer == ERROR_SHARING_VIOLATION &&
                   narrow == ERROR_SHARING_VIOLATION;
    finding_set(finding, is_kept ? FINDING_HOLDS : FINDING_DIFFERS,
                "a reader: %s, a second writer: %s, a reader that admits no writer: %s",
                check_outcome(reader).text, check_outcome(writer).text, check_outcome(narrow).text);
}

/* As a recorder that goes on with a tape opens its file; 0 or an error code. */
static DWORD try_sole_writer(const char *path)
{
    wchar_t *wide = NULL;
    HANDLE opened;
    DWORD code = long_path_from_utf8(path, &wide);

    if (code == 0)
        code = sole_writer_open(wide, 0, 0, &opened);
    free(wide);
    if (code == 0)
        CloseHandle(opened);
    return code;
}

/* While a reader has a section open, the recorder is gone, and the next one comes. */
static void sections_are_no_writers(const struct check_place *place, struct finding *finding)
{
    const DWORD access = GENERIC_READ | GENERIC_WRITE;
    char path[PLACE_PATH_BYTES];
    HANDLE file = check_plain_make(place, "section", access, FILE_SHARE_READ, finding);

    if (file == INVALID_HANDLE_VALUE || !place_file_path(place, "section", path, finding))
        return;
    HANDLE section = CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, TAPEMAP_GRANULE_BYTES, NULL);
    DWORD code = section ? 0 : GetLastError();
    CloseHandle(file);
    if (section) {
        code = try_open(path, access, FILE_SHARE_READ);
        DWORD by_lock = code == 0 ? 0 : try_sole_writer(path);
        if (code == 0)
            finding_set(finding, FINDING_HOLDS, "the next recorder opens the file alone");
        else if (by_lock == 0)
            finding_set(finding, FINDING_HARMLESS,
                        "error %lu; recorders exclude each other by a lock on the file instead",
                        code);
        else
            finding_set(finding, FINDING_DIFFERS, "error %lu, and %lu with a lock instead", code,
                        by_lock);
        CloseHandle(section);
    } else {
        check_untested(finding, "making a section", code);
    }
    check_plain_remove(path);
}

/* A file in the scratch folder, and another one to move it over. */
static bool make_pair(const struct check_place *place, DWORD share, HANDLE files[2],
                      char paths[2][PLACE_PATH_BYTES], struct finding *finding)
{
    static const char *const names[2] = {"log", "log.1"};

    files[1] = INVALID_HANDLE_VALUE;
    files[0] = check_plain_make(place, names[0], GENERIC_READ | GENERIC_WRITE, share, finding);
    if (files[0] != INVALID_HANDLE_VALUE)
        files[1] = check_plain_make(place, names[1], GENERIC_READ | GENERIC_WRITE, share, finding);
    return place_file_path(place, names[0], paths[0], finding) &&
           place_file_path(place, names[1], paths[1], finding) && files[1] != INVALID_HANDLE_VALUE;
}

static DWORD move_over(const char *from, const char *to)
{
    wchar_t *wide_from = NULL;
    wchar_t *wide_to = NULL;
    DWORD code = long_path_from_utf8(from, &wide_from);

    if (code == 0)
        code = long_path_from_utf8(to, &wide_to);
    if (code == 0 && !MoveFileExW(wide_from, wide_to, MOVEFILE_REPLACE_EXISTING))
        code = GetLastError();
    free(wide_from);
    free(wide_to);
    return code;
}

static void open_log_is_moved(const struct check_place *place, struct finding *finding)
{
    HANDLE files[2];
    char paths[2][PLACE_PATH_BYTES];

    if (make_pair(place, FILE_SHARE_READ | FILE_SHARE_DELETE, files, paths, finding)) {
        CloseHandle(files[1]);
        files[1] = INVALID_HANDLE_VALUE;
        DWORD code = move_over(paths[0], paths[1]);
        finding_set(finding, code == 0 ? FINDING_HOLDS : FINDING_DIFFERS,
                    "moving a log that is open over an older one: %s", check_outcome(code).text);
    }
    for (int i = 0; i < 2; i++) {
        if (files[i] != INVALID_HANDLE_VALUE)
            CloseHandle(files[i]);
        check_plain_remove(paths[i]);
    }
}

/* As `tapemap keep` puts a whole file in the place of one that somebody reads. */
static void read_file_is_replaced(const struct check_place *place, struct finding *finding)
{
    char path[PLACE_PATH_BYTES];
    struct file_output *output;
    HANDLE reader = check_plain_make(place, "replaced", GENERIC_READ | GENERIC_WRITE, SHARE_ALL,
                                     finding);

    if (reader == INVALID_HANDLE_VALUE || !place_file_path(place, "replaced", path, finding))
        return;
    DWORD code = file_output_create(path, true, &output);
    if (code == 0) {
        code = file_output_write(output, "new", 3);
        if (code == 0)
            code = file_output_commit(output);
        if (code != 0)
            file_output_discard(output);
    }
    CloseHandle(reader);
    check_plain_remove(path);
    if (code == 0)
        finding_set(finding, FINDING_HOLDS, "it was replaced");
    else
        finding_set(finding, FINDING_HARMLESS,
                    "error %lu; the old file stays, and whoever wanted to replace it is told",
                    code);
}

static void long_paths_work(const struct check_place *place, struct finding *finding)
{
    char name[401];
    char path[PLACE_PATH_BYTES];

    if (!place_file_path(place, "short", path, finding))
        return;
    snprintf(name, sizeof name, "%0150d\\%0150d\\long", 0, 0);
    HANDLE file = check_plain_make(place, name, GENERIC_WRITE, SHARE_ALL, finding);
    if (file == INVALID_HANDLE_VALUE) {
        finding->verdict = FINDING_DIFFERS;
        return;
    }
    CloseHandle(file); /* the folders go with the scratch folder */
    if (place_file_path(place, name, path, finding))
        finding_set(finding, FINDING_HOLDS, "a file was made below folders of 150 characters each");
    check_plain_remove(path);
}

/* Of what the descriptor says, that which every file system with rights keeps. */
static void judge_rights(HANDLE file, struct finding *finding)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    DWORD revision;
    PACL rights = NULL;
    DWORD code = GetSecurityInfo(file, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL,
                                 &rights, NULL, &descriptor);

    if (code != 0 || !GetSecurityDescriptorControl(descriptor, &control, &revision)) {
        check_untested(finding, "asking for the rights of a file", code);
    } else {
        bool is_kept = rights && rights->AceCount == 3 && (control & SE_DACL_PROTECTED);
        finding_set(finding, is_kept ? FINDING_HOLDS : FINDING_HARMLESS,
                    "%u entries of 3, %s%s", rights ? rights->AceCount : 0u,
                    control & SE_DACL_PROTECTED ? "nothing inherited" : "inheriting",
                    is_kept ? "" : "; whoever may enter the folder may read the tape");
    }
    LocalFree(descriptor);
}

static void file_rights_are_kept(const struct check_place *place, struct finding *finding)
{
    struct check_tape_file file;
    const struct check_file_wish wish = {.name = "rights.wav"};
    HANDLE reader;

    if (!check_file_make(place, &wish, &file, finding))
        return;
    DWORD code = check_plain_open(file.path, GENERIC_READ, SHARE_ALL, &reader);
    if (code == 0) {
        judge_rights(reader, finding);
        CloseHandle(reader);
    } else {
        check_untested(finding, "opening it to read", code);
    }
    check_file_remove(&file);
}

static const struct check rows[] = {
    {{"D7", "beside a recorder its file is open to readers that admit writers, and to no writer",
      "another program may write into a tape, or players cannot open it"}, 3000, sharing_is_kept},
    {{"D8", "a section that a reader holds is no writer of the file",
      "a tape that was broken off cannot be gone on with while somebody reads it"}, 3000,
     sections_are_no_writers},
    {{"D9", "a file that is open and shared for deletion can be moved over another",
      "logs grow past their limit"}, 3000, open_log_is_moved},
    {{"D10", "a file that somebody reads can be replaced", ""}, 3000, read_file_is_replaced},
    {{"D11", "paths may be longer than 260 characters", "give folders with short paths"}, 3000,
     long_paths_work},
    {{"D12", "a file keeps the rights it was made with", ""}, 3000, file_rights_are_kept},
};

const struct check *check_sharing_rows(size_t *count)
{
    *count = sizeof rows / sizeof rows[0];
    return rows;
}
