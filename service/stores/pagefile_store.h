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

#endif
