/* SPDX-License-Identifier: MIT */
#include "compact_index.h"

#include <stddef.h>
#include <string.h>

#include "atomic64.h"
#include "pcm_peaks.h"
#include "whole_numbers.h"

static uint64_t level_cells(const struct compact_index *index, uint32_t level)
{
    uint64_t frames = index->frames / TAPEMAP_LEVEL0_FRAMES;
    while (level-- > 0)
        frames /= TAPEMAP_LEVEL_FACTOR;
    return frames;
}

static uint32_t cell_bytes_of(const struct compact_index *index)
{
    return (uint32_t)sizeof(struct tapemap_peak) * index->tape->channels;
}

/* ---- The plan ------------------------------------------------------------------------------ */

/* A region holds at least one item, if only as zeros. Returns where it ends. */
static uint64_t plan_region(struct tapemap_region *region, uint64_t begin, uint64_t items,
                            uint32_t item_bytes)
{
    region->offset = (begin + TAPEMAP_GRANULE_BYTES - 1) / TAPEMAP_GRANULE_BYTES *
                     TAPEMAP_GRANULE_BYTES;
    region->capacity = items > 0 ? items : 1;
    region->bytes = region->capacity * item_bytes;
    store_relaxed_u64(&region->committed_bytes, region->bytes);
    return region->offset + region->bytes;
}

void compact_index_plan(struct compact_index *index)
{
    struct tapemap_index *head = &index->head;
    memset(head, 0, sizeof *head);
    store_relaxed_u64(&head->magic, TAPEMAP_INDEX_MAGIC);
    head->signature = TAPEMAP_LAYOUT_SIGNATURE;
    head->tape_id = index->tape->tape_id;
    head->channels = index->tape->channels;
    head->level_count = TAPEMAP_LEVELS;
    store_relaxed_u64(&head->journal_head, index->end);
    store_relaxed_u64(&head->journal_oldest, index->first);
    store_relaxed_u64(&head->peaks_frames, index->frames - index->frames % TAPEMAP_LEVEL0_FRAMES);
    uint64_t end = plan_region(&head->journal, TAPEMAP_GRANULE_BYTES, index->end - index->first,
                               sizeof(struct tapemap_record));
    for (uint32_t i = 0; i < TAPEMAP_LEVELS; i++)
        end = plan_region(&head->levels[i], end, level_cells(index, i), cell_bytes_of(index));
    head->section_bytes = end;
    index->bytes = end;
}

/* ---- The journal --------------------------------------------------------------------------- */

static uint32_t record_at(const struct compact_index *index, uint64_t sequence,
                          struct tapemap_record *record)
{
    uint64_t kept_end = index->end - index->added_count;
    if (sequence >= kept_end) {
        *record = index->added[sequence - kept_end];
        return 0;
    }
    return kept_index_record(index->kept, sequence, record);
}

/* Slot after slot: record i lies in slot i mod capacity here too. */
static uint32_t put_journal(const struct compact_index *index, struct file_stream *stream)
{
    uint64_t count = index->end - index->first;
    for (uint64_t slot = 0; slot < count; slot++) {
        struct tapemap_record record;
        uint64_t turn = (slot + count - index->first % count) % count;
        uint32_t code = record_at(index, index->first + turn, &record);
        if (code != 0)
            return code;
        file_stream_put(stream, &record, sizeof record);
    }
    return stream->code;
}

/* ---- The peaks ----------------------------------------------------------------------------- */

uint32_t compact_peaks_of(struct file_access *file, const struct layout_tape *tape,
                          uint64_t position, uint32_t count, uint8_t *scratch,
                          struct tapemap_peak *peaks)
{
    uint32_t code = file_access_read(file, TAPEMAP_DATA_OFFSET + position * tape->frame_bytes,
                                     scratch, (size_t)count * tape->frame_bytes);
    if (code == 0)
        pcm_peaks(tape->sample_format, scratch, count, tape->channels, peaks);
    return code;
}

