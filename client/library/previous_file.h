/* SPDX-License-Identifier: MIT */
/*
 * The file of the tape before another in its series. A tape knows the id of the one before it, and
 * not its path: so files are looked at. Any thread; blocks for the disk.
 */
#ifndef TAPEMAP_PREVIOUS_FILE_H
#define TAPEMAP_PREVIOUS_FILE_H

#include <stdint.h>

/*
 * Looks for the file of tape `tape_id`, beginning at the file `own` (UTF-8) of the tape after it:
 * in its folder, the files named just before it first; then in the folder that comes before its
 * folder, as deep, where names hold the date in up to three folders.
 * Returns its path, to be freed; NULL: it is not there, or there is no memory.
 */
char *previous_file_find(const char *own, uint64_t tape_id);

#endif
