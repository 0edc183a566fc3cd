/* SPDX-License-Identifier: MIT */
#include "loudness_gain.h"

#include <math.h>

struct loudness_gain loudness_gain_for(double lufs, double true_peak_db, double target_lufs)
{
    if (!(fabs(lufs) < HUGE_VAL && fabs(true_peak_db) < HUGE_VAL))
        return (struct loudness_gain){.factor = 1, .lufs = lufs, .is_unknown = true};
    double gain_db = target_lufs - lufs;
    double most_db = LOUDNESS_PEAK_DBTP - true_peak_db;
    bool is_limited = gain_db > most_db;
    gain_db = is_limited ? most_db : gain_db;
    return (struct loudness_gain){
        .factor = pow(10, gain_db / 20), .lufs = lufs + gain_db, .is_limited = is_limited};
}
