/* SPDX-License-Identifier: MIT */
#include "retention.h"

#include <stdlib.h>

static int compare_age(const void *one, const void *other)
{
    const struct retention_tape *first = one;
    const struct retention_tape *second = other;

    if (first->begin_utc_ns != second->begin_utc_ns)
        return first->begin_utc_ns < second->begin_utc_ns ? -1 : 1;
    return first->tape_id < second->tape_id ? -1 : first->tape_id > second->tape_id;
}

static uint64_t add(uint64_t one, uint64_t other)
{
    return one > UINT64_MAX - other ? UINT64_MAX : one + other;
}

static uint64_t between(uint64_t from, uint64_t to, uint64_t most)
{
    uint64_t between = to > from ? to - from : 0;

    return between < most ? between : most;
}

/* From the newest to the oldest: recorded_ns is how long ago a tape ended, by what came after. */
static void plan_age(const struct retention_policy *policy, const struct retention_facts *facts,
                     struct retention_tape *tapes, size_t count)
{
    uint64_t leap_ns = policy->keep_ns / 2;
    uint64_t later_ns = facts->utc_ns;
    uint64_t recorded_ns = 0;

    for (size_t i = count; i-- > 0;) {
        struct retention_tape *tape = &tapes[i];
        uint64_t most_ns = i + 1 == count ? add(leap_ns, facts->present_ns) : leap_ns;

        recorded_ns = add(recorded_ns, between(tape->end_utc_ns, later_ns, most_ns));
        if (recorded_ns > policy->keep_ns &&
            between(tape->end_utc_ns, facts->utc_ns, UINT64_MAX) > policy->keep_ns)
            tape->reason = RETENTION_AGE;
        recorded_ns = add(recorded_ns, between(tape->begin_utc_ns, tape->end_utc_ns, UINT64_MAX));
        later_ns = tape->begin_utc_ns;
    }
}

static void plan_size(const struct retention_policy *policy, struct retention_tape *tapes,
                      size_t count)
{
    uint64_t total = 0;

    for (size_t i = 0; i < count; i++)
        total += tapes[i].reason == RETENTION_STAYS ? tapes[i].bytes : 0;
    for (size_t i = 0; i + 1 < count && total > policy->keep_size_bytes; i++) {
        if (tapes[i].reason != RETENTION_STAYS)
            continue;
        tapes[i].reason = RETENTION_SIZE;
        total -= tapes[i].bytes;
    }
}

static void plan_room(uint64_t wanted, uint64_t free_bytes, struct retention_tape *tapes,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tapes[i].reason != RETENTION_STAYS && !tapes[i].is_held)
            free_bytes = add(free_bytes, tapes[i].bytes);
    for (size_t i = 0; i < count && free_bytes < wanted; i++) {
        if (tapes[i].reason != RETENTION_STAYS || tapes[i].is_held)
            continue;
        tapes[i].reason = RETENTION_ROOM;
        free_bytes = add(free_bytes, tapes[i].bytes);
    }
}

void retention_plan(const struct retention_policy *policy, const struct retention_facts *facts,
                    struct retention_tape *tapes, size_t count)
{
    if (count > 1)
        qsort(tapes, count, sizeof *tapes, compare_age);
    for (size_t i = 0; i < count; i++)
        tapes[i].reason = RETENTION_STAYS;
    if (policy->keep_ns != 0)
        plan_age(policy, facts, tapes, count);
    if (policy->keep_size_bytes != 0)
        plan_size(policy, tapes, count);
    if (policy->keep_free_bytes != 0)
        plan_room(add(policy->keep_free_bytes, facts->headroom_bytes), facts->free_bytes, tapes,
                  count);
}
