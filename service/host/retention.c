/* SPDX-License-Identifier: MIT */
#include "retention.h"

#include <stdlib.h>

static int compare_begin(const void *one, const void *other)
{
    const struct retention_tape *first = one;
    const struct retention_tape *second = other;

    if (first->begin_utc_ns != second->begin_utc_ns)
        return first->begin_utc_ns < second->begin_utc_ns ? -1 : 1;
    return first->tape_id < second->tape_id ? -1 : first->tape_id > second->tape_id;
}

/* What more was recorded after is the older one, whatever the clock said. */
static int compare_age(const void *one, const void *other)
{
    const struct retention_tape *first = one;
    const struct retention_tape *second = other;

    if (first->recorded_ns != second->recorded_ns)
        return first->recorded_ns > second->recorded_ns ? -1 : 1;
    return compare_begin(one, other);
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

/* Beginning at the place before `from`, where it is as a rule; count: it is not there. */
static size_t find(const struct retention_tape *tapes, size_t count, size_t from, uint64_t tape_id)
{
    for (size_t i = 1; i <= count && tape_id != 0; i++) {
        size_t at = (from + count - i) % count;
        if (tapes[at].tape_id == tape_id)
            return at;
    }
    return count;
}

#define NOT_COUNTED UINT64_MAX

/* The tapes of the present series: how much sound there is after each is known to the frame.
   Returns how much there is after the series' beginning; *begin_utc_ns: when that was, if there are
   any. */
static uint64_t count_series(const struct retention_facts *facts, struct retention_tape *tapes,
                             size_t count, uint64_t *begin_utc_ns)
{
    uint64_t recorded_ns = facts->present_ns;
    size_t at = find(tapes, count, count, facts->previous_id);

    while (at < count && tapes[at].recorded_ns == NOT_COUNTED) {
        tapes[at].recorded_ns = recorded_ns;
        recorded_ns = add(recorded_ns, tapes[at].length_ns);
        *begin_utc_ns = tapes[at].begin_utc_ns;
        at = find(tapes, count, at, tapes[at].previous_id);
    }
    return recorded_ns;
}

/* The others, from the newest to the oldest. */
static void count_others(uint64_t recorded_ns, uint64_t later_ns, uint64_t leap_ns,
                         struct retention_tape *tapes, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        if (tapes[i].recorded_ns != NOT_COUNTED)
            continue;
        recorded_ns = add(recorded_ns, between(tapes[i].end_utc_ns, later_ns, leap_ns));
        tapes[i].recorded_ns = recorded_ns;
        recorded_ns = add(recorded_ns, tapes[i].length_ns);
        later_ns = tapes[i].begin_utc_ns;
    }
}

/* The tapes are sorted by their beginnings. */
static void count_recorded(const struct retention_facts *facts, uint64_t leap_ns,
                           struct retention_tape *tapes, size_t count)
{
    uint64_t later_ns = facts->utc_ns - between(0, facts->present_ns, facts->utc_ns);

    for (size_t i = 0; i < count; i++)
        tapes[i].recorded_ns = NOT_COUNTED;
    uint64_t series_ns = count_series(facts, tapes, count, &later_ns);
    count_others(series_ns, later_ns, leap_ns, tapes, count);
}

static void plan_age(const struct retention_policy *policy, const struct retention_facts *facts,
                     struct retention_tape *tapes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tapes[i].recorded_ns > policy->keep_ns &&
            between(tapes[i].end_utc_ns, facts->utc_ns, UINT64_MAX) > policy->keep_ns)
            tapes[i].reason = RETENTION_AGE;
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

bool retention_may_go(const struct retention_tape *tape)
{
    return tape->reason != RETENTION_STAYS && !tape->is_held &&
           (!tape->is_awaited || tape->reason == RETENTION_ROOM);
}

/* Returns how much is free when it is done. */
static uint64_t make_room(uint64_t wanted, uint64_t free_bytes, bool of_awaited,
                          struct retention_tape *tapes, size_t count)
{
    for (size_t i = 0; i < count && free_bytes < wanted; i++) {
        if (retention_may_go(&tapes[i]) || tapes[i].is_held || tapes[i].is_awaited != of_awaited)
            continue;
        tapes[i].reason = RETENTION_ROOM;
        free_bytes = add(free_bytes, tapes[i].bytes);
    }
    return free_bytes;
}

static void plan_room(uint64_t wanted, uint64_t free_bytes, struct retention_tape *tapes,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (retention_may_go(&tapes[i]))
            free_bytes = add(free_bytes, tapes[i].bytes);
    free_bytes = make_room(wanted, free_bytes, false, tapes, count);
    make_room(wanted, free_bytes, true, tapes, count);
}

void retention_plan(const struct retention_policy *policy, const struct retention_facts *facts,
                    struct retention_tape *tapes, size_t count)
{
    if (count > 1)
        qsort(tapes, count, sizeof *tapes, compare_begin);
    count_recorded(facts, policy->keep_ns / 2, tapes, count);
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
