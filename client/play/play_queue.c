/* SPDX-License-Identifier: MIT */
#include "play_queue.h"

#include <stdlib.h>
#include <string.h>

#include "atomic64.h"

bool play_queue_init(struct play_queue *queue, uint32_t channels, uint64_t capacity_frames)
{
    *queue = (struct play_queue){.channels = channels, .capacity_frames = capacity_frames};
    queue->frames = calloc((size_t)capacity_frames * channels, sizeof *queue->frames);
    return queue->frames != NULL;
}

void play_queue_deinit(struct play_queue *queue)
{
    free(queue->frames);
    queue->frames = NULL;
}

uint64_t play_queue_level(const struct play_queue *queue)
{
    uint64_t taken = load_acquire_u64(&queue->taken);
    uint64_t discarded = load_relaxed_u64(&queue->discarded);

    return load_relaxed_u64(&queue->written) - (taken > discarded ? taken : discarded);
}

uint64_t play_queue_put(struct play_queue *queue, const float *frames, uint64_t count)
{
    uint64_t written = load_relaxed_u64(&queue->written);
    uint64_t room = queue->capacity_frames - (written - load_acquire_u64(&queue->taken));
    uint64_t done = 0;

    count = count < room ? count : room;
    while (done < count) {
        uint64_t at = (written + done) % queue->capacity_frames;
        uint64_t part = queue->capacity_frames - at;
        part = part < count - done ? part : count - done;
        memcpy(queue->frames + at * queue->channels, frames + done * queue->channels,
               (size_t)part * queue->channels * sizeof *frames);
        done += part;
    }
    store_release_u64(&queue->written, written + count);
    return count;
}

void play_queue_discard(struct play_queue *queue)
{
    store_release_u64(&queue->discarded, load_relaxed_u64(&queue->written));
}

void play_queue_set_mode(struct play_queue *queue, enum play_queue_mode mode)
{
    store_release_u64(&queue->mode, (uint64_t)mode);
}
