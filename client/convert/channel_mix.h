/* SPDX-License-Identifier: MIT */
/*
 * Which channels of a tape become which channels of a file. Each channel of the file is the mean of
 * one or more channels of the tape, so that none can clip. All functions: pure; any thread; never
 * block.
 */
#ifndef TAPEMAP_CHANNEL_MIX_H
#define TAPEMAP_CHANNEL_MIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"

#define CHANNEL_MIX_TERMS 1024u /* of all channels of a file together */

struct channel_mix {
    uint32_t in_channels;
    uint32_t out_channels;
    uint16_t begin[TAPEMAP_MAX_CHANNELS + 1]; /* output o is the mean of terms[begin[o] ..
                                                 begin[o + 1]) */
    uint16_t terms[CHANNEL_MIX_TERMS];        /* channels of the tape, from 0 on */
};

/* As many channels as there are, or all into one, or one into many. Returns false for any other
   number, which nobody can guess the meaning of. */
bool channel_mix_count(struct channel_mix *mix, uint32_t in_channels, uint32_t out_channels);

/* "1+2,3": the first channel of the file is the mean of channels 1 and 2, its second is channel 3.
   Returns false when the text is not of that form or names a channel that there is not. */
bool channel_mix_parse(struct channel_mix *mix, const char *text, uint32_t in_channels);

/* Every channel of the tape, in order, as it is. */
bool channel_mix_is_identity(const struct channel_mix *mix);

/* Every channel of the file is one of the tape as it is. */
bool channel_mix_is_pick(const struct channel_mix *mix);

/* Mixes frames; the buffers do not overlap. */
void channel_mix_apply(const struct channel_mix *mix, const float *in, size_t frames, float *out);

/* The same for a mix that is a pick, with samples of any format. */
void channel_mix_pick(const struct channel_mix *mix, uint32_t sample_bytes, const void *in,
                      size_t frames, void *out);

#endif
