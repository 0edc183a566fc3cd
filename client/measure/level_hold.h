/* SPDX-License-Identifier: MIT */
/* What a meter remembers of a channel: its peak for a while, and its clips for ever. Pure. */
#ifndef TAPEMAP_LEVEL_HOLD_H
#define TAPEMAP_LEVEL_HOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "tapemap/layout.h"

/* {-HUGE_VAL, 0} at first. */
struct level_hold {
    double db;
    uint64_t frame; /* at which the hold was reached */
};

/* Shows the peak `peak_db`, seen at `frame`. The highest is held for two seconds of sound; then the
   hold falls by 20 dB a second, to the present peak at the lowest. Returns the hold. */
double level_hold_show(struct level_hold *hold, double peak_db, uint64_t frame, uint32_t rate_hz);

struct clip_counter {
    uint64_t clips;
    bool is_clipping; /* the newest sample was at full scale */
};

/* The smallest sample that a recorder of this format could not have made larger. */
float clip_threshold(enum tapemap_sample_format format);

/* Counts, for each of `channels` counters, the times at which samples reached full scale: any
   number of them one after another are one clip. samples: interleaved. */
void clip_count(struct clip_counter *counters, uint32_t channels, float threshold,
                const float *samples, uint64_t frames);

#endif
