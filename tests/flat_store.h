/* SPDX-License-Identifier: MIT */
/*
 * A store in one block of memory, seen by writer and readers at the same addresses: what a race
 * detector needs to see both. Committing does nothing; guard_store.h is the strict one.
 */
#ifndef TAPEMAP_FLAT_STORE_H
#define TAPEMAP_FLAT_STORE_H

#include "store.h"
#include "view_window.h"

struct store *flat_store_create(uint64_t bytes);

/* Its bytes, from the first one on. */
const unsigned char *flat_store_memory(struct store *store);

/* The store as a reader's source of views; valid until the store is destroyed. */
struct view_source flat_store_source(struct store *store);

#endif
