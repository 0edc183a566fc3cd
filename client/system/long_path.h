/* SPDX-License-Identifier: MIT */
/* Paths over 260 characters, which Windows takes in a spelling of its own. Windows only. */
#ifndef TAPEMAP_LONG_PATH_H
#define TAPEMAP_LONG_PATH_H

#include <stdint.h>
#include <wchar.h>

/*
 * The full path of a file in UTF-16, as "\\?\C:\..." or "\\?\UNC\server\...", which every function
 * of Windows takes at any length. A path that begins so already, or with "\\.\", is left as it is.
 * Returns 0 or a system error code: 1113 for no valid UTF-8, 123 for an empty path.
 * Memory: *path is the caller's, for free(); untouched on failure. Threads: any. Blocks: never.
 */
uint32_t long_path_from_utf8(const char *text, wchar_t **path);

#endif
