/* SPDX-License-Identifier: MIT */
/* What a tape's anchors, one after another, say of its device's clock and of the system's. Pure. */
#ifndef TAPEMAP_CLOCK_DRIFT_H
#define TAPEMAP_CLOCK_DRIFT_H

#include <stdbool.h>
#include <stdint.h>

#include "tapemap/layout.h"

struct clock_drift {
    uint64_t clock_hz;
    uint32_t sample_rate_hz;
    bool has_last;
    bool has_gap; /* after the last anchor */
    struct tapemap_record last;
    uint64_t frames; /* between anchors from one to the next of which the tape grew, */
    uint64_t ticks;  /* and the time that took */
};

struct clock_point {
    bool has_drift;
    double drift_ppm; /* of all anchors so far: above 0, the device is faster than its rate */
    int64_t step_ns;  /* by which UTC was set since the anchor before; 0: it was not */
};

/* Begins anew, for anchors of a tape with these clocks. */
void clock_drift_init(struct clock_drift *drift, uint64_t clock_hz, uint32_t sample_rate_hz);

/*
 * Frames were lost between the anchor before and the next one: how many was measured by another
 * clock than the device's, so that stretch says nothing of its drift.
 */
void clock_drift_pass_gap(struct clock_drift *drift);

/* The tape was resumed between the anchor before and the next one: the machine may have begun anew,
   and its steady clock with it, so the two say nothing together. */
void clock_drift_pass_resume(struct clock_drift *drift);

/*
 * Takes the next anchor. Time during which the tape stood still (paused, no source) counts for
 * nothing. Below ten seconds there is no drift to speak of: frames come in blocks. UTC was set
 * where it and the steady clock disagree by more than 100 ms and a thousandth. Anchors between
 * which the steady clock went back say nothing together either.
 */
struct clock_point clock_drift_add(struct clock_drift *drift, const struct tapemap_record *anchor);

#endif
