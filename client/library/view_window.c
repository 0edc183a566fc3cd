/* SPDX-License-Identifier: MIT */
#include "view_window.h"

#include <assert.h>

#include "tapemap/layout.h"

void view_window_close(struct view_window *window, const struct view_source *source)
{
    if (window->bytes)
        source->unmap(source->context, window->base, window->bytes);
    window->base = NULL;
    window->offset = 0;
    window->bytes = 0;
}

static enum tapemap_status view_window_move(struct view_window *window,
                                            const struct view_source *source, uint64_t start)
{
    uint64_t bytes = window->span_bytes + TAPEMAP_GRANULE_BYTES;
    const void *view = NULL;

    if (bytes > source->bytes - start)
        bytes = source->bytes - start;
    /* The old view goes first: a 32-bit program may not have room for two. */
    view_window_close(window, source);
    enum tapemap_status status = source->map(source->context, start, (size_t)bytes, &view);
    if (status)
        return status;
    window->base = view;
    window->offset = start;
    window->bytes = (size_t)bytes;
    return TAPEMAP_OK;
}

enum tapemap_status view_window_at(struct view_window *window, const struct view_source *source,
                                   uint64_t offset, size_t item_bytes,
                                   struct view_stretch *stretch)
{
    assert(offset < source->bytes && item_bytes <= source->bytes - offset);
    /* An offset before the window wraps around to a huge one here. */
    uint64_t ahead = offset - window->offset;
    if (!window->bytes || ahead >= window->span_bytes || ahead + item_bytes > window->bytes) {
        uint64_t start = offset - offset % window->span_bytes;
        enum tapemap_status status = view_window_move(window, source, start);
        if (status)
            return status;
    }
    size_t inside = (size_t)(offset - window->offset);
    stretch->base = window->base + inside;
    stretch->bytes = window->bytes - inside;
    return TAPEMAP_OK;
}