static uint32_t put_kept_cells(const struct compact_index *index, uint64_t count,
                               struct file_stream *stream)
{
    uint32_t cell_bytes = cell_bytes_of(index);
    for (uint64_t done = 0; done < count && stream->code == 0;) {
        uint64_t step = min_u64(count - done, COMPACT_SCRATCH_BYTES / cell_bytes);
        uint32_t code = kept_index_cells(index->kept, done, step, index->scratch);
        if (code != 0)
            return code;
        file_stream_put(stream, index->scratch, (size_t)step * cell_bytes);
        done += step;
    }
    return stream->code;
}

/* Computes cells [first, end) of level 0. */
static uint32_t put_computed_cells(const struct compact_index *index, uint64_t first, uint64_t end,
                                   struct file_stream *stream)
{
    const struct layout_tape *tape = index->tape;
    size_t audio_bytes = (size_t)TAPEMAP_LEVEL0_FRAMES * tape->frame_bytes;
    while (first < end && stream->code == 0) {
        uint64_t step = min_u64(end - first, COMPACT_SCRATCH_BYTES / audio_bytes);
        uint32_t code = file_access_read(index->file, TAPEMAP_DATA_OFFSET + first * audio_bytes,
                                         index->scratch, (size_t)step * audio_bytes);
        if (code != 0)
            return code;
        for (size_t i = 0; i < step; i++) {
            struct tapemap_peak cell[TAPEMAP_MAX_CHANNELS];
            pcm_peaks(tape->sample_format, index->scratch + i * audio_bytes,
                      TAPEMAP_LEVEL0_FRAMES, tape->channels, cell);
            file_stream_put(stream, cell, cell_bytes_of(index));
        }
        first += step;
    }
    return stream->code;
}

static uint32_t put_level0(const struct compact_index *index, struct file_stream *stream)
{
    uint64_t count = level_cells(index, 0);
    uint64_t kept = index->kept ? min_u64(index->kept->cells, count) : 0;
    uint32_t code = put_kept_cells(index, kept, stream);
    return code != 0 ? code : put_computed_cells(index, kept, count, stream);
}

static void merge_cells(uint32_t channels, const struct tapemap_peak *parts,
                        struct tapemap_peak *cell)
{
    pcm_peaks_clear(cell, channels);
    for (uint32_t i = 0; i < TAPEMAP_LEVEL_FACTOR; i++)
        pcm_peaks_merge(cell, parts + (size_t)i * channels, channels);
}

/* Makes a level from the one below, which is read back from the file at `below`. */
static uint32_t put_level(const struct compact_index *index, uint32_t level, uint64_t below,
                          struct file_stream *stream)
{
    uint32_t channels = index->tape->channels;
    size_t parts_bytes = (size_t)cell_bytes_of(index) * TAPEMAP_LEVEL_FACTOR;
    uint64_t count = level_cells(index, level);
    file_stream_flush(stream);
    for (uint64_t done = 0; done < count && stream->code == 0;) {
        uint64_t step = min_u64(count - done, COMPACT_SCRATCH_BYTES / parts_bytes);
        uint32_t code = file_access_read(index->file, below + done * parts_bytes, index->scratch,
                                         (size_t)step * parts_bytes);
        if (code != 0)
            return code;
        for (size_t i = 0; i < step; i++) {
            struct tapemap_peak cell[TAPEMAP_MAX_CHANNELS];
            merge_cells(channels, (const void *)(index->scratch + i * parts_bytes), cell);
            file_stream_put(stream, cell, cell_bytes_of(index));
        }
        done += step;
    }
    return stream->code;
}

uint32_t compact_index_write(const struct compact_index *index, uint64_t offset,
                             struct file_stream *stream)
{
    const struct tapemap_index *head = &index->head;
    file_stream_begin(stream, index->file, offset);
    file_stream_put(stream, head, sizeof *head);
    file_stream_zeros_to(stream, offset + head->journal.offset);
    uint32_t code = put_journal(index, stream);
    for (uint32_t i = 0; i < TAPEMAP_LEVELS && code == 0; i++) {
        file_stream_zeros_to(stream, offset + head->levels[i].offset);
        code = i == 0 ? put_level0(index, stream)
                      : put_level(index, i, offset + head->levels[i - 1].offset, stream);
    }
    if (code != 0)
        return code;
    file_stream_zeros_to(stream, offset + index->bytes);
    return file_stream_flush(stream);
}
