/* SPDX-License-Identifier: MIT */
/* What lies in a folder. Any thread; blocks for the disk. */
#ifndef TAPEMAP_FOLDER_NAMES_H
#define TAPEMAP_FOLDER_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct folder_names {
    char **names; /* UTF-8, without the folder */
    size_t count;
};

/* Lists the files of the folder at `path` (UTF-8), or the folders in it (but "." and ".."), the
   greatest name first. What cannot be read is left out; a folder that cannot gives none. Memory:
   the caller's, until folder_names_free. */
void folder_names_read(const char *path, bool wants_folders, struct folder_names *names);
void folder_names_free(struct folder_names *names);

/* Adds a copy of a name; without memory the name is left out. For folder_names_read. */
void folder_names_add(struct folder_names *names, const char *name);
void folder_names_sort(struct folder_names *names);

#endif
