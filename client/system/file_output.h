/* SPDX-License-Identifier: MIT */
/*
 * A file that appears under its name only when it is complete: it is written beside it as
 * "<path>.<pid>.part", and renamed at the end. Paths are UTF-8; "-" is stdout, which is written to
 * directly.
 *
 * Every function that can fail returns a system error code for system_error_text, 0 when it worked:
 * 80 (file exists) for a target that is there and may not be replaced, 82 (cannot make) for a
 * folder, 109 or 232 when the reader of a pipe has gone, 112 for a full disk.
 * Threads: one file by one thread at a time. Blocks: may, for the disk or a pipe.
 */
#ifndef TAPEMAP_FILE_OUTPUT_H
#define TAPEMAP_FILE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file_output;

/* Starts a file. Memory: *output is the caller's until commit or discard; untouched on failure. */
uint32_t file_output_create(const char *path, bool replace, struct file_output **output);

/* Appends all `count` bytes. */
uint32_t file_output_write(struct file_output *output, const void *bytes, size_t count);

/* Overwrites bytes written before, to make a header true; the next append goes on at the end. For
   stdout: error 50 (not supported), unless stdout was redirected to a file. */
uint32_t file_output_write_at(struct file_output *output, uint64_t offset, const void *bytes,
                              size_t count);

/* True when write_at works. */
bool file_output_can_seek(const struct file_output *output);

/* Completes the file under its name and frees *output. On failure the partial file is removed. */
uint32_t file_output_commit(struct file_output *output);

/* Removes what was written (not from stdout) and frees *output. NULL is ignored. */
void file_output_discard(struct file_output *output);

#endif
