/* SPDX-License-Identifier: MIT */
#include "meter_feed.h"

#include <stdlib.h>

#include "quantity.h"
#include "steady_clock.h"

#define FEED_BLOCK_FRAMES 1024u

enum tapemap_status meter_feed_open(struct meter_feed *feed, struct cli_tape *tape,
                                    uint64_t position, bool is_live)
{
    uint32_t channels = tape->info.channels;
    bool has_loudness = loudness_takes(channels, tape->info.sample_rate_hz);

    *feed = (struct meter_feed){.tape = tape, .position = position};
    if (has_loudness)
        feed->loudness = loudness_create(channels, tape->info.sample_rate_hz,
                                         !is_live || channels <= METER_TRUE_PEAK_CHANNELS);
    if (feed->loudness && position > 0)
        loudness_begin_within(feed->loudness);
    feed->clips = calloc(channels, sizeof *feed->clips);
    feed->block = calloc((size_t)channels * FEED_BLOCK_FRAMES, sizeof *feed->block);
    return (feed->loudness || !has_loudness) && feed->clips && feed->block ? TAPEMAP_OK
                                                                           : TAPEMAP_E_MEMORY;
}

void meter_feed_close(struct meter_feed *feed)
{
    loudness_destroy(feed->loudness);
    free(feed->clips);
    free(feed->block);
    *feed = (struct meter_feed){0};
}

/* The loudness goes on as if what was missed had never been. */
static void feed_skip(struct meter_feed *feed)
{
    uint64_t beginning = cli_tape_beginning(feed->tape);
    if (beginning <= feed->position)
        beginning = feed->position + FEED_BLOCK_FRAMES;
    feed->missed_frames += beginning - feed->position;
    feed->position = beginning;
}

static enum tapemap_status feed_block(struct meter_feed *feed, uint64_t count)
{
    const struct tapemap_info *info = &feed->tape->info;
    enum tapemap_status status =
        tapemap_read_float(feed->tape->handle, feed->position, count, feed->block);

    if (status == TAPEMAP_E_OVERWRITTEN) {
        feed_skip(feed);
        return TAPEMAP_OK;
    }
    if (status != TAPEMAP_OK)
        return status;
    clip_count(feed->clips, info->channels, clip_threshold(info->format), feed->block, count);
    if (feed->loudness && !loudness_add(feed->loudness, feed->block, count))
        return TAPEMAP_E_MEMORY;
    feed->position += count;
    return TAPEMAP_OK;
}

enum tapemap_status meter_feed_until(struct meter_feed *feed, uint64_t head, uint32_t budget_ms)
{
    uint64_t began = steady_clock_now();
    uint64_t budget = quantity_scale(steady_clock_hz(), budget_ms, 1000);
    enum tapemap_status status = TAPEMAP_OK;

    while (feed->position < head && status == TAPEMAP_OK &&
           steady_clock_now() - began < budget) {
        uint64_t left = head - feed->position;
        status = feed_block(feed, left < FEED_BLOCK_FRAMES ? left : FEED_BLOCK_FRAMES);
    }
    return status;
}
