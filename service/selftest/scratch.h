/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_SCRATCH_H
#define TAPEMAP_SCRATCH_H

/* Removes the folder at `path` (UTF-8) with all that is in it; one that is not there is no failure,
   and what cannot be removed within a second stays. Any thread; blocks for the disk. */
void scratch_remove(const char *path);

#endif
