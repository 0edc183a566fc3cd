/* SPDX-License-Identifier: MIT */
/* A folder whose path is too long for programs that do not take care. */
#ifndef TAPEMAP_LONG_FOLDER_WIN32_H
#define TAPEMAP_LONG_FOLDER_WIN32_H

enum { LONG_FOLDER_PATH_BYTES = 1024 };

/* Makes "<name>\x...x\x...x\x...x", each part 120 characters long, and writes its path. */
void long_folder_make(const char *name, char path[LONG_FOLDER_PATH_BYTES]);

/* Removes those folders, which are empty by now. */
void long_folder_remove(const char *name);

#endif
