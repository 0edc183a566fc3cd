/* SPDX-License-Identifier: MIT */
/* From a tape's frames to the queue's: other channels, another rate. For the filling thread. */
#ifndef TAPEMAP_PLAY_FEED_H
#define TAPEMAP_PLAY_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "play_queue.h"

#define PLAY_FEED_FRAMES 1024u /* at most so many at once */

struct play_feed;

/* Whether rates can be changed by that ratio, and by one that differs from it a little: what
   libsamplerate does has limits. Pure; any thread; never blocks. */
bool play_feed_can(double ratio);

/*
 * Mixes one block. Mono goes to the first two channels of the output. A tape with more channels
 * than the output is mixed down: channel n of the output is the mean of the tape's channels n,
 * n + outputs, n + 2 * outputs ... Else channels go where they are, and the rest is silent.
 * Pure; any thread; never blocks.
 */
void play_feed_mix(const float *in, uint32_t in_channels, float *out, uint32_t out_channels,
                   uint64_t count);

/* For a tape of so many channels, into a queue. NULL: no memory. Ended by play_feed_destroy. */
struct play_feed *play_feed_create(uint32_t channels, struct play_queue *queue);
void play_feed_destroy(struct play_feed *feed);

/*
 * Puts up to PLAY_FEED_FRAMES frames into the queue. ratio: frames of the output for one of the
 * tape; it may differ a little from call to call. Returns the number of frames for which the queue
 * had no room, which are lost: the caller keeps to what it has room for.
 */
uint64_t play_feed_push(struct play_feed *feed, const float *frames, uint64_t count, double ratio);

/* Puts in what is still on its way, and forgets it: call it at the end of a tape. Returns as
   above. */
uint64_t play_feed_finish(struct play_feed *feed);

/* Forgets what is still on its way: call it before a jump. */
void play_feed_forget(struct play_feed *feed);

#endif
