/* SPDX-License-Identifier: MIT */
#include "folder_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "long_path.h"
#include "wide.h"

static HANDLE find_first(const char *path, WIN32_FIND_DATAW *entry)
{
    size_t room = strlen(path) + sizeof ".\\*";
    char *pattern = malloc(room);
    wchar_t *wide = NULL;
    HANDLE search = INVALID_HANDLE_VALUE;

    if (pattern) {
        snprintf(pattern, room, "%s\\*", path[0] ? path : ".");
        if (long_path_from_utf8(pattern, &wide) == 0)
            search = FindFirstFileW(wide, entry);
    }
    free(wide);
    free(pattern);
    return search;
}

/* A link may lead anywhere. */
static bool is_wanted(const WIN32_FIND_DATAW *entry, bool wants_folders)
{
    bool is_folder = (entry->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;

    return is_folder == wants_folders &&
           (entry->dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0 &&
           wcscmp(entry->cFileName, L".") != 0 && wcscmp(entry->cFileName, L"..") != 0;
}

void folder_names_read(const char *path, bool wants_folders, struct folder_names *names)
{
    WIN32_FIND_DATAW entry;
    char name[3 * MAX_PATH];
    HANDLE search = find_first(path, &entry);

    *names = (struct folder_names){0};
    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        if (is_wanted(&entry, wants_folders) && utf8_from_wide(entry.cFileName, name, sizeof name))
            folder_names_add(names, name);
    } while (FindNextFileW(search, &entry));
    FindClose(search);
    folder_names_sort(names);
}
