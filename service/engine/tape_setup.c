/* SPDX-License-Identifier: MIT */
/* Making a tape in fresh stores, and letting go of it. */
#include <stdlib.h>

#include "atomic64.h"
#include "object_names.h"
#include "tape_change.h"
#include "tape_layout.h"
#include "tape_private.h"
#include "tape_write.h"
#include "tapemap/tapemap.h"

void tape_destroy(struct tape *tape)
{
    if (!tape)
        return;
    tape_windows_deinit(&tape->windows);
    region_deinit(&tape->journal.region);
    peaks_deinit(&tape->peaks);
    if (tape->index_view)
        store_unmap(tape->index_store, tape->index_view, TAPE_FRONT_BYTES);
    if (tape->front)
        store_unmap(tape->audio, tape->front, TAPE_FRONT_BYTES);
    free(tape);
}

struct tape *tape_alloc(const struct tape_config *config, struct store *audio, struct store *index)
{
    struct tape *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    made->audio = audio;
    made->index_store = index;
    made->boundary = TAPE_ENDLESS;
    made->budget.limit_bytes = config->commit_limit_bytes;
    tape_take_config(made, config);
    return made;
}

void tape_take_config(struct tape *tape, const struct tape_config *config)
{
    tape->config = *config;
    tape->frame_bytes = tape_frame_bytes(config);
    tape->wave = (struct wave_format){config->format.sample_format, config->format.channels,
                                      config->format.sample_rate_hz};
}

enum tapemap_status tape_map_fronts(struct tape *tape)
{
    void *front;
    enum tapemap_status status = store_map(tape->audio, 0, TAPE_FRONT_BYTES, &front);
    if (status != TAPEMAP_OK)
        return status;
    tape->front = front;
    tape->control = (struct tapemap_control *)(tape->front + TAPEMAP_CONTROL_OFFSET);
    status = store_map(tape->index_store, 0, TAPE_FRONT_BYTES, &front);
    if (status != TAPEMAP_OK)
        return status;
    tape->index_view = front;
    tape->index = front;
    return TAPEMAP_OK;
}

static enum tapemap_status commit_fronts(struct tape *tape)
{
    enum tapemap_status status =
        budget_commit(&tape->budget, tape->audio, 0, tape->front, TAPEMAP_GRANULE_BYTES);
    if (status == TAPEMAP_OK)
        status = budget_commit(&tape->budget, tape->index_store, 0, tape->index_view,
                               TAPEMAP_GRANULE_BYTES);
    return status;
}

void tape_set_begin(struct tape *tape, uint64_t utc_ns)
{
    char id[17];
    tape_id_print(tape->config.tape_id, id);
    struct wave_origin origin = {tape->config.deck_name, id, utc_ns};
    tape->control->created_utc_ns = utc_ns;
    wave_tape_header_init(tape->front, &tape->wave, &origin);
}

void tape_set_up_windows(struct tape *tape)
{
    const struct tape_config *config = &tape->config;
    uint64_t frames = tape_section_frames(config);
    uint64_t last = config->is_ring ? UINT64_MAX : frames;
    tape->appender.control = tape->control;
    tape->appender.frame_bytes = tape->frame_bytes;
    tape->appender.rate_hz = config->format.sample_rate_hz;
    tape->appender.clock_hz = config->clock_hz;
    store_relaxed_u64(&tape->appender.boundary, TAPE_ENDLESS);
    tape->appender.wipes_silence = config->is_ring || config->is_file;
    tape->appender.fill = tape->audio->ops->write ? tape_write_fill : tape_append_fill;
    tape->appender.store = tape->audio;
    tape->windows = (struct tape_windows){
        .store = tape->audio,
        .budget = &tape->budget,
        .appender = &tape->appender,
        .control = tape->control,
        .capacity_frames = frames,
        .last_frame = config->end_frame ? min_u64(config->end_frame, last) : last,
        .window_bytes = tape_window_bytes(config),
        .frame_bytes = tape->frame_bytes,
        .is_ring = config->is_ring,
        .committed_bytes = TAPEMAP_GRANULE_BYTES,
    };
}

enum tapemap_status tape_set_up_index(struct tape *tape)
{
    tape->journal.index = tape->index;
    region_init(&tape->journal.region, tape->index_store, &tape->budget, &tape->index->journal);
    tape->peaks.index = tape->index;
    tape->peaks.sample_format = tape->config.format.sample_format;
    tape->peaks.channels = tape->config.format.channels;
    tape->peaks.silence_level = tape->config.silence_level;
    enum tapemap_status status = peaks_init(&tape->peaks);
    for (uint32_t i = 0; i < TAPEMAP_LEVELS && status == TAPEMAP_OK; i++)
        region_init(&tape->peaks.levels[i].region, tape->index_store, &tape->budget,
                    &tape->index->levels[i]);
    return status;
}

static enum tapemap_status set_up(struct tape *tape, struct instant now)
{
    enum tapemap_status status = tape_map_fronts(tape);
    if (status == TAPEMAP_OK)
        status = commit_fronts(tape);
    if (status != TAPEMAP_OK)
        return status;
    tape_fill_control(tape->control, &tape->config, now);
    store_relaxed_u64(&tape->control->generation, tape->audio->generation);
    tape_fill_index(tape->index, &tape->config);
    tape_set_begin(tape, now.utc_ns);
    tape_set_up_windows(tape);
    tape_set_boundary(tape, tape->config.boundary_frame);
    status = tape_set_up_index(tape);
    if (status != TAPEMAP_OK)
        return status;
    tape_journal(tape, TAPEMAP_RECORD_STATE, 0, TAPEMAP_STATE_STARTING, "", now);
    tape_grant_more(tape, 0);
    return tape_grant_status(tape);
}

enum tapemap_status tape_create(const struct tape_config *config, struct store *audio,
                                struct store *index, struct instant now, struct tape **tape,
                                struct failure *failure)
{
    struct tape *made = tape_alloc(config, audio, index);
    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a tape; close other programs");
    enum tapemap_status status = set_up(made, now);
    if (status != TAPEMAP_OK) {
        tape_destroy(made);
        if (status == TAPEMAP_E_COMMIT_LIMIT && config->commit_limit_bytes != 0)
            return failure_set(failure, status,
                               "the tape cannot be set up: no more memory can be committed for "
                               "it; raise --commit-limit");
        return failure_set(failure, status, "the tape cannot be set up: %s; %s",
                           tapemap_status_text(status), tapemap_status_remedy(status));
    }
    store_release_u64(&made->index->magic, TAPEMAP_INDEX_MAGIC);
    store_release_u64(&made->control->magic, TAPEMAP_TAPE_MAGIC);
    *tape = made;
    return TAPEMAP_OK;
}
