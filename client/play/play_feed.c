/* SPDX-License-Identifier: MIT */
#include "play_feed.h"

#include <assert.h>
#include <samplerate.h>
#include <stdlib.h>
#include <string.h>

#define FEED_LITTLE 1.01

struct play_feed {
    struct play_queue *queue;
    uint32_t channels;
    SRC_STATE *resampler;
    double ratio; /* of the last push; 0: none yet */
    float *mixed; /* PLAY_FEED_FRAMES, with the output's channels, as the next */
    float *resampled;
};

static void mix_down(const float *in, uint32_t in_channels, float *out, uint32_t out_channels)
{
    for (uint32_t i = 0; i < out_channels; i++) {
        float sum = 0;
        uint32_t parts = 0;
        for (uint32_t each = i; each < in_channels; each += out_channels, parts++)
            sum += in[each];
        out[i] = sum / (float)parts;
    }
}

static void mix_up(const float *in, uint32_t in_channels, float *out, uint32_t out_channels)
{
    for (uint32_t i = 0; i < out_channels; i++)
        out[i] = i < in_channels ? in[i] : in_channels == 1 && i == 1 ? in[0] : 0;
}

void play_feed_mix(const float *in, uint32_t in_channels, float *out, uint32_t out_channels,
                   uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        if (in_channels > out_channels)
            mix_down(in, in_channels, out, out_channels);
        else
            mix_up(in, in_channels, out, out_channels);
        in += in_channels;
        out += out_channels;
    }
}

bool play_feed_can(double ratio)
{
    return src_is_valid_ratio(ratio / FEED_LITTLE) && src_is_valid_ratio(ratio * FEED_LITTLE);
}

struct play_feed *play_feed_create(uint32_t channels, struct play_queue *queue)
{
    struct play_feed *feed = calloc(1, sizeof *feed);
    size_t samples = (size_t)PLAY_FEED_FRAMES * queue->channels;
    int error = 0;

    if (!feed)
        return NULL;
    feed->queue = queue;
    feed->channels = channels;
    feed->mixed = calloc(samples, sizeof *feed->mixed);
    feed->resampled = calloc(samples, sizeof *feed->resampled);
    feed->resampler = src_new(SRC_SINC_MEDIUM_QUALITY, (int)queue->channels, &error);
    if (feed->mixed && feed->resampled && feed->resampler)
        return feed;
    play_feed_destroy(feed);
    return NULL;
}

void play_feed_destroy(struct play_feed *feed)
{
    if (!feed)
        return;
    if (feed->resampler)
        src_delete(feed->resampler);
    free(feed->resampled);
    free(feed->mixed);
    free(feed);
}

static uint64_t feed_resample(struct play_feed *feed, uint64_t count, bool is_end)
{
    SRC_DATA data = {.data_in = feed->mixed, .data_out = feed->resampled};
    uint64_t lost = 0;

    data.input_frames = (long)count;
    data.output_frames = PLAY_FEED_FRAMES;
    data.src_ratio = feed->ratio;
    data.end_of_input = is_end;
    do {
        if (src_process(feed->resampler, &data) != 0)
            return lost + (uint64_t)data.input_frames;
        uint64_t made = (uint64_t)data.output_frames_gen;
        lost += made - play_queue_put(feed->queue, feed->resampled, made);
        data.data_in += data.input_frames_used * (long)feed->queue->channels;
        data.input_frames -= data.input_frames_used;
    } while (data.input_frames > 0 || data.output_frames_gen == data.output_frames);
    return lost;
}

uint64_t play_feed_push(struct play_feed *feed, const float *frames, uint64_t count, double ratio)
{
    assert(count <= PLAY_FEED_FRAMES && ratio > 0);
    feed->ratio = ratio;
    play_feed_mix(frames, feed->channels, feed->mixed, feed->queue->channels, count);
    return feed_resample(feed, count, false);
}

uint64_t play_feed_finish(struct play_feed *feed)
{
    uint64_t lost = feed->ratio > 0 ? feed_resample(feed, 0, true) : 0;

    play_feed_forget(feed);
    return lost;
}

void play_feed_forget(struct play_feed *feed)
{
    src_reset(feed->resampler);
    feed->ratio = 0;
}
