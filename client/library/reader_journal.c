/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "atomic64.h"
#include "reader.h"
#include "tapemap/tapemap.h"

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

static bool is_known(uint32_t kind)
{
    return kind >= TAPEMAP_RECORD_STATE && kind <= TAPEMAP_RECORD_WARNING;
}

static bool record_is_of(const struct tapemap_record *record, enum tapemap_record_kind kind)
{
    if (kind == TAPEMAP_RECORD_ANY_EVENT)
        return record->kind != TAPEMAP_RECORD_ANCHOR;
    return record->kind == (uint32_t)kind;
}

/* Looks at the next entry that nobody looked at yet: a long journal is gone through but once. */
static void utc_look_at(struct reader_utc *utc, const struct tapemap_record *record)
{
    if (record->sequence != utc->looked_until)
        return;
    utc->looked_until++;
    if (record->kind != TAPEMAP_RECORD_ANCHOR)
        return;
    utc->was_set_back = utc->was_set_back || record->utc_ns < utc->newest_ns;
    utc->newest_ns = record->utc_ns;
}

/*
 * Passes over entries of other kinds without copying them: of the many anchors of a long tape only
 * three words each are looked at. What is of the kind, or does not look like the entry that belongs
 * there, is left for reader_get_record to judge: *sequence is then its number, else `end`.
 */
static enum tapemap_status journal_pass(struct reader *reader, enum tapemap_record_kind kind,
                                        uint64_t end, uint64_t *sequence)
{
    const struct layout_region *journal = &reader->index_facts.journal;
    uint64_t slot = *sequence % journal->capacity;
    struct view_stretch stretch;
    enum tapemap_status status =
        view_window_at(&reader->journal_window, &reader->index,
                       journal->offset + slot * sizeof(struct tapemap_record),
                       sizeof(struct tapemap_record), &stretch);
    if (status)
        return status;
    const struct tapemap_record *records = (const void *)stretch.base;
    uint64_t count = stretch.bytes / sizeof *records;
    uint64_t left = end - *sequence;
    uint64_t passed = 0;
    count = count < left ? count : left;
    count = count < journal->capacity - slot ? count : journal->capacity - slot;
    struct reader_utc utc = reader->utc;
    while (passed < count && records[passed].sequence == *sequence + passed &&
           !record_is_of(&records[passed], kind) && is_known(records[passed].kind))
        utc_look_at(&utc, &records[passed++]);
    fence_acquire();
    /* What was passed may have been another entry by then. */
    if (*sequence < load_acquire_u64(&reader->index_header->journal_oldest))
        return TAPEMAP_E_OVERWRITTEN;
    reader->utc = utc;
    *sequence += passed;
    return TAPEMAP_OK;
}

enum tapemap_status reader_find_record(struct reader *reader, enum tapemap_record_kind kind,
                                       uint64_t end, uint64_t *sequence,
                                       struct tapemap_record *record)
{
    uint64_t at = *sequence;
    uint64_t first;
    uint64_t last;

    reader_journal_range(reader, &first, &last);
    while (at < end) {
        struct tapemap_record found;
        enum tapemap_status status = TAPEMAP_OK;
        if (at >= first && at < last)
            status = journal_pass(reader, kind, end < last ? end : last, &at);
        if (status == TAPEMAP_OK && at == end)
            break;
        if (status == TAPEMAP_OK)
            status = reader_get_record(reader, at, &found);
        if (status)
            return status;
        utc_look_at(&reader->utc, &found);
        if (record_is_of(&found, kind)) {
            *sequence = at;
            *record = found;
            return TAPEMAP_OK;
        }
        at++;
    }
    if (*sequence < end)
        *sequence = end;
    return TAPEMAP_E_NOT_YET;
}
