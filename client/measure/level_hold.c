/* SPDX-License-Identifier: MIT */
#include "level_hold.h"

#include <math.h>

#define HOLD_SECONDS 2.0
#define HOLD_FALL_DB 20.0 /* a second */

double level_hold_show(struct level_hold *hold, double peak_db, uint64_t frame, uint32_t rate_hz)
{
    double age = frame > hold->frame ? (double)(frame - hold->frame) / rate_hz : 0.0;
    double fallen = hold->db - (age > HOLD_SECONDS ? (age - HOLD_SECONDS) * HOLD_FALL_DB : 0.0);

    if (peak_db < fallen)
        return fallen;
    *hold = (struct level_hold){peak_db, frame};
    return peak_db;
}

float clip_threshold(enum tapemap_sample_format format)
{
    switch (format) {
    case TAPEMAP_S16:
        return 32767.0F / 32768.0F;
    case TAPEMAP_S24:
        return 8388607.0F / 8388608.0F;
    default:
        return 1.0F; /* what the largest 32-bit sample is rounded to */
    }
}

void clip_count(struct clip_counter *counters, uint32_t channels, float threshold,
                const float *samples, uint64_t frames)
{
    for (uint64_t frame = 0; frame < frames; frame++)
        for (uint32_t i = 0; i < channels; i++, samples++) {
            bool is_clipping = fabsf(*samples) >= threshold;
            counters[i].clips += is_clipping && !counters[i].is_clipping;
            counters[i].is_clipping = is_clipping;
        }
}
