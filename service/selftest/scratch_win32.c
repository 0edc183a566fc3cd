/* SPDX-License-Identifier: MIT */
#include "scratch.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "folder_names.h"
#include "identity.h"
#include "long_path.h"

#define SCRATCH_NAME "tapemap-selftest-"
#define SCRATCH_PATH_BYTES 1200

/* A process that has just been ended, or a virus scanner, may hold a file for moments. */
#define SCRATCH_TRIES 20
#define SCRATCH_PAUSE_MS 50u

static bool remove_at(const char *path, bool is_folder)
{
    wchar_t *wide;
    bool is_gone = false;

    if (long_path_from_utf8(path, &wide) != 0)
        return false;
    for (int tries = 0; tries < SCRATCH_TRIES && !is_gone; tries++) {
        if (tries > 0)
            Sleep(SCRATCH_PAUSE_MS);
        is_gone = (is_folder ? RemoveDirectoryW(wide) : DeleteFileW(wide)) ||
                  GetLastError() == ERROR_FILE_NOT_FOUND ||
                  GetLastError() == ERROR_PATH_NOT_FOUND;
    }
    free(wide);
    return is_gone;
}

static void remove_inside(const char *path, bool is_folder)
{
    struct folder_names names;

    folder_names_read(path, is_folder, &names);
    for (size_t i = 0; i < names.count; i++) {
        size_t room = strlen(path) + strlen(names.names[i]) + 2;
        char *inner = malloc(room);
        if (!inner)
            continue;
        snprintf(inner, room, "%s\\%s", path, names.names[i]);
        if (is_folder)
            scratch_remove(inner);
        else
            remove_at(inner, false);
        free(inner);
    }
    folder_names_free(&names);
}

void scratch_remove(const char *path)
{
    remove_inside(path, false);
    remove_inside(path, true);
    remove_at(path, true);
}

void scratch_path(const char *folder, uint32_t pid, char *out, size_t room)
{
    size_t length = strlen(folder);
    bool is_root = length > 0 && folder[length - 1] == '\\';

    snprintf(out, room, "%s%s" SCRATCH_NAME "%u", folder, is_root ? "" : "\\", (unsigned)pid);
}

void scratch_remove_abandoned(const char *folder)
{
    struct folder_names names;

    folder_names_read(folder, true, &names);
    for (size_t i = 0; i < names.count; i++) {
        char path[SCRATCH_PATH_BYTES];
        unsigned pid = 0;
        int length = 0;
        if (sscanf(names.names[i], SCRATCH_NAME "%9u%n", &pid, &length) != 1 || pid == 0 ||
            names.names[i][length] || identity_process_lives(pid))
            continue;
        scratch_path(folder, pid, path, sizeof path);
        scratch_remove(path);
    }
    folder_names_free(&names);
}
