/* SPDX-License-Identifier: MIT */
/*
 * A file that appears under its name only when it is complete: it is written beside it as
 * "<path>.<pid>.part", and renamed at the end. Paths are UTF-8; "-" is stdout, which is written to
 * directly.
 *
 * Every function that can fail returns a system error code for system_error_text, 0 when it worked:
 * 80 (file exists) for a target that is there and may not be replaced, 336 (directory not
 * supported) for a folder, 112 for a full disk.
 * Threads: one file by one thread at a time. Blocks: may, for the disk or a pipe.
 */
#ifndef TAPEMAP_FILE_OUTPUT_H
#define TAPEMAP_FILE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file_output;

/* True for a path that this system takes for a device, such as "NUL" or "CON" (and, before Windows
   11, "nul.wav"): what is written there is no file that could be completed under its name. */
bool file_output_is_device(const char *path);

/* Starts a file. Memory: *output is the caller's until commit or discard; untouched on failure. */
uint32_t file_output_create(const char *path, bool replace, struct file_output **output);

/* Appends all `count` bytes. */
uint32_t file_output_write(struct file_output *output, const void *bytes, size_t count);

/* Overwrites bytes written before, to make a header true; the next append goes on at the end. 50
   (not supported) for stdout, 87 (invalid parameter) past what was written. */
uint32_t file_output_write_at(struct file_output *output, uint64_t offset, const void *bytes,
                              size_t count);

/* How many bytes were appended so far. */
uint64_t file_output_bytes(const struct file_output *output);

/* Completes the file under its name and frees it; a part of a write that failed is not in it. On
   failure the file is still the caller's, to discard or leave, or to commit again. */
uint32_t file_output_commit(struct file_output *output);

/* What follows the path in the name under which it is written: ".1234.part"; "" for stdout. Memory:
   the file's. */
const char *file_output_suffix(const struct file_output *output);

/* Leaves what was written under that name, and frees the file. */
void file_output_leave(struct file_output *output);

/* Removes what was written (not from stdout) and frees the file. NULL is ignored. */
void file_output_discard(struct file_output *output);

/* True for the codes that say that the reader of a pipe has gone: the end, not a failure. */
bool file_output_is_closed_pipe(uint32_t code);

#endif
