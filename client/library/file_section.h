/* SPDX-License-Identifier: MIT */
/*
 * A file mapped for reading only, while anybody may read, write, rename or delete it. What is
 * written to it shows in the views.
 */
#ifndef TAPEMAP_FILE_SECTION_H
#define TAPEMAP_FILE_SECTION_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/status.h"

struct file_section;

/*
 * Opens the file at `path` (UTF-8, of any length) and maps it as long as it is now.
 * Returns OK · E_ARGUMENT: no path · E_NO_FILE · E_FORMAT: a folder · E_DENIED · E_BUSY: somebody
 * shares it with nobody · E_MEMORY · E_SYSTEM.
 * Memory: *file is the caller's until file_section_close. Threads: one at a time. Blocks: for the
 * disk.
 */
enum tapemap_status file_section_open(const char *path, struct file_section **file);

/* NULL is ignored. Views stay until they are unmapped. */
void file_section_close(struct file_section *file);

/* How long it was when it was opened or renewed. Never blocks. */
uint64_t file_section_bytes(const struct file_section *file);

/* Maps it anew, as long as it is now; views stay. Returns OK · E_MEMORY · E_SYSTEM. Blocks: for the
   disk. */
enum tapemap_status file_section_renew(struct file_section *file);

/* A view of a stretch inside its length, at a multiple of TAPEMAP_GRANULE_BYTES; unmap it with the
   same length. Returns OK · E_MEMORY · E_SYSTEM: there is no such stretch. */
enum tapemap_status file_section_map(struct file_section *file, uint64_t offset, size_t bytes,
                                     const void **view);
void file_section_unmap(const void *view, size_t bytes);

#endif
