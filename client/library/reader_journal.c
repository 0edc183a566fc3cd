/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "atomic64.h"
#include "reader.h"

void reader_journal_range(const struct reader *reader, uint64_t *first, uint64_t *end)
{
    const struct tapemap_index *shared = reader->index_header;
    const struct layout_region *journal = &reader->index_facts.journal;
    uint64_t last =
        reader_region_limit(&shared->journal, journal, sizeof(struct tapemap_record),
                            load_acquire_u64(&shared->journal_head));
    uint64_t oldest = load_acquire_u64(&shared->journal_oldest);

    if (oldest > last)
        oldest = last;
    /* Keeps a damaged recorder from sending anybody through 2^64 records. */
    if (last - oldest > journal->capacity)
        oldest = last - journal->capacity;
    *first = oldest;
    *end = last;
}

enum tapemap_status reader_get_record(struct reader *reader, uint64_t sequence,
                                      struct tapemap_record *record)
{
    uint64_t first;
    uint64_t end;
    struct view_stretch stretch;
    struct tapemap_record copy;

    reader_journal_range(reader, &first, &end);
    if (sequence >= end)
        return TAPEMAP_E_NOT_YET;
    if (sequence < first)
        return TAPEMAP_E_OVERWRITTEN;
    uint64_t slot = sequence % reader->index_facts.journal.capacity;
    enum tapemap_status status =
        view_window_at(&reader->journal_window, &reader->index,
                       reader->index_facts.journal.offset + slot * sizeof copy, sizeof copy,
                       &stretch);
    if (status)
        return status;
    memcpy(&copy, stretch.base, sizeof copy);
    fence_acquire();
    if (sequence < load_acquire_u64(&reader->index_header->journal_oldest))
        return TAPEMAP_E_OVERWRITTEN;
    status = layout_check_record(&copy, sequence);
    if (status)
        return status;
    *record = copy;
    return TAPEMAP_OK;
}

enum tapemap_status reader_find_record(struct reader *reader, enum tapemap_record_kind kind,
                                       uint64_t end, uint64_t *sequence,
                                       struct tapemap_record *record)
{
    for (uint64_t at = *sequence; at < end; at++) {
        struct tapemap_record found;
        enum tapemap_status status = reader_get_record(reader, at, &found);
        if (status)
            return status;
        if (found.kind == (uint32_t)kind) {
            *sequence = at;
            *record = found;
            return TAPEMAP_OK;
        }
    }
    if (*sequence < end)
        *sequence = end;
    return TAPEMAP_E_NOT_YET;
}
