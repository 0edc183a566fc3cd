/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CHILD_ENVIRONMENT_H
#define TAPEMAP_CHILD_ENVIRONMENT_H

#include <wchar.h>

#include "tapemap/status.h"

/*
 * The environment of this process, and over it the NAME=VALUE texts of `extra` (UTF-8, a list that
 * ends with NULL, or NULL), sorted as CreateProcess wants it. Names differ without regard to case.
 * Returns OK · E_ARGUMENT: one of `extra` has no name, or is no valid UTF-8 · E_MEMORY.
 * Memory: *block is for free(). Threads: any. Blocks: never.
 */
enum tapemap_status child_environment_make(const char *const *extra, wchar_t **block);

#endif
