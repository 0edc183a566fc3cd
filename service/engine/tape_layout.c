/* SPDX-License-Identifier: MIT */
#include "tape_layout.h"

#include <string.h>

#include "atomic64.h"
#include "commit_budget.h"
#include "journal_writer.h"
#include "pcm.h"
#include "peaks_writer.h"

#define AHEAD_SECONDS 2u

uint32_t tape_frame_bytes(const struct tape_config *config)
{
    return pcm_sample_bytes(config->format.sample_format) * config->format.channels;
}

uint64_t tape_ahead_frames(const struct tape_config *config)
{
    uint64_t two_seconds = (uint64_t)AHEAD_SECONDS * config->format.sample_rate_hz;
    return config->ahead_frames ? config->ahead_frames : two_seconds;
}

uint64_t tape_section_frames(const struct tape_config *config)
{
    return config->capacity_frames + (config->is_ring ? tape_ahead_frames(config) : 0);
}

uint64_t tape_window_bytes(const struct tape_config *config)
{
    if (config->window_bytes)
        return config->window_bytes;
#if UINTPTR_MAX > UINT32_MAX
    return 256u << 20;
#else
    return 64u << 20;
#endif
}

/* Fills offset, bytes and capacity of every region and returns where the last one ends. */
static uint64_t lay_out_regions(const struct tape_config *config, struct tapemap_region *journal,
                                struct tapemap_region *levels)
{
    uint64_t frames = tape_section_frames(config);
    journal->offset = TAPEMAP_GRANULE_BYTES;
    journal->capacity = journal_measure(frames, config->format.sample_rate_hz);
    journal->bytes = region_measure(journal->capacity, sizeof(struct tapemap_record));
    uint64_t end = journal->offset + journal->bytes;
    for (uint32_t i = 0; i < TAPEMAP_LEVELS; i++) {
        uint32_t cell_bytes = (uint32_t)sizeof(struct tapemap_peak) * config->format.channels;
        levels[i].offset = end;
        levels[i].capacity = peaks_measure(frames, i);
        levels[i].bytes = region_measure(levels[i].capacity, cell_bytes);
        end += levels[i].bytes;
    }
    return end;
}

void tape_measure(const struct tape_config *config, uint64_t *audio_bytes, uint64_t *index_bytes)
{
    struct tapemap_region journal = {0};
    struct tapemap_region levels[TAPEMAP_LEVELS] = {{0}};
    uint64_t audio = tape_section_frames(config) * tape_frame_bytes(config);
    /* A granule more than is used, so that no commit ends at the end of a view (store.h). */
    if (config->is_file)
        *audio_bytes = tape_window_bytes(config) + 2 * (uint64_t)TAPEMAP_GRANULE_BYTES;
    else
        *audio_bytes = round_up_u64(TAPEMAP_DATA_OFFSET + audio, TAPEMAP_GRANULE_BYTES) +
                       TAPEMAP_GRANULE_BYTES;
    *index_bytes = lay_out_regions(config, &journal, levels);
}

void tape_fill_control(struct tapemap_control *control, const struct tape_config *config,
                       struct instant now)
{
    control->signature = TAPEMAP_LAYOUT_SIGNATURE;
    control->tape_id = config->tape_id;
    control->created_utc_ns = now.utc_ns;
    control->clock_hz = config->clock_hz;
    tape_measure(config, &control->section_bytes, &control->index_bytes);
    control->data_offset = TAPEMAP_DATA_OFFSET;
    control->capacity_frames = tape_section_frames(config);
    control->kept_frames = config->capacity_frames;
    control->input_latency_ns = config->input_latency_ns;
    control->sample_format = (uint32_t)config->format.sample_format;
    control->channels = config->format.channels;
    control->sample_rate_hz = config->format.sample_rate_hz;
    control->frame_bytes = tape_frame_bytes(config);
    control->flags = (config->is_ring ? TAPEMAP_FLAG_RING : 0) |
                     (config->is_file ? TAPEMAP_FLAG_FILE : 0);
    control->writer_pid = config->writer_pid;
    memcpy(control->deck_name, config->deck_name, sizeof control->deck_name);
    memcpy(control->source, config->source, sizeof control->source);
    control->previous_tape_id = config->previous_tape_id;
    memcpy(control->file_path, config->file_path, sizeof control->file_path);
    store_relaxed_u64(&control->committed_bytes, TAPEMAP_GRANULE_BYTES);
    store_relaxed_u64(&control->grown_bytes, control->section_bytes);
    store_relaxed_u64(&control->heartbeat_clock, now.clock);
    store_relaxed_u64(&control->state, TAPEMAP_STATE_STARTING);
}

void tape_fill_index(struct tapemap_index *index, const struct tape_config *config)
{
    uint64_t audio_bytes;
    index->signature = TAPEMAP_LAYOUT_SIGNATURE;
    index->tape_id = config->tape_id;
    tape_measure(config, &audio_bytes, &index->section_bytes);
    index->channels = config->format.channels;
    index->level_count = TAPEMAP_LEVELS;
    lay_out_regions(config, &index->journal, index->levels);
}
