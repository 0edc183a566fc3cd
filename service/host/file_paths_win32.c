/* SPDX-License-Identifier: MIT */
#include "file_paths.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "wide.h"

enum { PATH_ROOM = 32768 }; /* the longest there are */

char *file_path_of_program(void)
{
    wchar_t *path = malloc(PATH_ROOM * sizeof *path);
    DWORD length = path ? GetModuleFileNameW(NULL, path, PATH_ROOM) : 0;
    char *made = length > 0 && length < PATH_ROOM ? utf8_copy_of_wide(path) : NULL;

    free(path);
    return made;
}

char *file_path_whole(const char *path)
{
    wchar_t *wide = malloc(PATH_ROOM * sizeof *wide);
    wchar_t *whole = malloc(PATH_ROOM * sizeof *whole);
    char *made = NULL;

    if (wide && whole && wide_from_utf8(path, wide, PATH_ROOM)) {
        DWORD length = GetFullPathNameW(wide, PATH_ROOM, whole, NULL);

        if (length > 0 && length < PATH_ROOM)
            made = utf8_copy_of_wide(whole);
    }
    free(wide);
    free(whole);
    return made;
}

char *file_path_folder(const char *path)
{
    const char *end = strrchr(path, '\\');
    size_t length = end ? (size_t)(end - path) : 0;
    char *made = malloc(length + 2);

    if (!made)
        return NULL;
    memcpy(made, path, length);
    made[length] = '\0';
    if (length == 2 && made[1] == ':')
        strcat(made, "\\");
    return made;
}

char *file_path_below(const char *folder, const char *path)
{
    bool is_whole = path[0] == '\\' || path[0] == '/' || (path[0] != '\0' && path[1] == ':');
    size_t room = strlen(folder) + strlen(path) + 2;
    char *made = malloc(room);

    if (made)
        snprintf(made, room, "%s%s%s", is_whole ? "" : folder, is_whole ? "" : "\\", path);
    return made;
}
