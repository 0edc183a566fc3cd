/* SPDX-License-Identifier: MIT */
#include "clock_drift.h"

#include "quantity.h"

#define DRIFT_SECONDS 10u
#define STEP_NS 100000000
#define NS_PER_SECOND 1000000000u

void clock_drift_init(struct clock_drift *drift, uint64_t clock_hz, uint32_t sample_rate_hz)
{
    *drift = (struct clock_drift){.clock_hz = clock_hz, .sample_rate_hz = sample_rate_hz};
}

/* Wrapping differences of 64 bits are right for all clocks that people set. */
static int64_t drift_step_ns(const struct clock_drift *drift, const struct tapemap_record *anchor)
{
    uint64_t ticks = anchor->clock - drift->last.clock;
    uint64_t clock_ns = quantity_scale(ticks, NS_PER_SECOND, drift->clock_hz);
    int64_t step_ns = (int64_t)(anchor->utc_ns - drift->last.utc_ns - clock_ns);
    int64_t limit_ns = STEP_NS + (int64_t)(clock_ns / 1000);

    return step_ns > limit_ns || step_ns < -limit_ns ? step_ns : 0;
}

void clock_drift_pass_gap(struct clock_drift *drift)
{
    drift->has_gap = true;
}

void clock_drift_pass_resume(struct clock_drift *drift)
{
    drift->has_last = false;
}

struct clock_point clock_drift_add(struct clock_drift *drift, const struct tapemap_record *anchor)
{
    struct clock_point point = {0};

    if (drift->has_last && anchor->clock > drift->last.clock) {
        point.step_ns = drift_step_ns(drift, anchor);
        if (anchor->position > drift->last.position && !drift->has_gap) {
            drift->frames += anchor->position - drift->last.position;
            drift->ticks += anchor->clock - drift->last.clock;
        }
    }
    drift->last = *anchor;
    drift->has_last = true;
    drift->has_gap = false;
    point.has_drift = drift->clock_hz > 0 && drift->sample_rate_hz > 0 && drift->ticks > 0 &&
                      drift->ticks / drift->clock_hz >= DRIFT_SECONDS;
    if (point.has_drift)
        point.drift_ppm = ((double)drift->frames / drift->sample_rate_hz /
                               ((double)drift->ticks / (double)drift->clock_hz) - 1) * 1e6;
    return point;
}
