/* SPDX-License-Identifier: MIT */
/* Making a tape in fresh stores, and letting go of it. */
#include <stdlib.h>

#include "atomic64.h"
#include "object_names.h"
#include "tape_layout.h"
#include "tape_private.h"
#include "tapemap/tapemap.h"

void tape_destroy(struct tape *tape)
{
    if (!tape)
        return;
    tape_windows_deinit(&tape->windows);
    region_deinit(&tape->journal.region);
    peaks_deinit(&tape->peaks);
    if (tape->index_view)
        store_unmap(tape->index_store, tape->index_view, 2 * (size_t)TAPEMAP_GRANULE_BYTES);
    if (tape->front)
        store_unmap(tape->audio, tape->front, 2 * (size_t)TAPEMAP_GRANULE_BYTES);
    free(tape);
}

/* Maps and commits the first granule of a section. */
static enum tapemap_status open_front(struct tape *tape, struct store *store, void **view)
{
    /* Twice the granule, so that the commit does not end at the end of the view (store.h). */
    enum tapemap_status status = store_map(store, 0, 2 * (size_t)TAPEMAP_GRANULE_BYTES, view);
    if (status != TAPEMAP_OK)
        return status;
    status = budget_commit(&tape->budget, store, 0, *view, TAPEMAP_GRANULE_BYTES);
    if (status != TAPEMAP_OK) {
        store_unmap(store, *view, 2 * (size_t)TAPEMAP_GRANULE_BYTES);
        *view = NULL;
    }
    return status;
}

static void fill_wave_header(struct tape *tape, struct instant now)
{
    char id[17];
    tape_id_print(tape->config.tape_id, id);
    struct wave_origin origin = {tape->config.deck_name, id, now.utc_ns};
    tape->wave = (struct wave_format){tape->config.format.sample_format,
                                      tape->config.format.channels,
                                      tape->config.format.sample_rate_hz};
    wave_tape_header_init(tape->front, &tape->wave, &origin);
}

static void set_up_windows(struct tape *tape)
{
    const struct tape_config *config = &tape->config;
    uint64_t frames = tape_section_frames(config);
    uint64_t last = config->is_ring ? UINT64_MAX : frames;
    tape->appender.control = tape->control;
    tape->appender.frame_bytes = tape->frame_bytes;
    tape->appender.wipes_silence = config->is_ring || config->is_file;
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

static enum tapemap_status set_up_index(struct tape *tape)
{
    tape->journal.index = tape->index;
    region_init(&tape->journal.region, tape->index_store, &tape->budget, &tape->index->journal);
    tape->peaks.index = tape->index;
    tape->peaks.sample_format = tape->config.format.sample_format;
    tape->peaks.channels = tape->config.format.channels;
    enum tapemap_status status = peaks_init(&tape->peaks);
    for (uint32_t i = 0; i < TAPEMAP_LEVELS && status == TAPEMAP_OK; i++)
        region_init(&tape->peaks.levels[i].region, tape->index_store, &tape->budget,
                    &tape->index->levels[i]);
    return status;
}

static enum tapemap_status set_up(struct tape *tape, struct instant now)
{
    void *front;
    enum tapemap_status status = open_front(tape, tape->audio, &front);
    if (status != TAPEMAP_OK)
        return status;
    tape->front = front;
    tape->control = (struct tapemap_control *)(tape->front + TAPEMAP_CONTROL_OFFSET);
    status = open_front(tape, tape->index_store, &tape->index_view);
    if (status != TAPEMAP_OK)
        return status;
    tape->index = tape->index_view;
    tape_fill_control(tape->control, &tape->config, now);
    store_relaxed_u64(&tape->control->generation, tape->audio->generation);
    tape_fill_index(tape->index, &tape->config);
    fill_wave_header(tape, now);
    set_up_windows(tape);
    status = set_up_index(tape);
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
    struct tape *made = calloc(1, sizeof *made);
    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a tape; close other programs");
    made->config = *config;
    made->audio = audio;
    made->index_store = index;
    made->budget.limit_bytes = config->commit_limit_bytes;
    made->frame_bytes = tape_frame_bytes(config);
    enum tapemap_status status = set_up(made, now);
    if (status != TAPEMAP_OK) {
        tape_destroy(made);
        const char *remedy = status == TAPEMAP_E_COMMIT_LIMIT && config->commit_limit_bytes
                                 ? "raise --commit-limit"
                                 : tapemap_status_remedy(status);
        return failure_set(failure, status, "the tape cannot be set up: %s; %s",
                           tapemap_status_text(status), remedy);
    }
    store_release_u64(&made->index->magic, TAPEMAP_INDEX_MAGIC);
    store_release_u64(&made->control->magic, TAPEMAP_TAPE_MAGIC);
    *tape = made;
    return TAPEMAP_OK;
}
