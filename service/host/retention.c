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

static bool is_too_old(const struct retention_policy *policy, uint64_t utc_ns,
                       const struct retention_tape *tape)
{
    return policy->keep_ns != 0 && utc_ns > tape->end_utc_ns &&
           utc_ns - tape->end_utc_ns > policy->keep_ns;
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

static uint64_t add(uint64_t one, uint64_t other)
{
    return one > UINT64_MAX - other ? UINT64_MAX : one + other;
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
        tapes[i].reason = is_too_old(policy, facts->utc_ns, &tapes[i]) ? RETENTION_AGE
                                                                       : RETENTION_STAYS;
    if (policy->keep_size_bytes != 0)
        plan_size(policy, tapes, count);
    if (policy->keep_free_bytes != 0)
        plan_room(add(policy->keep_free_bytes, facts->headroom_bytes), facts->free_bytes, tapes,
                  count);
}
