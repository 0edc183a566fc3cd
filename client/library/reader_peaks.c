/* SPDX-License-Identifier: MIT */
/*
 * Peaks of any range at any resolution. A bin is covered from left to right by the largest cells
 * of the pyramid that start where the last one ended and still end inside the bin: small ones up
 * to the first large boundary, large ones, small ones again, and raw samples at both edges and
 * where the pyramid has not followed the head yet. So a bin costs at most 15 cells per level and
 * side, and 255 raw frames per side, however long it is.
 *
 * In a ring a cell is overwritten only after its frames have left the ring, if the level holds
 * cells for the whole ring (reader_peaks_limits leaves out a level that does not). One check of
 * the oldest frame at the end therefore covers cells and samples alike.
 */
#include <assert.h>

#include "atomic64.h"
#include "pcm_peaks.h"
#include "quantity.h"
#include "reader.h"

struct peaks_walk {
    struct reader *reader;
    uint64_t limits[TAPEMAP_LEVELS]; /* frames that each level's cells cover */
    uint64_t position;
    uint64_t end;               /* of the bin */
    struct tapemap_peak *into;  /* the bin's result so far, one per channel */
};

static uint64_t level_frames(uint32_t level)
{
    uint64_t frames = TAPEMAP_LEVEL0_FRAMES;

    while (level-- > 0)
        frames *= TAPEMAP_LEVEL_FACTOR;
    return frames;
}

/* A linear tape needs room for the cells that there are: a finished file's index has no more. */
static bool level_is_whole(const struct reader *reader, uint32_t level, uint64_t covered)
{
    uint64_t cell_frames = level_frames(level);
    uint64_t needed = covered / cell_frames;

    if (reader->tape.is_ring)
        needed = (reader->tape.capacity_frames + cell_frames - 1) / cell_frames;
    return reader->index_facts.levels[level].capacity >= needed;
}

static void reader_peaks_limits(const struct reader *reader, uint64_t limits[TAPEMAP_LEVELS])
{
    const struct tapemap_index *shared = reader->index_header;
    uint64_t covered = load_acquire_u64(&shared->peaks_frames);

    for (uint32_t level = 0; level < TAPEMAP_LEVELS; level++) {
        uint64_t cell_frames = level_frames(level);
        uint64_t cells = 0;
        if (level_is_whole(reader, level, covered))
            cells = reader_region_limit(&shared->levels[level],
                                        &reader->index_facts.levels[level],
                                        reader->index_facts.cell_bytes, covered / cell_frames);
        limits[level] = cells * cell_frames;
    }
}

/* The largest level that has a cell exactly here which ends inside the bin; TAPEMAP_LEVELS when
   there is none. */
static uint32_t walk_level(const struct peaks_walk *walk)
{
    uint64_t cell_frames = TAPEMAP_LEVEL0_FRAMES;
    uint32_t best = TAPEMAP_LEVELS;

    for (uint32_t level = 0; level < TAPEMAP_LEVELS; level++) {
        if (walk->position % cell_frames || cell_frames > walk->end - walk->position)
            break;
        if (walk->position + cell_frames <= walk->limits[level])
            best = level;
        cell_frames *= TAPEMAP_LEVEL_FACTOR;
    }
    return best;
}

static enum tapemap_status walk_cell(struct peaks_walk *walk, uint32_t level)
{
    struct reader *reader = walk->reader;
    const struct layout_region *region = &reader->index_facts.levels[level];
    uint64_t cell_frames = level_frames(level);
    uint64_t slot = walk->position / cell_frames % region->capacity;
    struct view_stretch stretch;

    enum tapemap_status status =
        view_window_at(&reader->level_windows[level], &reader->index,
                       region->offset + slot * reader->index_facts.cell_bytes,
                       reader->index_facts.cell_bytes, &stretch);
    if (status)
        return status;
    pcm_peaks_merge(walk->into, (const struct tapemap_peak *)(const void *)stretch.base,
                    reader->tape.channels);
    walk->position += cell_frames;
    return TAPEMAP_OK;
}

/* Raw samples up to the next place where a cell may start. */
static enum tapemap_status walk_frames(struct peaks_walk *walk)
{
    struct tapemap_peak peaks[TAPEMAP_MAX_CHANNELS];
    const struct layout_tape *tape = &walk->reader->tape;
    uint64_t next = walk->position - walk->position % TAPEMAP_LEVEL0_FRAMES + TAPEMAP_LEVEL0_FRAMES;
    uint64_t count = (next < walk->end ? next : walk->end) - walk->position;
    struct reader_run run;

    enum tapemap_status status = reader_peek(walk->reader, walk->position, &run);
    if (status)
        return status;
    if (run.count < count)
        count = run.count;
    pcm_peaks(tape->sample_format, run.frames, (size_t)count, tape->channels, peaks);
    pcm_peaks_merge(walk->into, peaks, tape->channels);
    walk->position += count;
    return TAPEMAP_OK;
}

static enum tapemap_status walk_bin(struct peaks_walk *walk)
{
    while (walk->position < walk->end) {
        uint32_t level = walk_level(walk);
        enum tapemap_status status =
            level < TAPEMAP_LEVELS ? walk_cell(walk, level) : walk_frames(walk);
        if (status)
            return status;
    }
    return TAPEMAP_OK;
}

static uint64_t bin_start(const struct reader_peaks_range *range, uint32_t bin)
{
    return range->from + quantity_scale(range->to - range->from, bin, range->bins);
}

enum tapemap_status reader_peaks(struct reader *reader, const struct reader_peaks_range *range,
                                 struct tapemap_peak *peaks)
{
    struct peaks_walk walk = {.reader = reader, .into = peaks};

    assert(range->from < range->to && range->bins > 0);
    if (range->to > reader_head(reader))
        return TAPEMAP_E_NOT_YET;
    if (!reader_still_valid(reader, range->from))
        return TAPEMAP_E_OVERWRITTEN;
    reader_peaks_limits(reader, walk.limits);
    for (uint32_t bin = 0; bin < range->bins; bin++) {
        walk.position = bin_start(range, bin);
        walk.end = bin_start(range, bin + 1);
        if (walk.end == walk.position)
            walk.end++;
        pcm_peaks_clear(walk.into, reader->tape.channels);
        enum tapemap_status status = walk_bin(&walk);
        if (status)
            return status;
        walk.into += reader->tape.channels;
    }
    return reader_still_valid(reader, range->from) ? TAPEMAP_OK : TAPEMAP_E_OVERWRITTEN;
}
