/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_SCRATCH_H
#define TAPEMAP_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

/* Removes the folder at `path` (UTF-8) with all that is in it; one that is not there is no failure,
   and what cannot be removed within a second stays. Any thread; blocks for the disk. */
void scratch_remove(const char *path);

/* Writes the path of the folder that the selftest of process `pid` works in, below `folder` (whole,
   UTF-8), into `out`; cut off where it is longer than `room`. Any thread; never blocks. */
void scratch_path(const char *folder, uint32_t pid, char *out, size_t room);

/* Removes what selftests left in `folder` whose processes were killed: the folders of scratch_path
   whose process runs no more. Any thread; blocks for the disk. */
void scratch_remove_abandoned(const char *folder);

#endif
