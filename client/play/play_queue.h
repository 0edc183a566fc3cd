/* SPDX-License-Identifier: MIT */
/*
 * Frames on their way to the audio callback: a ring that one thread fills and the callback empties,
 * without locks. Frames are counted from the first one ever put in, and never counted again.
 */
#ifndef TAPEMAP_PLAY_QUEUE_H
#define TAPEMAP_PLAY_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "tapemap/layout.h"

enum play_queue_mode {
    PLAY_QUEUE_IDLE,    /* plays what there is; silence after it is meant */
    PLAY_QUEUE_RUNNING, /* the same, but silence is an underrun, and counted */
    PLAY_QUEUE_PAUSED,  /* silence; keeps what there is */
};

struct play_queue {
    float *frames; /* interleaved */
    uint32_t channels;
    uint64_t capacity_frames;
    uint64_t lead_frames; /* so many at first are no sound yet; set before the callback runs */
    /* The filling thread's; stored with release, so that the frames are there before them. */
    struct tapemap_shared_u64 written;
    struct tapemap_shared_u64 discarded; /* frames before this one are passed over; <= written */
    struct tapemap_shared_u64 mode;
    /* The callback's; `taken` is stored with release, so that its room is free before it. */
    struct tapemap_shared_u64 taken;
    struct tapemap_shared_u64 played; /* frames, without the lead */
    struct tapemap_shared_u64 asked; /* frames in all, silence included */
    struct tapemap_shared_u64 largest_ask;
    struct tapemap_shared_u64 underruns;   /* times that silence began */
    struct tapemap_shared_u64 missing;     /* frames of such silence */
    struct tapemap_shared_u64 first_clock; /* when the first sound was taken; 0: not yet */
    uint64_t is_short;                     /* the callback's own: in the middle of an underrun */
};

/* Returns false when there is no memory. After true, ended by play_queue_deinit. */
bool play_queue_init(struct play_queue *queue, uint32_t channels, uint64_t capacity_frames);
void play_queue_deinit(struct play_queue *queue);

/* ---- For the filling thread; none blocks ---------------------------------------------------- */

/* Frames that wait to be played. */
uint64_t play_queue_level(const struct play_queue *queue);

/* Puts frames in. Returns how many there was room for. */
uint64_t play_queue_put(struct play_queue *queue, const float *frames, uint64_t count);

/* Has the callback pass over all that waits. */
void play_queue_discard(struct play_queue *queue);

/* Has it play in this way from its next call on. */
void play_queue_set_mode(struct play_queue *queue, enum play_queue_mode mode);

/* ---- For the callback: copies, and calls nothing that could wait ---------------------------- */

/* Fills `out` with `count` frames, silence where there are none. clock: the moment of the call. */
void play_queue_take(struct play_queue *queue, float *out, uint64_t count, uint64_t clock);

#endif
