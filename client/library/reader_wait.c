/* SPDX-License-Identifier: MIT */
#include "reader_wait.h"

#include "atomic64.h"
#include "quantity.h"

/* So often a waiter looks up although nobody woke it: a stall and a killed recorder wake nobody. */
#define LONGEST_SLICE_MS 100u
/* For so long a stall is doubted: after a sleep of the machine the next beat may be yet to come. */
#define DOUBT_MS 100u

uint64_t reader_heartbeat_age_ns(const struct reader *reader, uint64_t clock, uint64_t clock_hz)
{
    uint64_t beat = load_acquire_u64(&reader->control->heartbeat_clock);

    if (clock >= beat)
        return quantity_scale(clock - beat, 1000000000u, clock_hz);
    /* The clock was read before the heartbeat, so the beat may be the later one, by a little. */
    uint64_t ahead_ns = quantity_scale(beat - clock, 1000000000u, clock_hz);
    return ahead_ns > READER_STALL_NS ? ahead_ns : 0;
}

bool reader_is_stalled(const struct reader *reader, uint64_t heartbeat_age_ns)
{
    return heartbeat_age_ns > READER_STALL_NS && !reader_has_ended(reader);
}

/* OK: the position is reached; E_TIMEOUT: it may still come. */
static enum tapemap_status wait_look(const struct reader *reader, uint64_t position,
                                     const struct reader_waiter *waiter, uint64_t clock)
{
    if (reader_head(reader) >= position)
        return TAPEMAP_OK;
    if (reader_has_ended(reader)) {
        /* The last frames are published before the end is: they are visible now at the latest. */
        return reader_head(reader) >= position ? TAPEMAP_OK : TAPEMAP_E_ENDED;
    }
    if (reader_is_stalled(reader, reader_heartbeat_age_ns(reader, clock, waiter->clock_hz)))
        return TAPEMAP_E_STALLED;
    return TAPEMAP_E_TIMEOUT;
}

/* What one sleep was for, to tell a wake-up from an event that is stuck. */
struct wait_slice {
    uint64_t wakes;
    uint32_t parity;
    bool was_cut_short;
};

static uint64_t ms_between(uint64_t from, uint64_t to, const struct reader_waiter *waiter)
{
    return to > from ? quantity_scale(to - from, 1000, waiter->clock_hz) : 0;
}

/* An event that is set although no wake-up was counted would make us spin: leave it out once. */
static uint32_t wait_parity(const struct wait_slice *last, uint64_t wakes)
{
    if (last->was_cut_short && last->wakes == wakes && last->parity != READER_NO_EVENT)
        return READER_NO_EVENT;
    return (uint32_t)((wakes + 1) & 1);
}

/* Since when the recorder has looked stalled. */
struct wait_doubt {
    bool is_stalled;
    uint64_t since;
};

static bool wait_doubts(struct wait_doubt *doubt, bool is_stalled, uint32_t timeout_ms,
                        uint64_t clock, const struct reader_waiter *waiter)
{
    if (is_stalled && !doubt->is_stalled)
        doubt->since = clock;
    doubt->is_stalled = is_stalled;
    uint64_t least_ms = timeout_ms < DOUBT_MS ? timeout_ms : DOUBT_MS;
    return is_stalled && ms_between(doubt->since, clock, waiter) < least_ms;
}

enum tapemap_status reader_wait(const struct reader *reader, uint64_t position,
                                uint32_t timeout_ms, const struct reader_waiter *waiter)
{
    uint64_t start = waiter->clock(waiter->context);
    uint64_t clock = start;
    struct wait_slice slice = {0};
    struct wait_doubt doubt = {0};

    for (;;) {
        uint64_t wakes = load_acquire_u64(&reader->control->wake_count);
        enum tapemap_status status = wait_look(reader, position, waiter, clock);
        bool is_in_doubt =
            wait_doubts(&doubt, status == TAPEMAP_E_STALLED, timeout_ms, clock, waiter);
        if (status != TAPEMAP_E_TIMEOUT && !is_in_doubt)
            return status;
        uint64_t waited_ms = ms_between(start, clock, waiter);
        if (waited_ms >= timeout_ms)
            return TAPEMAP_E_TIMEOUT;
        uint64_t slice_ms = timeout_ms - waited_ms;
        if (slice_ms > LONGEST_SLICE_MS)
            slice_ms = LONGEST_SLICE_MS;
        slice.parity = wait_parity(&slice, wakes);
        slice.wakes = wakes;
        status = waiter->sleep(waiter->context, slice.parity, (uint32_t)slice_ms);
        if (status)
            return status;
        uint64_t before = clock;
        clock = waiter->clock(waiter->context);
        slice.was_cut_short = ms_between(before, clock, waiter) < slice_ms / 2;
    }
}
