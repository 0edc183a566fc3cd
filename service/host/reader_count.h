/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_READER_COUNT_H
#define TAPEMAP_READER_COUNT_H

#include <stdbool.h>
#include <stdint.h>

/* Counts the handles that all processes have of the object behind `handle`, besides this one. That
   is how many readers have a tape open, if the object is one that each of them opens once.
   Returns false, *count untouched, when the system does not tell. Threads: any. Blocks: never. */
bool reader_count_handles(void *handle, uint64_t *count);

#endif
