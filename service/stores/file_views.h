/* SPDX-License-Identifier: MIT */
/*
 * The live views of a file store, and how they are flushed.
 *
 * Windows keeps what a program has changed in its view as marks in that view's own page table;
 * flushing another view of the same bytes, or the file, does not see them. So the views through
 * which the tape was written are flushed themselves, and a view that has been unmapped has handed
 * its marks to the file, which is flushed after them.
 *
 * An unmap never waits for the disk: a view that is just being flushed is unmapped by the flush
 * when it is done with it. The lock is held for steps in the list only.
 * Threads: any.
 */
#ifndef TAPEMAP_FILE_VIEWS_H
#define TAPEMAP_FILE_VIEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file_views;

/* NULL: no memory. */
struct file_views *file_views_create(void);
/* All views have been removed. NULL is ignored. */
void file_views_destroy(struct file_views *views);

/* Enters a mapped view. false: no memory. Blocks: never for long. */
bool file_views_add(struct file_views *views, void *address, uint64_t offset, size_t bytes);
/* Unmaps it, now or as soon as its flush is done. Blocks: never for long. */
void file_views_remove(struct file_views *views, void *address);

/* Starts writing what was changed in [offset, end) before the call. Returns 0 or a system error
   code. Blocks: for the disk. */
uint32_t file_views_flush(struct file_views *views, uint64_t offset, uint64_t end);

#endif
