/* SPDX-License-Identifier: MIT */
/*
 * The file under a file store. It is opened for overlapped I/O: else the system would make every
 * write of the keeper wait until the flush of another thread has reached the disk.
 *
 * Functions that can fail return a system error code for system_error_text, 0 when they worked.
 * Threads: flush and room on any; stream on one of its own; the rest on one. Blocks: for the disk.
 */
#ifndef TAPEMAP_DISK_FILE_H
#define TAPEMAP_DISK_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include "file_store.h"

struct disk_file {
    void *handle;
    void *written;   /* event: a write, or read, is done; but for those of disk_file_stream */
    void *streamed;  /* event: one of disk_file_stream is done */
    wchar_t *path;
    wchar_t *folder; /* whose volume is asked for its room */
    bool is_sparse;  /* as far as the system says */
    uint64_t most_bytes; /* no file of that volume can be longer */
};

/* Opens the file of that configuration; `is_new`: makes it, and refuses (80) one that exists. No
   other writer is admitted. Memory: to be given to disk_file_close. */
uint32_t disk_file_open(const struct file_store_config *config, bool is_new,
                        struct disk_file *file);
void disk_file_close(struct disk_file *file);
/* Closes it and removes it from the disk. */
void disk_file_remove(struct disk_file *file);

/* Its length now. */
uint32_t disk_file_length(const struct disk_file *file, uint64_t *bytes);
/* All `count` bytes, which must lie in the file, or a failure. */
uint32_t disk_file_read(const struct disk_file *file, uint64_t offset, void *bytes, size_t count);
/* All `count` bytes or a failure; what was written before it stays. */
uint32_t disk_file_write(const struct disk_file *file, uint64_t offset, const void *bytes,
                         size_t count);
/* The same beside it, from another thread; *done: how much was written, also before a failure. */
uint32_t disk_file_stream(const struct disk_file *file, uint64_t offset, const void *bytes,
                          size_t count, size_t *done);
/* Cuts it, if no section of anybody's is in the way; else it stays as it is. */
void disk_file_cut(const struct disk_file *file, uint64_t bytes);
/* Returns when what the system holds of it, in all processes, has reached the disk. */
uint32_t disk_file_flush(const struct disk_file *file);
/* How many bytes the volume has left for this user. */
uint32_t disk_file_room(const struct disk_file *file, uint64_t *bytes);

/* True for the codes that say that the volume or the user's share of it is full. */
bool disk_file_is_full(uint32_t code);

#endif
