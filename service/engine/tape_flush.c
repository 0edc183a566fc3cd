/* SPDX-License-Identifier: MIT */
/*
 * Making a file tape survive a power cut. This runs on a thread of its own, beside the keeper and
 * the thread that appends, so it touches only
 *   - shared fields, atomically;
 *   - fields that do not change once the tape is made: the stores, frame_bytes, where the control
 *     block, the index and its regions lie;
 *   - tape->flushed and durable_frames, which are its own.
 * The views of windows and regions, which the keeper moves, are none of these: the store flushes
 * by offset.
 *
 * What is published is loaded first and flushed afterwards; so the headers, which go last, never
 * run ahead of the data by more than what was published meanwhile. The header of the audio goes
 * before that of the index: an index that is behind its tape is made up for (tape_resume), a
 * journal ahead of its tape would tell of frames that are not there.
 */
#include "atomic64.h"
#include "tape_private.h"

static enum tapemap_status flush(struct store *store, uint64_t offset, uint64_t end)
{
    return offset < end ? store->ops->flush(store, offset, end) : TAPEMAP_OK;
}

static enum tapemap_status flush_audio(const struct tape *tape, uint64_t from, uint64_t to)
{
    return flush(tape->audio, TAPEMAP_DATA_OFFSET + from * tape->frame_bytes,
                 TAPEMAP_DATA_OFFSET + to * tape->frame_bytes);
}

/* Items [from, to) of a region, in as many runs as its laps make of them. */
static enum tapemap_status flush_items(const struct tape *tape, const struct tapemap_region *region,
                                       uint64_t item_bytes, uint64_t from, uint64_t to)
{
    enum tapemap_status status = TAPEMAP_OK;
    if (to - from > region->capacity)
        from = to - region->capacity;
    while (from < to && status == TAPEMAP_OK) {
        uint64_t slot = from % region->capacity;
        uint64_t count = min_u64(to - from, region->capacity - slot);
        status = flush(tape->index_store, region->offset + slot * item_bytes,
                       region->offset + (slot + count) * item_bytes);
        from += count;
    }
    return status;
}

static enum tapemap_status flush_index(const struct tape *tape, const struct tape_flushed *to)
{
    const struct tape_flushed *from = &tape->flushed;
    uint64_t cell_bytes = (uint64_t)tape->index->channels * sizeof(struct tapemap_peak);
    enum tapemap_status status = flush_items(tape, &tape->index->journal,
                                             sizeof(struct tapemap_record), from->records,
                                             to->records);
    for (uint32_t i = 0; i < TAPEMAP_LEVELS && status == TAPEMAP_OK; i++) {
        uint64_t cell_frames = peaks_cell_frames(i);
        status = flush_items(tape, &tape->index->levels[i], cell_bytes,
                             from->peaks_frames / cell_frames, to->peaks_frames / cell_frames);
    }
    return status;
}

enum tapemap_status tape_flush(struct tape *tape)
{
    if (!tape->audio->ops->flush || !tape->index_store->ops->flush)
        return TAPEMAP_OK;
    /* Before the head, whose frames they may be about: loaded in the other order, a record could
       be flushed whose frames are not. */
    struct tape_flushed now = {
        .records = load_acquire_u64(&tape->index->journal_head),
        .peaks_frames = load_acquire_u64(&tape->index->peaks_frames),
    };
    uint64_t head = load_acquire_u64(&tape->control->head);
    uint64_t durable = load_relaxed_u64(&tape->control->durable_frames);
    if (head == durable && now.records == tape->flushed.records)
        return TAPEMAP_OK;
    enum tapemap_status status = flush_audio(tape, durable, head);
    if (status == TAPEMAP_OK)
        status = flush_index(tape, &now);
    if (status == TAPEMAP_OK)
        status = flush(tape->audio, 0, TAPEMAP_DATA_OFFSET);
    if (status == TAPEMAP_OK)
        status = flush(tape->index_store, 0, TAPEMAP_GRANULE_BYTES);
    if (status != TAPEMAP_OK)
        return status;
    tape->flushed = now;
    store_release_u64(&tape->control->durable_frames, head);
    return TAPEMAP_OK;
}
