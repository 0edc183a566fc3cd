/* SPDX-License-Identifier: MIT */
/* Opening an existing file so that nobody else writes it. Windows only. */
#ifndef TAPEMAP_SOLE_WRITER_H
#define TAPEMAP_SOLE_WRITER_H

#include <stdint.h>
#include <wchar.h>

/*
 * Opens the file for reading, writing and `access` (0, DELETE) with these FILE_FLAG_* flags;
 * others may read it. Refused (32) while somebody else has it open for writing, or has it open and
 * lets nobody write it (file_use.h tells the two apart); a section over it that some client still
 * holds is no such writer.
 * Returns 0 or a system error code. Memory: *handle is for CloseHandle; untouched on failure.
 * Threads: any. Blocks: for the disk.
 */
uint32_t sole_writer_open(const wchar_t *path, uint32_t access, uint32_t flags, void **handle);

#endif
