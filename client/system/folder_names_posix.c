/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE

#include "folder_names.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

void folder_names_read(const char *path, bool wants_folders, struct folder_names *names)
{
    DIR *folder = opendir(path[0] ? path : ".");
    struct dirent *entry;
    struct stat what;

    *names = (struct folder_names){0};
    while (folder && (entry = readdir(folder)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            fstatat(dirfd(folder), entry->d_name, &what, AT_SYMLINK_NOFOLLOW) == 0 &&
            (wants_folders ? S_ISDIR(what.st_mode) : S_ISREG(what.st_mode)))
            folder_names_add(names, entry->d_name);
    if (folder)
        closedir(folder);
    folder_names_sort(names);
}
