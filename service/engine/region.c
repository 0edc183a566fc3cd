/* SPDX-License-Identifier: MIT */
#include "region.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "atomic64.h"

#define REGION_WINDOW_BYTES (1u << 20)
#define REGION_CHUNK_BYTES 65536u
#define REGION_PART_AHEAD 16u /* the longer it is, the more at once: each commit has its price */

uint64_t region_measure(uint64_t capacity, uint32_t item_bytes)
{
    return round_up_u64(capacity * item_bytes, TAPEMAP_GRANULE_BYTES) + TAPEMAP_GRANULE_BYTES;
}

void region_init(struct region *region, struct store *store, struct commit_budget *budget,
                 struct tapemap_region *shared)
{
    memset(region, 0, sizeof *region);
    region->store = store;
    region->budget = budget;
    region->shared = shared;
    region->committed_bytes = load_relaxed_u64(&shared->committed_bytes);
}

void region_resume(struct region *region, uint64_t items, size_t item_bytes)
{
    uint64_t used = min_u64(items, region->shared->capacity) * item_bytes;

    region->committed_bytes = round_up_u64(used, TAPEMAP_PAGE_BYTES);
}

static void unmap(struct region *region)
{
    if (region->view)
        store_unmap(region->store, region->view, region->view_bytes);
    region->view = NULL;
}

void region_deinit(struct region *region)
{
    unmap(region);
}

/* Maps the window that begins at or below `start`; a granule more, so that no item is split. */
static enum tapemap_status map_around(struct region *region, uint64_t start)
{
    uint64_t window = start / REGION_WINDOW_BYTES * REGION_WINDOW_BYTES;
    if (region->view && region->view_start == window)
        return TAPEMAP_OK;
    unmap(region);
    size_t bytes = (size_t)min_u64(REGION_WINDOW_BYTES + TAPEMAP_GRANULE_BYTES,
                                   region->shared->bytes - window);
    void *view;
    enum tapemap_status status =
        store_map(region->store, region->shared->offset + window, bytes, &view);
    if (status != TAPEMAP_OK)
        return status;
    region->view = view;
    region->view_start = window;
    region->view_bytes = bytes;
    return TAPEMAP_OK;
}

/* Of the view. `is_counted`: in the budget, already. */
static enum tapemap_status commit_part(struct region *region, uint64_t begin, uint64_t end,
                                       bool is_counted)
{
    uint64_t offset = region->shared->offset + begin;
    unsigned char *address = region->view + (begin - region->view_start);
    size_t bytes = (size_t)(end - begin);

    if (bytes == 0)
        return TAPEMAP_OK;
    return is_counted ? store_commit(region->store, offset, address, bytes)
                      : budget_commit(region->budget, region->store, offset, address, bytes);
}

/* Commits from where it ends up to `end`, or to the end of the window; what is committed at once is
   whole chunks. What `shared` said before is in the budget. */
static enum tapemap_status commit_more(struct region *region, uint64_t committed, uint64_t end)
{
    uint64_t said = load_relaxed_u64(&region->shared->committed_bytes);
    uint64_t goal = min_u64(round_up_u64(end, REGION_CHUNK_BYTES),
                            region->view_start + REGION_WINDOW_BYTES);
    goal = min_u64(goal, region->shared->bytes - TAPEMAP_GRANULE_BYTES);
    uint64_t counted = min_u64(max_u64(said, committed), goal);
    enum tapemap_status status = commit_part(region, committed, counted, true);
    if (status == TAPEMAP_OK)
        status = commit_part(region, counted, goal, false);
    if (status != TAPEMAP_OK)
        return status;
    region->committed_bytes = goal;
    if (goal > said)
        store_release_u64(&region->shared->committed_bytes, goal);
    return TAPEMAP_OK;
}

static enum tapemap_status commit_to(struct region *region, uint64_t needed)
{
    for (;;) {
        uint64_t committed = region->committed_bytes;
        if (committed >= needed)
            return TAPEMAP_OK;
        enum tapemap_status status = map_around(region, committed);
        if (status != TAPEMAP_OK)
            return status;
        uint64_t wanted = max_u64(needed, committed + committed / REGION_PART_AHEAD);
        status = commit_more(region, committed, wanted);
        if (status != TAPEMAP_OK && wanted > needed)
            status = commit_more(region, committed, needed);
        if (status != TAPEMAP_OK)
            return status;
    }
}

enum tapemap_status region_prepare(struct region *region, uint64_t items, size_t item_bytes)
{
    return commit_to(region, min_u64(items, region->shared->capacity) * item_bytes);
}

void *region_at(struct region *region, uint64_t start, size_t bytes, enum tapemap_status *status)
{
    assert(bytes <= TAPEMAP_GRANULE_BYTES);
    assert(start + bytes <= region->shared->bytes - TAPEMAP_GRANULE_BYTES);
    *status = commit_to(region, start + bytes);
    if (*status == TAPEMAP_OK)
        *status = map_around(region, start);
    return *status == TAPEMAP_OK ? region->view + (start - region->view_start) : NULL;
}
