/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_PAGEFILE_STORE_H
#define TAPEMAP_PAGEFILE_STORE_H

#include "failure.h"
#include "store.h"

/*
 * Creates the named section `name` (UTF-8, with its namespace prefix) of `bytes` reserved bytes,
 * backed by the pagefile. A name that exists already, whoever made it, is refused: the object
 * behind it would have another size and owner.
 * Returns OK · E_BUSY (the name exists) · E_MEMORY · E_SYSTEM, with failure filled.
 * Memory: *store is the caller's until store_destroy; the section lives on while a reader holds it.
 * Threads: one at a time. Blocks: never for long; not for an audio callback.
 */
enum tapemap_status pagefile_store_create(const char *name, uint64_t bytes, struct store **store,
                                          struct failure *failure);

/*
 * Goes on with a section that another process made so, through a handle of this process that may
 * write: at least `bytes` bytes long. No child of this process inherits the handle from now on.
 * Returns OK · E_NO_TAPE: the handle is none of such a section · E_MEMORY, with failure filled; the
 * handle then stays the caller's. Memory, threads and blocking as pagefile_store_create; *store
 * closes the handle.
 */
enum tapemap_status pagefile_store_adopt(void *section, uint64_t bytes, struct store **store,
                                         struct failure *failure);

/* The section of a store that one of the two above made. */
void *pagefile_store_section(const struct store *store);

#endif
