/* SPDX-License-Identifier: MIT */
#include "tape_append.h"

#include <stdbool.h>
#include <string.h>

#include "atomic64.h"
#include "whole_numbers.h"

/* Silence over storage that is not zero; more in one callback would take milliseconds. */
#define WIPE_LIMIT_BYTES (16u << 20)

uint64_t tape_append_fill(struct tape_appender *appender, const unsigned char *frames,
                          uint64_t count)
{
    uint64_t first = appender->head;
    while (count > 0) {
        const struct tape_span *span = &appender->spans[appender->span];
        if (appender->head == span->end) {
            appender->span ^= 1;
            continue;
        }
        uint64_t run = min_u64(count, span->end - appender->head);
        size_t bytes = (size_t)run * appender->frame_bytes;
        unsigned char *to =
            span->base + (size_t)(appender->head - span->first) * appender->frame_bytes;
        if (frames) {
            memcpy(to, frames, bytes);
            frames += bytes;
        } else if (appender->wipes_silence) {
            memset(to, 0, bytes);
        } /* else it is fresh and reads as zero: see store.h */
        appender->head += run;
        count -= run;
    }
    return appender->head - first;
}

static int queue_has_room(struct tape_appender *appender, uint64_t most)
{
    return appender->event_count - load_acquire_u64(&appender->events_tail) < most;
}

static void queue_event(struct tape_appender *appender, enum append_event_kind kind,
                        uint64_t position, uint64_t frames, uint64_t clock)
{
    struct append_event *event = &appender->events[appender->event_count % APPEND_EVENTS];
    store_relaxed_u64(&event->kind, (uint64_t)kind);
    store_relaxed_u64(&event->position, position);
    store_relaxed_u64(&event->frames, frames);
    store_relaxed_u64(&event->clock, clock);
    appender->event_count++;
    store_release_u64(&appender->events_head, appender->event_count);
}

/* So that a gap can be journalled when the recorder dies before its keeper has (layout.md, L167).
   The length is 0 while the position changes: no moment shows half of it. */
static void note_silence(struct tape_appender *appender, uint64_t position, uint64_t count)
{
    struct tapemap_control *control = appender->control;
    uint64_t length = load_relaxed_u64(&control->silence_frames);
    bool goes_on = load_relaxed_u64(&control->silence_position) + length == position;
    if (!goes_on) {
        store_relaxed_u64(&control->silence_frames, 0);
        store_release_u64(&control->silence_position, position);
        length = 0;
    }
    store_release_u64(&control->silence_frames, length + count);
}

/* Silence waits while its event cannot be queued: a gap is never left out of the journal. */
static void insert_silence(struct tape_appender *appender, uint64_t room, uint64_t clock)
{
    uint64_t count = min_u64(appender->silence_owed, room);
    if (appender->wipes_silence)
        count = min_u64(count, WIPE_LIMIT_BYTES / appender->frame_bytes);
    if (count == 0 || !queue_has_room(appender, APPEND_EVENTS))
        return;
    uint64_t position = appender->head;
    count = appender->fill(appender, NULL, count);
    appender->silence_owed -= count;
    if (count == 0)
        return;
    note_silence(appender, position, count);
    queue_event(appender, APPEND_EVENT_SILENCE, position, count, clock);
}

/* Frames that the source did not deliver before its first ones; see tape_append_expect. */
static void count_missing(struct tape_appender *appender, uint64_t count, uint64_t clock)
{
    uint64_t from = appender->expected_from;
    uint64_t most = UINT64_MAX / appender->rate_hz; /* so that the product fits */
    uint64_t ticks = clock > from ? min_u64(clock - from, most) : 0;
    uint64_t due = ticks * appender->rate_hz / appender->clock_hz;
    appender->silence_owed += due > count ? due - count : 0;
    appender->is_expecting = false;
}

static void publish(struct tape_appender *appender, uint64_t clock)
{
    uint64_t stamp = load_relaxed_u64(&appender->stamp_count) + 1;
    /* Partner: tape_append_stamp, which sees that this slot's stamp is no longer the newest. */
    fence_release();
    store_relaxed_u64(&appender->stamp_head[stamp & 1], appender->head);
    store_relaxed_u64(&appender->stamp_clock[stamp & 1], clock);
    store_relaxed_u64(&appender->stamp_owed, appender->silence_owed);
    store_release_u64(&appender->stamp_count, stamp);
    store_relaxed_u64(&appender->control->head_clock, clock);
    store_release_u64(&appender->control->head, appender->head);
}

