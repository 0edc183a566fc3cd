/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CONFIG_FILE_H
#define TAPEMAP_CONFIG_FILE_H

#include "config.h"
#include "failure.h"

/*
 * Reads the configuration in the file `path`, in UTF-8.
 * Returns OK, also when there is something to complain of · E_NO_FILE · E_DENIED · E_MEMORY ·
 * E_SYSTEM, with failure filled. Memory: *config is the caller's until config_free. Threads: one at
 * a time. Blocks: for the disk.
 */
enum tapemap_status config_file_read(const char *path, struct config **config,
                                     struct failure *failure);

/* Says each complaint, "PATH:LINE: WHAT; REMEDY" (say.h). */
void config_file_say(const char *path, const struct config *config);

#endif
