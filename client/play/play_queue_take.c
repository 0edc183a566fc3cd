/* SPDX-License-Identifier: MIT */
/* A translation unit of its own: a check shows that it calls nothing but memcpy and memset. */
#include <string.h>

#include "atomic64.h"
#include "play_queue.h"

static void take_copy(const struct play_queue *queue, uint64_t from, float *out, uint64_t count)
{
    while (count > 0) {
        uint64_t at = from % queue->capacity_frames;
        uint64_t part = queue->capacity_frames - at;
        part = part < count ? part : count;
        memcpy(out, queue->frames + at * queue->channels,
               (size_t)part * queue->channels * sizeof *out);
        out += part * queue->channels;
        from += part;
        count -= part;
    }
}

static void take_add(struct tapemap_shared_u64 *counter, uint64_t more)
{
    store_relaxed_u64(counter, load_relaxed_u64(counter) + more);
}

static void take_count_sound(struct play_queue *queue, uint64_t from, uint64_t frames,
                             uint64_t clock)
{
    uint64_t lead = from < queue->lead_frames ? queue->lead_frames - from : 0;

    if (frames <= lead)
        return;
    take_add(&queue->played, frames - lead);
    if (load_relaxed_u64(&queue->first_clock) == 0)
        store_relaxed_u64(&queue->first_clock, clock);
}

static void take_count_silence(struct play_queue *queue, uint64_t frames)
{
    if (!queue->is_short)
        take_add(&queue->underruns, 1);
    take_add(&queue->missing, frames);
    queue->is_short = 1;
}

void play_queue_take(struct play_queue *queue, float *out, uint64_t count, uint64_t clock)
{
    /* The mode before the frames: what was put in before it became RUNNING is then seen. */
    uint64_t mode = load_acquire_u64(&queue->mode);
    uint64_t taken = load_relaxed_u64(&queue->taken);
    uint64_t discarded = load_acquire_u64(&queue->discarded);
    uint64_t written = load_acquire_u64(&queue->written);

    if (taken < discarded)
        taken = discarded;
    uint64_t part = mode == PLAY_QUEUE_PAUSED ? 0 : written - taken;
    part = part < count ? part : count;
    take_copy(queue, taken, out, part);
    memset(out + part * queue->channels, 0,
           (size_t)(count - part) * queue->channels * sizeof *out);
    store_release_u64(&queue->taken, taken + part);

    take_add(&queue->asked, count);
    if (count > load_relaxed_u64(&queue->largest_ask))
        store_relaxed_u64(&queue->largest_ask, count);
    take_count_sound(queue, taken, part, clock);
    if (part < count && mode == PLAY_QUEUE_RUNNING)
        take_count_silence(queue, count - part);
    else
        queue->is_short = 0;
}
