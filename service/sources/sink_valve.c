/* SPDX-License-Identifier: MIT */
/* The audio callback runs through here. */
#include "sink_valve.h"

static bool is_open(const struct sink_valve *valve)
{
    return load_acquire_u64(&valve->is_open) != 0;
}

static void take_frames(void *context, const void *frames, size_t count, uint64_t clock)
{
    struct sink_valve *valve = context;

    if (is_open(valve))
        valve->to.frames(valve->to.context, frames, count, clock);
    else
        store_release_u64(&valve->has_come, 1);
}

static void take_overflow(void *context, uint64_t clock)
{
    struct sink_valve *valve = context;

    if (is_open(valve))
        valve->to.overflow(valve->to.context, clock);
}

/* Both sides note first and then look, with a full barrier between: one of them tells. */
static void tell_end(struct sink_valve *valve)
{
    if (exchange_u64(&valve->has_told, 1) == 0)
        valve->to.lost(valve->to.context);
}

static void take_end(void *context)
{
    struct sink_valve *valve = context;

    exchange_u64(&valve->has_ended, 1);
    if (is_open(valve))
        tell_end(valve);
}

void sink_valve_init(struct sink_valve *valve, const struct source_sink *to)
{
    valve->to = *to;
    store_relaxed_u64(&valve->is_open, 0);
    store_relaxed_u64(&valve->has_come, 0);
    store_relaxed_u64(&valve->has_ended, 0);
    store_relaxed_u64(&valve->has_told, 0);
}

struct source_sink sink_valve_sink(struct sink_valve *valve)
{
    return (struct source_sink){.context = valve,
                                .frames = take_frames,
                                .overflow = take_overflow,
                                .lost = take_end};
}

bool sink_valve_flows(const struct sink_valve *valve)
{
    return load_acquire_u64(&valve->has_come) != 0 && load_acquire_u64(&valve->has_ended) == 0;
}

void sink_valve_open(struct sink_valve *valve)
{
    exchange_u64(&valve->is_open, 1);
    if (load_acquire_u64(&valve->has_ended) != 0)
        tell_end(valve);
}
