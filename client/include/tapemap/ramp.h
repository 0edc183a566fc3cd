/* SPDX-License-Identifier: MIT */
/*
 * The test signal `tone:ramp`: every sample is a function of its channel and its position in the
 * series (series_position of the tape, and the position in it), so any reader can verify any
 * stretch of a tape without knowing what came before it.
 */
#ifndef TAPEMAP_RAMP_H
#define TAPEMAP_RAMP_H

#include <stdint.h>

/*
 * The sample of `channel` at `position` of the series as a signed 24-bit number. Its upper 16 bits
 * count frames, starting anew at another height every 65536 frames, so that a shift by a whole turn
 * shows too; the lower 8 bits number the turn. In a tape: s16 value >> 8 · s24 value ·
 * s32 value << 8 · f32 value / 8388608, all exact. Any thread; never blocks.
 */
static inline int32_t tapemap_ramp_sample(uint32_t channel, uint64_t position)
{
    uint32_t turn = (uint32_t)(position >> 16);
    uint32_t upper = ((uint32_t)position + turn * 40503u + channel * 12289u) & 0xFFFFu;
    uint32_t bits = (upper << 8) | (turn & 0xFFu);
    return (int32_t)(bits ^ 0x800000u) - 0x800000;
}

#endif