size_t tape_append(struct tape_appender *appender, const void *frames, size_t count,
                   uint64_t clock)
{
    uint64_t before = appender->head;
    uint64_t granted = load_acquire_u64(&appender->granted);
    if (appender->is_expecting)
        count_missing(appender, count, clock);
    if (load_relaxed_u64(&appender->silence_due) != 0)
        appender->silence_owed += exchange_u64(&appender->silence_due, 0);
    if (appender->silence_owed > 0)
        insert_silence(appender, granted - appender->head, clock);
    uint64_t taken = 0;
    if (appender->silence_owed == 0)
        taken = min_u64(count, granted - appender->head);
    if (taken > 0)
        taken = appender->fill(appender, frames, taken);
    store_relaxed_u64(&appender->silence_left, appender->silence_owed);
    store_relaxed_u64(&appender->is_wanting, taken < count || appender->silence_owed > 0);
    if (appender->head != before)
        publish(appender, clock);
    return (size_t)taken;
}

static bool is_at_boundary(const struct tape_appender *appender)
{
    return load_acquire_u64(&appender->boundary) == appender->head;
}

/* How many of `count` frames come before the boundary, behind the silence that is owed. */
static size_t count_before_boundary(const struct tape_appender *appender, size_t count)
{
    uint64_t room = load_acquire_u64(&appender->boundary) - appender->head;
    uint64_t owed = appender->silence_owed + load_relaxed_u64(&appender->silence_due);
    return (size_t)min_u64(count, room > owed ? room - owed : 0);
}

/* When the frame before the newest `later` ones was captured: never before the newest append, whose
   frames a source at full speed has read faster than they play. */
static uint64_t clock_before(const struct tape_appender *appender, uint64_t clock, uint64_t later)
{
    uint64_t ticks = later * appender->clock_hz / appender->rate_hz;
    uint64_t newest = load_relaxed_u64(&appender->control->head_clock);
    if (later == 0)
        return clock;
    return clock > newest && clock - newest > ticks ? clock - ticks : min_u64(newest, clock);
}

/* What the keeper hands over in between stays behind; it takes that along itself. */
struct tape_appender *tape_append_go_over(struct tape_appender *appender)
{
    struct tape_appender *next = appender->next;
    uint64_t due = exchange_u64(&appender->silence_due, 0);
    next->silence_owed += appender->silence_owed + due;
    next->is_expecting = appender->is_expecting;
    next->expected_from = appender->expected_from;
    store_relaxed_u64(&appender->stamp_owed, load_relaxed_u64(&appender->stamp_owed) + due);
    appender->silence_owed = 0;
    store_relaxed_u64(&appender->is_wanting, 0);
    store_relaxed_u64(&appender->silence_left, 0);
    store_relaxed_u64(&next->silence_left, next->silence_owed);
    store_release_u64(&appender->is_left, 1);
    return next;
}

size_t tape_append_on(struct tape_appender **appender, const void *frames, size_t count,
                      uint64_t clock)
{
    const unsigned char *rest = frames;
    size_t taken = 0;
    for (;;) {
        if (is_at_boundary(*appender))
            *appender = tape_append_go_over(*appender);
        struct tape_appender *tape = *appender;
        size_t part = count_before_boundary(tape, count - taken);
        size_t done = tape_append(tape, rest, part,
                                  clock_before(tape, clock, count - taken - part));
        taken += done;
        rest += done * tape->frame_bytes;
        if ((taken == count && tape->silence_owed == 0) || !is_at_boundary(tape))
            return taken;
    }
}

void tape_append_lost(struct tape_appender *appender, uint64_t frames)
{
    appender->silence_owed += frames;
    store_relaxed_u64(&appender->silence_left, appender->silence_owed);
}

void tape_append_expect(struct tape_appender *appender, uint64_t clock)
{
    appender->is_expecting = true;
    appender->expected_from = clock;
}

bool tape_append_expect_no_more(struct tape_appender *appender, uint64_t *clock)
{
    if (!appender->is_expecting)
        return false;
    *clock = appender->expected_from;
    appender->is_expecting = false;
    return true;
}

void tape_append_overflow(struct tape_appender *appender, uint64_t clock)
{
    if (queue_has_room(appender, APPEND_OVERFLOW_EVENTS))
        queue_event(appender, APPEND_EVENT_OVERFLOW, appender->head, 0, clock);
    else
        store_relaxed_u64(&appender->overflows_unqueued,
                          load_relaxed_u64(&appender->overflows_unqueued) + 1);
}

int tape_append_stamp(const struct tape_appender *appender, uint64_t *head, uint64_t *clock)
{
    for (;;) {
        uint64_t stamp = load_acquire_u64(&appender->stamp_count);
        if (stamp == 0)
            return 0;
        uint64_t stamp_head = load_relaxed_u64(&appender->stamp_head[stamp & 1]);
        uint64_t stamp_clock = load_relaxed_u64(&appender->stamp_clock[stamp & 1]);
        fence_acquire();
        /* One stamp later the writer may already be in this slot again. */
        if (load_relaxed_u64(&appender->stamp_count) == stamp) {
            *head = stamp_head;
            *clock = stamp_clock;
            return 1;
        }
    }
}
