/* SPDX-License-Identifier: MIT */
/* A view of a section that is the caller's own: where he wants it, or with pages of his own. */
#ifndef TAPEMAP_OWN_VIEW_H
#define TAPEMAP_OWN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tapemap/status.h"

struct own_view {
    uint64_t offset; /* in the section; a multiple of TAPEMAP_GRANULE_BYTES */
    size_t bytes;
    void *base;      /* where it is to begin, at such a multiple; NULL: anywhere */
    bool is_private; /* it can be written to, and a page that is becomes a copy */
};

/* Maps a stretch of `section`, the handle of one. Returns OK · E_BUSY: something else lies at
   `base`, or no process has these addresses · E_MEMORY · E_COMMIT_LIMIT · E_DENIED · E_SYSTEM.
   Threads: any. Blocks: never. */
enum tapemap_status own_view_map(void *section, const struct own_view *wanted, void **view);

/* `base`: where a view begins. */
void own_view_unmap(const void *base);

#endif
