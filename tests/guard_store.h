/* SPDX-License-Identifier: MIT */
/*
 * A store that is as strict as Windows where Wine is lenient: a page that was not committed, or
 * whose view was unmapped, faults when touched. It aborts the test on misuse of store.h: a commit
 * that ends at the end of its view, an unknown view, a view left over at the end. POSIX only.
 */
#ifndef TAPEMAP_GUARD_STORE_H
#define TAPEMAP_GUARD_STORE_H

#include <stdbool.h>

#include "store.h"

struct store *guard_store_create(uint64_t bytes);

/* One that plays a file: short of room it answers E_DISK_FULL. That of the audio grows, and has the
   marks of L151 where it is committed. */
struct store *guard_store_create_file(uint64_t bytes, bool is_audio);

/* From now on its audio is written by the store: what is committed behind the first granule faults
   until then, and the limit of guard_store_limit shows only there. Before the first commit. */
void guard_store_take_writes(struct store *store);

/* From now on what was not committed is as a hole of a file is: it reads as zeros in views, and
   takes what is written; though not for readers. */
void guard_store_show_holes(struct store *store);

/* From now on it grows to multiples of `bytes` (of the granule) and two granules. */
void guard_store_set_extent(struct store *store, uint64_t bytes);

/* What a recorder that died now would leave behind, opened anew, a file under the next generation's
   name.
   May be called from within the store's own functions. */
struct store *guard_store_copy(const struct store *store);

/* From now on commits beyond this many bytes in all fail with E_COMMIT_LIMIT or E_DISK_FULL. */
void guard_store_limit(struct store *store, uint64_t bytes);

/* From now on it says that the volume has room for so much more; nothing else changes. */
void guard_store_set_room(struct store *store, uint64_t bytes);

/* From now on it grows to no more than this many bytes: E_DISK_FULL. */
void guard_store_limit_growth(struct store *store, uint64_t bytes);

/* The next map, whoever calls it, fails with `status`. */
void guard_store_fail_next_map(struct store *store, enum tapemap_status status);

/* A reader's view: read-only, and committed pages appear in it while it is mapped. */
enum tapemap_status guard_store_map_reader(struct store *store, uint64_t offset, size_t bytes,
                                           const void **view);
void guard_store_unmap_reader(struct store *store, const void *view, size_t bytes);

uint64_t guard_store_committed_bytes(const struct store *store);
unsigned guard_store_view_count(const struct store *store);

#endif
