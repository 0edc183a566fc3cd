/* SPDX-License-Identifier: MIT */
#include "tape_change.h"

#include <assert.h>
#include <string.h>

#include "atomic64.h"
#include "quantity.h"
#include "tape_private.h"
#include "whole_numbers.h"

#define NS_PER_SECOND 1000000000u
#define READINGS_APART_NS 1000000u /* at most, of two clocks that are read one after the other */

uint64_t tape_set_boundary(struct tape *tape, uint64_t wanted)
{
    struct tape_windows *windows = &tape->windows;
    uint64_t end = tape->config.end_frame ? tape->config.end_frame : TAPE_ENDLESS;
    uint64_t full = min_u64(end, windows->capacity_frames);
    if (wanted == 0)
        wanted = TAPE_ENDLESS;
    if (tape->config.is_ring)
        return TAPE_ENDLESS;
    assert(load_relaxed_u64(&tape->appender.boundary) == TAPE_ENDLESS);
    uint64_t boundary = wanted == TAPE_ENDLESS ? wanted : max_u64(wanted, windows->granted);
    if (boundary != TAPE_ENDLESS)
        boundary = min_u64(boundary, full);
    windows->last_frame = min_u64(boundary, full);
    tape->boundary = boundary < end ? boundary : TAPE_ENDLESS;
    return tape->boundary;
}

uint64_t tape_boundary(const struct tape *tape)
{
    return tape->boundary;
}

/* A duration is that of all tapes together. The next tape is granted its first frames already, and
   nobody knows of it: what goes past the end is taken back. */
static void end_next(struct tape *next, uint64_t rest)
{
    struct tape_windows *windows = &next->windows;
    next->config.end_frame = rest;
    if (next->boundary >= rest)
        next->boundary = TAPE_ENDLESS;
    windows->last_frame = min_u64(windows->last_frame, rest);
    windows->granted = min_u64(windows->granted, rest);
    store_release_u64(&next->appender.granted, windows->granted);
}

/* When frame 0 of `next` was captured, or will be: `from` of `left` was at `at`. */
static void date(struct tape *next, const struct tape *left, uint64_t from, struct instant at)
{
    uint64_t rest = left->boundary - from;
    uint64_t begin =
        at.utc_ns + quantity_scale(rest, NS_PER_SECOND, left->config.format.sample_rate_hz);
    uint64_t before = left->control->created_utc_ns;
    /* Only a clock that was set makes a tape older than the one before it. */
    if (begin < before && before - begin < READINGS_APART_NS)
        begin = before;
    tape_set_begin(next, begin);
}

void tape_join(struct tape *left, struct tape *next, struct instant now)
{
    assert(left->boundary != TAPE_ENDLESS);
    next->control->previous_tape_id = left->control->tape_id;
    next->control->series_position = left->control->series_position + left->boundary;
    date(next, left, min_u64(load_acquire_u64(&left->control->head), left->boundary), now);
    if (left->config.end_frame != 0)
        end_next(next, left->config.end_frame - left->boundary);
    left->appender.next = &next->appender;
    store_release_u64(&left->appender.boundary, left->boundary);
}

bool tape_is_left(const struct tape *tape)
{
    return load_acquire_u64(&tape->appender.is_left) != 0;
}

/* Returns how much of it comes before the newest stamp's clock. */
static uint64_t carry_over_silence(struct tape *left, struct tape *next)
{
    uint64_t rest = left->silence_planned + exchange_u64(&left->appender.silence_due, 0);
    next->silence_planned += rest;
    left->silence_planned = 0;
    return rest + load_relaxed_u64(&left->appender.stamp_owed);
}

static void name_next(struct tape *left, const struct tape *next)
{
    struct tapemap_control *control = left->control;
    memcpy(control->next_path, next->control->file_path, sizeof control->next_path);
    store_release_u64(&control->next_tape_id, next->control->tape_id);
}

void tape_begin_after(struct tape *left, struct tape *next, uint64_t earliest, struct instant now)
{
    uint64_t head;
    uint64_t clock;
    uint64_t carried = carry_over_silence(left, next);
    /* A stamp's clock is that of all frames that came by then, also of those that are owed. */
    if (tape_append_stamp(&left->appender, &head, &clock)) {
        clock -= min_u64(clock, quantity_scale(carried, left->config.clock_hz,
                                               left->config.format.sample_rate_hz));
        date(next, left, head, tape_instant_of(left, max_u64(clock, earliest), now));
    }
    name_next(left, next);
}

/* Takes all that is due off `left`. */
static uint64_t take_silence(struct tape *left)
{
    uint64_t due = tape_silence_due(left);
    left->silence_planned = 0;
    store_relaxed_u64(&left->appender.silence_due, 0);
    left->appender.silence_owed = 0;
    store_relaxed_u64(&left->appender.silence_left, 0);
    store_relaxed_u64(&left->appender.is_wanting, 0);
    return due;
}

void tape_begin_anew(struct tape *left, struct tape *next, uint64_t clock, struct instant now)
{
    uint64_t was_hz = left->config.format.sample_rate_hz;
    uint64_t rate_hz = next->config.format.sample_rate_hz;
    uint64_t due = take_silence(left);
    uint64_t begin = clock - quantity_scale(due, left->config.clock_hz, was_hz);
    uint64_t end = left->config.end_frame;
    uint64_t head = load_acquire_u64(&left->control->head);
    tape_set_begin(next, tape_instant_of(left, begin, now).utc_ns);
    if (end != 0)
        end_next(next, max_u64(1, quantity_scale(end > head ? end - head : 0, rate_hz, was_hz)));
    tape_insert_silence(next, quantity_scale(due, rate_hz, was_hz), 0);
    name_next(left, next);
}
