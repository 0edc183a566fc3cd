/* SPDX-License-Identifier: MIT */
#include "reader.h"

#include <assert.h>
#include <string.h>

#include "atomic64.h"
#include "pcm.h"
#include "whole_numbers.h"

/*
 * The head is loaded first: the recorder commits before it publishes, so that what is committed
 * when we look covers it. What a damaged recorder publishes beyond that does not exist for us.
 */
uint64_t reader_head(const struct reader *reader)
{
    uint64_t head = load_acquire_u64(&reader->control->head);
    uint64_t committed = load_acquire_u64(&reader->control->committed_bytes);
    uint64_t capacity = reader->tape.capacity_frames;

    if (head <= capacity && reader_offset_of(reader, head) <= committed)
        return head;
    if (committed <= TAPEMAP_DATA_OFFSET)
        return 0;
    uint64_t real = (committed - TAPEMAP_DATA_OFFSET) / reader->tape.frame_bytes;
    if (real >= capacity)
        return reader->tape.is_ring ? head : capacity;
    return real < head ? real : head;
}

/* What a recorder says, but never more than a lap: one that lies would have us read for ever. */
static uint64_t oldest_below(const struct reader *reader, uint64_t head)
{
    uint64_t oldest = load_acquire_u64(&reader->control->oldest_frame);
    uint64_t capacity = reader->tape.capacity_frames;

    if (head > capacity && oldest < head - capacity)
        return head - capacity;
    return oldest;
}

uint64_t reader_oldest(const struct reader *reader)
{
    uint64_t head = reader_head(reader);
    uint64_t oldest = oldest_below(reader, head);
    return oldest < head ? oldest : head;
}

bool reader_has_ended(const struct reader *reader)
{
    return load_acquire_u64(&reader->control->state) == TAPEMAP_STATE_ENDED;
}

bool reader_still_valid(const struct reader *reader, uint64_t position)
{
    /* Partner: the recorder raises oldest_frame before it writes over what lies below it. */
    fence_acquire();
    return position >= oldest_below(reader, reader_head(reader));
}

enum tapemap_status reader_peek(struct reader *reader, uint64_t position, struct reader_run *run)
{
    uint64_t head = reader_head(reader);
    struct view_stretch stretch;

    if (position >= head)
        return TAPEMAP_E_NOT_YET;
    if (position < oldest_below(reader, head))
        return TAPEMAP_E_OVERWRITTEN;
    uint64_t slot = position % reader->tape.capacity_frames;
    enum tapemap_status status = reader_reach(reader, reader_offset_of(reader, slot + 1));
    if (status == TAPEMAP_OK)
        status = view_window_at(&reader->audio_window, &reader->audio,
                                reader_offset_of(reader, slot), reader->tape.frame_bytes, &stretch);
    if (status)
        return status;
    uint64_t count = min_u64(head - position, reader->tape.capacity_frames - slot);
    run->frames = stretch.base;
    run->count = min_u64(count, stretch.bytes / reader->tape.frame_bytes);
    assert(run->count > 0);
    return TAPEMAP_OK;
}

enum tapemap_status reader_each_run(struct reader *reader, uint64_t position, uint64_t count,
                                    reader_take *take, void *context)
{
    uint64_t head = reader_head(reader);

    if (position > head || count > head - position)
        return TAPEMAP_E_NOT_YET;
    while (count > 0) {
        struct reader_run run;
        enum tapemap_status status = reader_peek(reader, position, &run);
        if (status)
            return status;
        run.count = min_u64(run.count, count);
        take(context, reader, &run);
        if (!reader_still_valid(reader, position))
            return TAPEMAP_E_OVERWRITTEN;
        position += run.count;
        count -= run.count;
    }
    return TAPEMAP_OK;
}

static void take_bytes(void *context, const struct reader *reader, const struct reader_run *run)
{
    unsigned char **to = context;
    size_t bytes = (size_t)(run->count * reader->tape.frame_bytes);

    memcpy(*to, run->frames, bytes);
    *to += bytes;
}

enum tapemap_status reader_read(struct reader *reader, uint64_t position, uint64_t count,
                                void *buffer)
{
    unsigned char *to = buffer;
    return reader_each_run(reader, position, count, take_bytes, &to);
}

static void take_floats(void *context, const struct reader *reader, const struct reader_run *run)
{
    float **to = context;
    size_t samples = (size_t)(run->count * reader->tape.channels);

    pcm_to_float(reader->tape.sample_format, run->frames, samples, *to);
    *to += samples;
}

enum tapemap_status reader_read_float(struct reader *reader, uint64_t position, uint64_t count,
                                      float *buffer)
{
    float *to = buffer;
    return reader_each_run(reader, position, count, take_floats, &to);
}

uint64_t reader_region_limit(const struct tapemap_region *shared,
                             const struct layout_region *region, uint64_t item_bytes,
                             uint64_t published)
{
    uint64_t real = load_acquire_u64(&shared->committed_bytes) / item_bytes;
    return real < region->capacity ? min_u64(real, published) : published;
}
