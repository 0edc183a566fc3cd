/* SPDX-License-Identifier: MIT */
/* Folders of the file system. Paths are UTF-8, of any length. Any thread; blocks for the disk. */
#ifndef TAPEMAP_FOLDER_H
#define TAPEMAP_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

/* Makes the folder that the file `path` is to lie in, and those above it; what is made is for tapes
   (security.h: SECURITY_TAPE_FOLDER). Returns a system error code for system_error_text, 0 when the
   folder is there. *made: how many were not there before; also after a failure. */
uint32_t folder_make_for(const char *path, unsigned *made);

/* Removes the innermost `count` folders that the file `path` lay in, as far as they are empty. */
void folder_remove_for(const char *path, unsigned count);

/* Calls `visit` for every file below `root`, down to `depth` folders below it; what cannot be read
   is left out. `path`: valid during the call. */
void folder_each_file(const char *root, unsigned depth,
                      void (*visit)(void *context, const char *path), void *context);

/* The folder for temporary files, ending in a backslash. false when there is none that fits. */
bool folder_temporary(char *out, unsigned room);

#endif
