/* SPDX-License-Identifier: MIT */
#include "journal_writer.h"

#include "atomic64.h"

#define JOURNAL_PREPARED_RECORDS 256u /* more than a tick writes, the last one included */
#define JOURNAL_SPARE_RECORDS 65536u
#define JOURNAL_MAX_RECORDS (1u << 27) /* 16 GiB of address space: two years of anchors */

uint64_t journal_measure(uint64_t capacity_frames, uint32_t sample_rate_hz)
{
    uint64_t seconds = capacity_frames / sample_rate_hz;
    return min_u64(2 * min_u64(seconds, JOURNAL_MAX_RECORDS) + JOURNAL_SPARE_RECORDS,
                   JOURNAL_MAX_RECORDS);
}

enum tapemap_status journal_prepare(struct journal_writer *journal)
{
    uint64_t head = load_relaxed_u64(&journal->index->journal_head);
    return region_prepare(&journal->region, head + JOURNAL_PREPARED_RECORDS,
                          sizeof(struct tapemap_record));
}

void journal_write(struct journal_writer *journal, const struct tapemap_record *record)
{
    if (journal->status != TAPEMAP_OK)
        return;
    uint64_t sequence = load_relaxed_u64(&journal->index->journal_head);
    uint64_t capacity = journal->index->journal.capacity;
    struct tapemap_record *slot =
        region_at(&journal->region, sequence % capacity * sizeof *slot, sizeof *slot,
                  &journal->status);
    if (!slot)
        return;
    /* Full barrier: the record that leaves is declared gone before its bytes change. */
    if (sequence >= capacity)
        exchange_u64(&journal->index->journal_oldest, sequence + 1 - capacity);
    *slot = *record;
    slot->sequence = sequence;
    store_release_u64(&journal->index->journal_head, sequence + 1);
}
