/* SPDX-License-Identifier: MIT */
/*
 * A file mapped for reading only, while anybody may read, write, rename or delete it. What is
 * written to it shows in the views.
 */
#ifndef TAPEMAP_MAPPED_FILE_H
#define TAPEMAP_MAPPED_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/status.h"

struct mapped_file;

/*
 * Opens the file at `path` (UTF-8, of any length) and maps it as long as it is now.
 * Returns OK · E_ARGUMENT: no path · E_NO_FILE · E_FORMAT: a folder, a pipe · E_DENIED · E_BUSY:
 * somebody shares it with nobody · E_MEMORY · E_SYSTEM.
 * Memory: *file is the caller's until mapped_file_close. Threads: one at a time. Blocks: for the
 * disk.
 */
enum tapemap_status mapped_file_open(const char *path, struct mapped_file **file);

/* NULL is ignored. Views stay until they are unmapped. */
void mapped_file_close(struct mapped_file *file);

/* How long it was when it was opened or renewed. Never blocks. */
uint64_t mapped_file_bytes(const struct mapped_file *file);

/* The handle of its present mapping; NULL while it is empty, and where there are none. */
void *mapped_file_section(const struct mapped_file *file);

/* Maps it anew, as long as it is now; views stay. Returns OK · E_MEMORY · E_SYSTEM. Blocks: for the
   disk. */
enum tapemap_status mapped_file_renew(struct mapped_file *file);

/* A view of a stretch inside its length, at a multiple of TAPEMAP_GRANULE_BYTES; unmap it with the
   same length. Returns OK · E_MEMORY · E_SYSTEM: there is no such stretch. */
enum tapemap_status mapped_file_map(struct mapped_file *file, uint64_t offset, size_t bytes,
                                    const void **view);
void mapped_file_unmap(const void *view, size_t bytes);

#endif
