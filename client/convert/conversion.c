/* SPDX-License-Identifier: MIT */
#include "conversion.h"

#include <stdlib.h>

#include "pcm.h"
#include "rate_change.h"

#define CONVERSION_BLOCK_FRAMES RATE_CHANGE_BLOCK_FRAMES

struct conversion {
    struct conversion_plan plan;
    conversion_put put;
    void *context;
    bool is_exact;
    struct rate_change *rate; /* NULL: none */
    float *in;                /* a block as the tape has it */
    float *mixed;             /* a block in the file's channels, for the gain too */
    void *out;                /* a block as the file has it */
};

static bool has_same_samples(const struct conversion_plan *plan)
{
    bool is_as_loud = !(plan->gain < 1) && !(plan->gain > 1);
    return plan->in_format == plan->out_format && plan->in_rate_hz == plan->out_rate_hz &&
           is_as_loud;
}

bool conversion_is_exact(const struct conversion_plan *plan)
{
    return has_same_samples(plan) && channel_mix_is_pick(&plan->mix);
}

/* Makes it as loud as wanted, in the file's format. At most a block. */
static int put_block(void *context, const float *frames, uint64_t count)
{
    struct conversion *conversion = context;
    size_t samples = (size_t)count * conversion->plan.mix.out_channels;
    float gain = (float)conversion->plan.gain;
    for (size_t i = 0; i < samples; i++)
        conversion->mixed[i] = frames[i] * gain;
    pcm_from_float(conversion->plan.out_format, conversion->mixed, samples, conversion->out);
    return conversion->put(conversion->context, conversion->out, count);
}

static bool make_blocks(struct conversion *conversion)
{
    const struct channel_mix *mix = &conversion->plan.mix;
    size_t out_samples = (size_t)CONVERSION_BLOCK_FRAMES * mix->out_channels;
    conversion->in = malloc(sizeof(float) * CONVERSION_BLOCK_FRAMES * mix->in_channels);
    conversion->mixed = malloc(sizeof(float) * out_samples);
    conversion->out = malloc(sizeof(float) * out_samples);
    return conversion->in && conversion->mixed && conversion->out;
}

static bool make_rate(struct conversion *conversion)
{
    const struct conversion_plan *plan = &conversion->plan;
    const struct rate_change_config config = {
        .channels = plan->mix.out_channels,
        .in_rate_hz = plan->in_rate_hz,
        .out_rate_hz = plan->out_rate_hz,
        .in_frames = plan->in_frames,
        .is_for_16_bits = plan->out_format == TAPEMAP_S16,
        .put = put_block,
        .context = conversion,
    };
    if (plan->in_rate_hz == plan->out_rate_hz)
        return true;
    conversion->rate = rate_change_create(&config);
    return conversion->rate != NULL;
}

struct conversion *conversion_create(const struct conversion_plan *plan, conversion_put put,
                                     void *context)
{
    struct conversion *conversion = calloc(1, sizeof *conversion);
    if (!conversion)
        return NULL;
    conversion->plan = *plan;
    conversion->put = put;
    conversion->context = context;
    conversion->is_exact = conversion_is_exact(plan);
    if (!make_blocks(conversion) || !make_rate(conversion)) {
        conversion_destroy(conversion);
        return NULL;
    }
    return conversion;
}

void conversion_destroy(struct conversion *conversion)
{
    if (!conversion)
        return;
    rate_change_destroy(conversion->rate);
    free(conversion->in);
    free(conversion->mixed);
    free(conversion->out);
    free(conversion);
}

static int push_block(struct conversion *conversion, const void *frames, uint64_t count)
{
    const struct conversion_plan *plan = &conversion->plan;
    if (conversion->is_exact) {
        channel_mix_pick(&plan->mix, pcm_sample_bytes(plan->in_format), frames, (size_t)count,
                         conversion->out);
        return conversion->put(conversion->context, conversion->out, count);
    }
    pcm_to_float(plan->in_format, frames, (size_t)count * plan->mix.in_channels, conversion->in);
    channel_mix_apply(&plan->mix, conversion->in, (size_t)count, conversion->mixed);
    return conversion->rate ? rate_change_push(conversion->rate, conversion->mixed, count)
                            : put_block(conversion, conversion->mixed, count);
}

int conversion_push(struct conversion *conversion, const void *frames, uint64_t count)
{
    const struct conversion_plan *plan = &conversion->plan;
    const uint8_t *from = frames;
    size_t frame_bytes = (size_t)pcm_sample_bytes(plan->in_format) * plan->mix.in_channels;
    int code = 0;
    if (conversion->is_exact && channel_mix_is_identity(&plan->mix))
        return conversion->put(conversion->context, frames, count);
    while (count > 0 && code == 0) {
        uint64_t step = count < CONVERSION_BLOCK_FRAMES ? count : CONVERSION_BLOCK_FRAMES;
        code = push_block(conversion, from, step);
        from += step * frame_bytes;
        count -= step;
    }
    return code;
}

int conversion_end(struct conversion *conversion)
{
    return conversion->rate ? rate_change_end(conversion->rate) : 0;
}
