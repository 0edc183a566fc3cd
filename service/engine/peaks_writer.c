/* SPDX-License-Identifier: MIT */
#include "peaks_writer.h"

#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "pcm_peaks.h"

uint64_t peaks_cell_frames(uint32_t level)
{
    return (uint64_t)TAPEMAP_LEVEL0_FRAMES << (4 * level);
}

uint64_t peaks_measure(uint64_t capacity_frames, uint32_t level)
{
    /* One cell for a remainder, one for the lap boundary inside a cell. */
    return capacity_frames / peaks_cell_frames(level) + 2;
}

enum tapemap_status peaks_init(struct peaks_writer *writer)
{
    writer->storage = calloc((size_t)writer->channels * (TAPEMAP_LEVELS + 1),
                             sizeof *writer->storage);
    if (!writer->storage)
        return TAPEMAP_E_MEMORY;
    writer->block = writer->storage;
    for (uint32_t i = 0; i < TAPEMAP_LEVELS; i++) {
        writer->levels[i].open = writer->storage + (size_t)(i + 1) * writer->channels;
        pcm_peaks_clear(writer->levels[i].open, writer->channels);
    }
    return TAPEMAP_OK;
}

void peaks_deinit(struct peaks_writer *writer)
{
    for (uint32_t i = 0; i < TAPEMAP_LEVELS; i++)
        region_deinit(&writer->levels[i].region);
    free(writer->storage);
    writer->storage = NULL;
}

/* The open cell of `above` has every whole cell of `below` that is in no whole cell of `above`. In
   a ring shorter than a cell of `above` some are overwritten; that cell then has no reader. */
static enum tapemap_status reopen_cell(const struct peaks_writer *writer, struct peaks_level *below,
                                       struct peaks_level *above)
{
    size_t cell_bytes = writer->channels * sizeof(struct tapemap_peak);
    for (uint64_t i = above->cells * TAPEMAP_LEVEL_FACTOR; i < below->cells; i++) {
        enum tapemap_status status;
        const struct tapemap_peak *cell =
            region_at(&below->region, i % below->region.shared->capacity * cell_bytes, cell_bytes,
                      &status);
        if (!cell)
            return status;
        pcm_peaks_merge(above->open, cell, writer->channels);
        above->open_parts++;
    }
    return TAPEMAP_OK;
}

enum tapemap_status peaks_resume(struct peaks_writer *writer, uint64_t frames)
{
    enum tapemap_status status = TAPEMAP_OK;
    writer->frames = frames;
    for (uint32_t i = 0; i < TAPEMAP_LEVELS; i++)
        writer->levels[i].cells = frames / peaks_cell_frames(i);
    for (uint32_t i = 1; i < TAPEMAP_LEVELS && status == TAPEMAP_OK; i++)
        status = reopen_cell(writer, &writer->levels[i - 1], &writer->levels[i]);
    return status;
}

enum tapemap_status peaks_prepare(struct peaks_writer *writer, uint64_t end)
{
    enum tapemap_status status = TAPEMAP_OK;
    for (uint32_t i = 0; i < TAPEMAP_LEVELS && status == TAPEMAP_OK; i++)
        status = region_prepare(&writer->levels[i].region, end / peaks_cell_frames(i),
                                writer->channels * sizeof(struct tapemap_peak));
    return status;
}

static void store_cell(struct peaks_writer *writer, struct peaks_level *level)
{
    size_t cell_bytes = writer->channels * sizeof(struct tapemap_peak);
    uint64_t slot = level->cells % level->region.shared->capacity;
    void *cell = region_at(&level->region, slot * cell_bytes, cell_bytes, &writer->status);
    if (cell)
        memcpy(cell, level->open, cell_bytes);
}

/* The open cell of a level is whole: store it and hand it up. */
static void close_cells(struct peaks_writer *writer)
{
    for (uint32_t i = 0; i < TAPEMAP_LEVELS && writer->status == TAPEMAP_OK; i++) {
        struct peaks_level *level = &writer->levels[i];
        store_cell(writer, level);
        level->cells++;
        struct peaks_level *above = i + 1 < TAPEMAP_LEVELS ? level + 1 : NULL;
        if (above)
            pcm_peaks_merge(above->open, level->open, writer->channels);
        pcm_peaks_clear(level->open, writer->channels);
        if (!above || ++above->open_parts < TAPEMAP_LEVEL_FACTOR)
            return;
        above->open_parts = 0;
    }
}

static bool is_sound(const struct peaks_writer *writer)
{
    const struct tapemap_peak *block = writer->block;
    float level = writer->silence_level;
    for (uint32_t channel = 0; channel < writer->channels; channel++)
        if (block[channel].min < -level || block[channel].max > level)
            return true;
    return false;
}

void peaks_feed(struct peaks_writer *writer, const unsigned char *frames, uint64_t count,
                uint32_t frame_bytes)
{
    while (count > 0 && writer->status == TAPEMAP_OK) {
        uint64_t missing = TAPEMAP_LEVEL0_FRAMES - writer->frames % TAPEMAP_LEVEL0_FRAMES;
        size_t run = (size_t)min_u64(count, missing);
        pcm_peaks(writer->sample_format, frames, run, writer->channels, writer->block);
        pcm_peaks_merge(writer->levels[0].open, writer->block, writer->channels);
        writer->frames += run;
        if (is_sound(writer))
            writer->sound_end = writer->frames;
        frames += run * frame_bytes;
        count -= run;
        if (run == missing)
            close_cells(writer);
    }
}

void peaks_publish(struct peaks_writer *writer)
{
    if (writer->status == TAPEMAP_OK)
        store_release_u64(&writer->index->peaks_frames,
                          writer->frames - writer->frames % TAPEMAP_LEVEL0_FRAMES);
}
