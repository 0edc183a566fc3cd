/* SPDX-License-Identifier: MIT */
#include "long_folder_win32.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "long_path.h"

#define LONG_FOLDER_DEPTH 3u
#define LONG_FOLDER_PART_CHARS 120

/* The folder of that depth below `name`. */
static void long_folder_path(const char *name, unsigned depth, char path[LONG_FOLDER_PATH_BYTES])
{
    char part[LONG_FOLDER_PART_CHARS + 1];

    memset(part, 'x', LONG_FOLDER_PART_CHARS);
    part[LONG_FOLDER_PART_CHARS] = 0;
    snprintf(path, LONG_FOLDER_PATH_BYTES, "%s", name);
    for (unsigned i = 0; i < depth; i++) {
        strcat(path, "\\");
        strcat(path, part);
    }
}

void long_folder_make(const char *name, char path[LONG_FOLDER_PATH_BYTES])
{
    for (unsigned depth = 0; depth <= LONG_FOLDER_DEPTH; depth++) {
        wchar_t *wide;
        long_folder_path(name, depth, path);
        if (long_path_from_utf8(path, &wide) != 0)
            continue;
        CreateDirectoryW(wide, NULL);
        free(wide);
    }
}

void long_folder_remove(const char *name)
{
    char path[LONG_FOLDER_PATH_BYTES];

    for (unsigned depth = LONG_FOLDER_DEPTH + 1; depth-- > 0;) {
        wchar_t *wide;
        long_folder_path(name, depth, path);
        if (long_path_from_utf8(path, &wide) != 0)
            continue;
        RemoveDirectoryW(wide);
        free(wide);
    }
}
