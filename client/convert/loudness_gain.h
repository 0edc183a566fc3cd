/* SPDX-License-Identifier: MIT */
/* By how much to change the loudness of a recording. Pure. */
#ifndef TAPEMAP_LOUDNESS_GAIN_H
#define TAPEMAP_LOUDNESS_GAIN_H

#include <stdbool.h>

#define LOUDNESS_PEAK_DBTP (-1.0) /* no gain lifts the true peak above it */

struct loudness_gain {
    double factor;   /* to multiply samples by */
    double lufs;     /* what it comes to */
    bool is_limited; /* by the peak: it comes to less than what was wanted */
    bool is_unknown; /* nothing could be measured; the factor is 1 */
};

/* The gain that brings sound of that integrated loudness and true peak (in dBTP; each -HUGE_VAL
   where there is none) to `target_lufs`. */
struct loudness_gain loudness_gain_for(double lufs, double true_peak_db, double target_lufs);

#endif
