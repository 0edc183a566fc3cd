/* SPDX-License-Identifier: MIT */
#include "rate_change.h"

#include <assert.h>
#include <samplerate.h>
#include <stdlib.h>
#include <string.h>

#include "quantity.h"


struct rate_change {
    struct rate_change_config config;
    SRC_STATE *state;
    uint64_t left; /* frames that are still to come out */
    float *block;
};

uint64_t rate_change_frames(uint64_t in_frames, uint32_t in_rate_hz, uint32_t out_rate_hz)
{
    uint64_t halves = quantity_scale(in_frames, 2 * (uint64_t)out_rate_hz, in_rate_hz);
    uint64_t frames = halves / 2 + halves % 2;
    return frames == 0 && in_frames > 0 ? 1 : frames;
}

bool rate_change_is_possible(uint32_t in_rate_hz, uint32_t out_rate_hz)
{
    return out_rate_hz > 0 && src_is_valid_ratio((double)out_rate_hz / in_rate_hz);
}

struct rate_change *rate_change_create(const struct rate_change_config *config)
{
    int error = 0;
    struct rate_change *change = calloc(1, sizeof *change);
    if (!change)
        return NULL;
    change->config = *config;
    change->left = rate_change_frames(config->in_frames, config->in_rate_hz, config->out_rate_hz);
    change->block = malloc(sizeof(float) * RATE_CHANGE_BLOCK_FRAMES * config->channels);
    if (config->channels <= RATE_CHANGE_MOST_CHANNELS &&
        rate_change_is_possible(config->in_rate_hz, config->out_rate_hz))
        change->state = src_new(config->is_for_16_bits ? SRC_SINC_MEDIUM_QUALITY :
                                                         SRC_SINC_BEST_QUALITY,
                                (int)config->channels, &error);
    if (!change->block || !change->state) {
        rate_change_destroy(change);
        return NULL;
    }
    return change;
}

void rate_change_destroy(struct rate_change *change)
{
    if (!change)
        return;
    if (change->state)
        src_delete(change->state);
    free(change->block);
    free(change);
}

/* The converter may give a frame more than the exact length, or one less. */
static int hand_on(struct rate_change *change, uint64_t count)
{
    count = count < change->left ? count : change->left;
    change->left -= count;
    return count > 0 ? change->config.put(change->config.context, change->block, count) : 0;
}

static int process(struct rate_change *change, const float *frames, uint64_t count, bool is_end)
{
    SRC_DATA data = {
        .data_in = frames,
        .data_out = change->block,
        .output_frames = RATE_CHANGE_BLOCK_FRAMES,
        .end_of_input = is_end,
        .src_ratio = (double)change->config.out_rate_hz / change->config.in_rate_hz,
    };
    int code = 0;
    do {
        data.input_frames = count < RATE_CHANGE_BLOCK_FRAMES ? (long)count
                                                             : (long)RATE_CHANGE_BLOCK_FRAMES;
        int error = src_process(change->state, &data);
        assert(error == 0); /* it fails for wrong arguments only */
        (void)error;
        data.data_in += (size_t)data.input_frames_used * change->config.channels;
        count -= (uint64_t)data.input_frames_used;
        code = hand_on(change, (uint64_t)data.output_frames_gen);
    } while (code == 0 && (count > 0 || data.output_frames_gen == RATE_CHANGE_BLOCK_FRAMES));
    return code;
}

int rate_change_push(struct rate_change *change, const float *frames, uint64_t count)
{
    return process(change, frames, count, false);
}

int rate_change_end(struct rate_change *change)
{
    float none = 0;
    int code = process(change, &none, 0, true);
    size_t bytes = sizeof(float) * RATE_CHANGE_BLOCK_FRAMES * change->config.channels;
    memset(change->block, 0, bytes);
    while (code == 0 && change->left > 0)
        code = hand_on(change, RATE_CHANGE_BLOCK_FRAMES);
    return code;
}
