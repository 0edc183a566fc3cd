/* SPDX-License-Identifier: MIT */
#include "tape_windows.h"

#include <assert.h>

#include "atomic64.h"

#define COMMIT_CHUNK_BYTES (1u << 20)

static uint64_t ring_index(const struct tape_windows *windows, uint64_t position)
{
    return windows->is_ring ? position % windows->capacity_frames : position;
}

static uint64_t byte_of(const struct tape_windows *windows, uint64_t position)
{
    return TAPEMAP_DATA_OFFSET + ring_index(windows, position) * windows->frame_bytes;
}

static void unmap_slot(struct tape_windows *windows, uint32_t slot)
{
    if (windows->views[slot])
        store_unmap(windows->store, windows->views[slot], windows->view_bytes[slot]);
    windows->views[slot] = NULL;
}

void tape_windows_deinit(struct tape_windows *windows)
{
    unmap_slot(windows, 0);
    unmap_slot(windows, 1);
}

/* The position where the run that starts at `first` leaves its window, or the ring wraps. */
static uint64_t span_end(const struct tape_windows *windows, uint64_t first)
{
    uint64_t index = ring_index(windows, first);
    uint64_t window_end =
        (byte_of(windows, first) / windows->window_bytes + 1) * windows->window_bytes;
    /* The last frame may reach into the overlap: every frame that begins in the window is in. */
    uint64_t end_index = (window_end - TAPEMAP_DATA_OFFSET + windows->frame_bytes - 1) /
                         windows->frame_bytes;
    return first + min_u64(end_index, windows->capacity_frames) - index;
}

static bool may_replace_older(const struct tape_windows *windows, uint64_t consumed)
{
    uint32_t older = windows->newest ^ 1;
    if (!windows->views[older])
        return true;
    uint64_t head = load_acquire_u64(&windows->control->head);
    return head > windows->appender->spans[windows->newest].first &&
           consumed >= windows->appender->spans[older].end;
}

/* A section that can grow does so a window ahead of the head: the window at `start` is about to be
   mapped, whole, and no commit may end at the end of its view (store.h). */
static bool grow_for_window(struct tape_windows *windows, uint64_t start)
{
    struct store *store = windows->store;
    uint64_t needed = start + windows->window_bytes + 2 * (uint64_t)TAPEMAP_GRANULE_BYTES;
    if (!store->ops->grow || store->bytes >= needed)
        return true;
    windows->status = store_grow(store, needed);
    if (windows->status != TAPEMAP_OK)
        return false;
    store_release_u64(&windows->control->grown_bytes, store->bytes);
    store_release_u64(&windows->control->generation, store->generation);
    return true;
}

/* Maps the span that begins at `granted`, in the place of the older one. */
static bool map_next_span(struct tape_windows *windows, uint64_t consumed)
{
    if (!may_replace_older(windows, consumed))
        return false;
    uint64_t byte = byte_of(windows, windows->granted);
    uint64_t start = byte / windows->window_bytes * windows->window_bytes;
    if (!grow_for_window(windows, start))
        return false;
    uint32_t slot = windows->views[windows->newest] ? windows->newest ^ 1 : windows->newest;
    unmap_slot(windows, slot);
    size_t bytes = (size_t)min_u64(windows->window_bytes + TAPEMAP_GRANULE_BYTES,
                                   windows->store->bytes - start);
    windows->status = store_map(windows->store, start, bytes, &windows->views[slot]);
    if (windows->status != TAPEMAP_OK)
        return false;
    windows->view_bytes[slot] = bytes;
    windows->newest = slot;
    struct tape_span *span = &windows->appender->spans[slot];
    span->first = windows->granted;
    span->end = span_end(windows, windows->granted);
    span->base = (unsigned char *)windows->views[slot] + (byte - start);
    return true;
}

static bool is_short_of_room(enum tapemap_status status)
{
    return status == TAPEMAP_E_COMMIT_LIMIT || status == TAPEMAP_E_DISK_FULL;
}

/* Commits the newest span's storage up to byte `needed`, in whole chunks. When memory or disk have
   no room for that, half as much is tried, and so on, and what is needed among it: no page before
   the limit is left unused. */
