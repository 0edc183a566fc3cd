/* SPDX-License-Identifier: MIT */
#include "kept_index.h"

#include <string.h>

#include "atomic64.h"

/* How many items from a region's beginning on lie inside `bytes` bytes of index. */
static uint64_t items_inside(const struct layout_region *region, uint32_t item_bytes,
                             uint64_t bytes)
{
    if (bytes <= region->offset)
        return 0;
    uint64_t inside = (bytes - region->offset) / item_bytes;
    return inside < region->capacity ? inside : region->capacity;
}

static void find_journal(struct kept_index *index, const struct tapemap_index *head,
                         uint64_t bytes)
{
    const struct layout_region *journal = &index->layout.journal;
    uint64_t oldest = load_relaxed_u64(&head->journal_oldest);
    uint64_t end = load_relaxed_u64(&head->journal_head);
    uint64_t slots = items_inside(journal, sizeof(struct tapemap_record), bytes);
    index->is_torn = oldest > end || end > INT64_MAX || end - oldest > journal->capacity ||
                     (end > slots && slots < journal->capacity);
    index->first = index->is_torn ? 0 : oldest;
    index->end = index->is_torn ? 0 : end;
    if (index->is_torn && oldest == 0 && end <= INT64_MAX)
        index->end = end < slots ? end : slots;
}

/* A level of a file's index never turns round: all of its cells are there or none counts. */
static void find_cells(struct kept_index *index, const struct tapemap_index *head, uint64_t bytes,
                       uint64_t frames)
{
    uint64_t covered = load_relaxed_u64(&head->peaks_frames);
    uint64_t room = items_inside(&index->layout.levels[0], index->layout.cell_bytes, bytes);
    uint64_t cells = (covered < frames ? covered : frames) / TAPEMAP_LEVEL0_FRAMES;
    index->cells = cells <= room ? cells : 0;
}

/* The journal ends where its records are no longer what they should be. */
static uint32_t check_journal(struct kept_index *index)
{
    for (uint64_t i = index->first; i < index->end; i++) {
        struct tapemap_record record;
        uint32_t code = kept_index_record(index, i, &record);
        if (code != 0)
            return code;
        if (layout_check_record(&record, i) != TAPEMAP_OK) {
            index->end = i;
            index->is_torn = true;
        }
    }
    return 0;
}

uint32_t kept_index_open(struct kept_index *index, struct file_access *file, uint64_t base,
                         uint64_t bytes, const struct layout_tape *tape, uint64_t frames,
                         enum tapemap_status *status)
{
    struct tapemap_index head;
    *status = TAPEMAP_E_CORRUPT;
    if (bytes < sizeof head)
        return 0;
    uint32_t code = file_access_read(file, base, &head, sizeof head);
    if (code != 0)
        return code;
    *status = layout_check_index(&head, tape, 0, &index->layout);
    if (*status != TAPEMAP_OK)
        return 0;
    index->file = file;
    index->base = base;
    index->cached = 0;
    find_journal(index, &head, bytes);
    find_cells(index, &head, bytes, frames);
    return check_journal(index);
}

static uint32_t fill_cache(struct kept_index *index, uint64_t slot)
{
    const struct layout_region *journal = &index->layout.journal;
    uint64_t used = index->end < journal->capacity ? index->end : journal->capacity;
    uint64_t count = used - slot < KEPT_INDEX_CACHED ? used - slot : KEPT_INDEX_CACHED;
    index->cached = 0;
    uint32_t code = file_access_read(index->file,
                                     index->base + journal->offset + slot * sizeof *index->cache,
                                     index->cache, (size_t)count * sizeof *index->cache);
    if (code != 0)
        return code;
    index->cached_slot = slot;
    index->cached = count;
    return 0;
}

uint32_t kept_index_record(struct kept_index *index, uint64_t sequence,
                           struct tapemap_record *record)
{
    uint64_t slot = sequence % index->layout.journal.capacity;
    if (slot < index->cached_slot || slot - index->cached_slot >= index->cached) {
        uint32_t code = fill_cache(index, slot);
        if (code != 0)
            return code;
    }
    *record = index->cache[slot - index->cached_slot];
    return 0;
}

uint32_t kept_index_cells(const struct kept_index *index, uint64_t first, uint64_t count,
                          void *cells)
{
    uint64_t cell_bytes = index->layout.cell_bytes;
    return file_access_read(index->file,
                            index->base + index->layout.levels[0].offset + first * cell_bytes,
                            cells, (size_t)(count * cell_bytes));
}
