/* SPDX-License-Identifier: MIT */
/* Files of finished tapes, and the disk they lie on. Any thread; all of it blocks for the disk. */
#ifndef TAPEMAP_FINISHED_FILE_H
#define TAPEMAP_FINISHED_FILE_H

#include <stdbool.h>
#include <stdint.h>

#define FINISHED_FILE_HELD 32u     /* somebody has it open */
#define FINISHED_FILE_ANOTHER 183u /* it is not the tape that was meant */

/*
 * Deletes the file of a finished tape, and the index file beside it if one was left. It is looked
 * at once more while nobody else can open it: what goes is the tape `tape_id` of `deck`, ended, or
 * nothing. Returns a system error code, or one of those above; 0: it is gone.
 */
uint32_t finished_file_remove(const char *path, const char *deck, uint64_t tape_id);

/* The length of a file; 0 when it cannot be told. */
uint64_t finished_file_bytes(const char *path);

/* How much is free where the folder lies; UINT64_MAX when it cannot be told. */
uint64_t finished_file_room(const char *folder);

#endif
