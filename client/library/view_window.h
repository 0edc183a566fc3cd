/* SPDX-License-Identifier: MIT */
/*
 * Sections seen through views. A section may be larger than the address space, so a reader maps a
 * part of it at a time: a window. It starts at a multiple of its span and reaches a granule beyond
 * it, so that an item that starts inside the span, and is no longer than a granule, is never split.
 */
#ifndef TAPEMAP_VIEW_WINDOW_H
#define TAPEMAP_VIEW_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/status.h"

/*
 * Where views come from: a Win32 section, a test's buffer, a fuzzer's input.
 * Its user guarantees: offsets are multiples of TAPEMAP_GRANULE_BYTES; every view is unmapped with
 * the length it was mapped with. A source guarantees: a view that was mapped is readable wherever
 * the recorder has committed; a failed map leaves *view untouched.
 */
struct view_source {
    /* Returns OK · E_MEMORY: no address space or memory · another: there is no such stretch. */
    enum tapemap_status (*map)(void *context, uint64_t offset, size_t bytes, const void **view);
    void (*unmap)(void *context, const void *view, size_t bytes);
    void *context;
    uint64_t bytes; /* length of the section; 0: not known yet */
    /* NULL for a section that never grows. Called for a frame past the end: opens what stands under
       `generation` now and is at least `bytes` long. Views stay good. Returns OK · E_NO_TAPE: that
       generation has gone, ask for the present one · as map. */
    enum tapemap_status (*renew)(void *context, uint64_t generation, uint64_t bytes);
};

struct view_window {
    uint64_t span_bytes; /* multiple of the granule */
    uint64_t offset;     /* in the section, of what is mapped now */
    size_t bytes;        /* 0: nothing is mapped */
    const unsigned char *base;
};

/* A pointer into a view and how many bytes lie behind it there. */
struct view_stretch {
    const unsigned char *base;
    uint64_t bytes;
};

/*
 * Points at the item of `item_bytes` (at most a granule) at `offset` of the section, moving the
 * window when it lies elsewhere, or past a window that ends where the section ended before it grew.
 * The item must be inside the section. Pointers from earlier calls die when the window moves.
 * Returns OK · E_MEMORY · E_SYSTEM · as the source's map. Threads: one. No system call unless the
 * window moves.
 */
enum tapemap_status view_window_at(struct view_window *window, const struct view_source *source,
                                   uint64_t offset, size_t item_bytes,
                                   struct view_stretch *stretch);

/* Unmaps; an empty window is ignored. */
void view_window_close(struct view_window *window, const struct view_source *source);

#endif
