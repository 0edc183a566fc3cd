/* SPDX-License-Identifier: MIT */
/*
 * A file that is read and written anywhere in it. Paths are UTF-8, of any length.
 *
 * Every function that can fail returns a system error code for system_error_text, 0 when it worked;
 * the codes are those of Windows on every system (2 not found, 5 denied, 32 somebody else has it
 * open, 38 read past the end, 112 disk full, 336 a folder, 1224 somebody has it mapped).
 * Threads: one file by one thread at a time. Blocks: may, for the disk.
 */
#ifndef TAPEMAP_FILE_ACCESS_H
#define TAPEMAP_FILE_ACCESS_H

#include <stddef.h>
#include <stdint.h>

struct file_access;

enum file_access_kind {
    FILE_ACCESS_READ,   /* others may read and write it */
    FILE_ACCESS_UNWRITTEN, /* read while nobody writes it: refused (32) while somebody has it open
                              for that, or shares nothing of it */
    FILE_ACCESS_CHANGE, /* an existing file; refused (32) while somebody else may write it, or has
                           it open and lets nobody write it (file_use.h); sections of it that
                           clients still hold do not count */
    FILE_ACCESS_TAKE_AWAY, /* the same, to be removed; nobody gets at its name meanwhile */
    FILE_ACCESS_CREATE, /* a new file; refused (80) when there is one */
};

/* Memory: *file is the caller's until file_access_close; untouched on failure. */
uint32_t file_access_open(const char *path, enum file_access_kind kind,
                          struct file_access **file);
/* NULL is ignored. */
void file_access_close(struct file_access *file);

/* Its length now. */
uint32_t file_access_length(struct file_access *file, uint64_t *bytes);
/* All `count` bytes or a failure. */
uint32_t file_access_read(struct file_access *file, uint64_t offset, void *bytes, size_t count);
/* The same for writing; past the end the file grows. */
uint32_t file_access_write(struct file_access *file, uint64_t offset, const void *bytes,
                           size_t count);
/* Cuts the file, or lengthens it by zeros. 1224: cut while somebody has it mapped. */
uint32_t file_access_set_length(struct file_access *file, uint64_t bytes);
/* Returns when what was written has reached the disk. */
uint32_t file_access_flush(struct file_access *file);

/* Removes a file that nobody needs any more. */
uint32_t file_access_remove(const char *path);

/* Removes a file that was opened with FILE_ACCESS_TAKE_AWAY, which it then is until it is closed:
   that one, whatever its path may lead to by now. */
uint32_t file_access_remove_open(struct file_access *file);

#endif