static bool commit_to(struct tape_windows *windows, uint64_t needed)
{
    if (windows->committed_bytes >= needed)
        return true;
    const struct tape_span *span = &windows->appender->spans[windows->newest];
    uint64_t start = windows->committed_bytes;
    uint64_t view_start = byte_of(windows, span->first) / windows->window_bytes *
                          windows->window_bytes;
    assert(start >= view_start);
    uint64_t bound = min_u64(view_start + windows->window_bytes + TAPEMAP_PAGE_BYTES,
                             windows->store->bytes - TAPEMAP_GRANULE_BYTES);
    unsigned char *address =
        (unsigned char *)windows->views[windows->newest] + (start - view_start);
    uint64_t bytes = min_u64(round_up_u64(needed, COMMIT_CHUNK_BYTES), bound) - start;
    uint64_t least = round_up_u64(needed, TAPEMAP_PAGE_BYTES) - start;
    enum tapemap_status shortage = TAPEMAP_OK;
    for (;;) {
        windows->status =
            budget_commit(windows->budget, windows->store, start, address, (size_t)bytes);
        if (!is_short_of_room(windows->status) || bytes <= TAPEMAP_PAGE_BYTES)
            break;
        shortage = windows->status;
        uint64_t half = round_up_u64(bytes / 2, TAPEMAP_PAGE_BYTES);
        bytes = bytes > least && half < least ? least : half;
    }
    if (windows->status != TAPEMAP_OK)
        return false;
    windows->committed_bytes = start + bytes;
    if (!windows->store->ops->write) /* else it has room, but is not real yet (tape_write.h) */
        store_release_u64(&windows->control->committed_bytes, windows->committed_bytes);
    if (windows->committed_bytes < needed)
        windows->status = shortage;
    return windows->status == TAPEMAP_OK;
}

/*
 * The first touch of a page is a fault, and in a ring that was paged out even a disk read: neither
 * belongs into an audio callback, so the keeper touches what it is about to grant. Nobody else uses
 * those pages yet; one that begins before the grant is left alone, for it is in use.
 */
static void touch_pages(const struct tape_windows *windows, uint64_t end)
{
    const struct tape_span *span = &windows->appender->spans[windows->newest];
    uint64_t base_byte = byte_of(windows, span->first);
    uint64_t start = byte_of(windows, windows->granted);
    uint64_t stop = start + (end - windows->granted) * windows->frame_bytes;
    for (uint64_t byte = round_up_u64(start, TAPEMAP_PAGE_BYTES); byte < stop;
         byte += TAPEMAP_PAGE_BYTES) {
        volatile unsigned char *page = span->base + (byte - base_byte);
        /* cppcheck-suppress selfAssignment */
        *page = *page; /* a write, for a page that was only read faults once more when written */
    }
}

/* What is committed already but not granted: the last frames before the commit limit. */
static uint64_t committed_end(const struct tape_windows *windows, uint64_t end)
{
    if (windows->committed_bytes <= byte_of(windows, windows->granted))
        return windows->granted;
    uint64_t frames = (windows->committed_bytes - byte_of(windows, windows->granted)) /
                      windows->frame_bytes;
    return min_u64(end, windows->granted + frames);
}

/* A ring's readers are told before the appending thread may overwrite what they read. What a
   recorder that died has retired stays so. */
static void retire_before(struct tape_windows *windows, uint64_t granted)
{
    struct tapemap_shared_u64 *oldest = &windows->control->oldest_frame;
    if (windows->is_ring && granted > windows->capacity_frames &&
        granted - windows->capacity_frames > load_relaxed_u64(oldest))
        store_release_u64(oldest, granted - windows->capacity_frames);
}

void tape_windows_grant(struct tape_windows *windows, uint64_t target, uint64_t consumed)
{
    windows->status = TAPEMAP_OK;
    target = min_u64(target, windows->last_frame);
    while (windows->granted < target) {
        const struct tape_span *span = &windows->appender->spans[windows->newest];
        bool is_span_used_up = !windows->views[windows->newest] || windows->granted == span->end;
        if (is_span_used_up && !map_next_span(windows, consumed))
            break;
        span = &windows->appender->spans[windows->newest];
        uint64_t end = min_u64(target, span->end);
        uint64_t last_byte = byte_of(windows, end - 1) + windows->frame_bytes;
        if (!commit_to(windows, last_byte))
            end = committed_end(windows, end);
        if (end == windows->granted)
            break;
        retire_before(windows, end);
        if (!windows->store->ops->write)
            touch_pages(windows, end);
        windows->granted = end;
        if (windows->status != TAPEMAP_OK)
            break;
    }
    store_release_u64(&windows->appender->granted, windows->granted);
}

const unsigned char *tape_windows_find(const struct tape_windows *windows, uint64_t position,
                                       uint64_t *run)
{
    for (uint32_t slot = 0; slot < 2; slot++) {
        const struct tape_span *span = &windows->appender->spans[slot];
        if (windows->views[slot] && position >= span->first && position < span->end) {
            *run = span->end - position;
            return span->base + (size_t)(position - span->first) * windows->frame_bytes;
        }
    }
    return NULL;
}
