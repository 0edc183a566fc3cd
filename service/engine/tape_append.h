/* SPDX-License-Identifier: MIT */
/*
 * The real-time end of a tape: all that runs on the thread that appends, an audio callback for a
 * device. tape_append.c calls nothing but memcpy and memset; a lint test holds it to that.
 *
 * The appending thread and the keeper share this structure, in private memory of the recorder:
 *
 *   keeper  -> append   the grant: frames below `granted` may be written. It covers only storage
 *                       that is committed, mapped in one of the two spans, and, in a ring, retired
 *                       (oldest_frame was raised first). Release/acquire on `granted`.
 *   append  -> keeper   the head, in the control block; the clock of the newest append (`stamps`);
 *                       events (silence inserted, overflow) through a small queue.
 *   keeper  -> append   `silence_due`: frames the source lost; the appender inserts them as
 *                       silence before what it appends next.
 *   keeper  -> append   the boundary: where the next tape begins, and its appender. The keeper has
 *                       granted nothing past it, so that it cannot come too late.
 *
 * How frames get into the storage is `fill`: by memcpy through the spans, or, on a thread that may
 * wait for the disk, by the store (tape_write.h).
 */
#ifndef TAPEMAP_TAPE_APPEND_H
#define TAPEMAP_TAPE_APPEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tapemap/layout.h"

/* A run of positions that lies contiguously in one mapped view. */
struct tape_span {
    uint64_t first;
    uint64_t end;
    unsigned char *base; /* where frame `first` lies */
};

enum append_event_kind {
    APPEND_EVENT_SILENCE = 1, /* `frames` of silence published from `position` */
    APPEND_EVENT_OVERFLOW = 2,
};

/* Fields are relaxed; `events_head` publishes them. */
struct append_event {
    struct tapemap_shared_u64 kind;
    struct tapemap_shared_u64 position;
    struct tapemap_shared_u64 frames;
    struct tapemap_shared_u64 clock;
};

struct store;
struct tape_appender;

/* Puts `count` granted frames at the head and moves it over them; NULL: frames of silence. Returns
   how many it managed. */
typedef uint64_t tape_fill(struct tape_appender *appender, const unsigned char *frames,
                           uint64_t count);

#define APPEND_EVENTS 64u
#define APPEND_OVERFLOW_EVENTS 48u /* no flood of flags may keep silence out of the queue */

struct tape_appender {
    /* Set up before the first append. */
    struct tapemap_control *control;
    uint32_t frame_bytes;
    uint32_t rate_hz;
    uint64_t clock_hz;
    int wipes_silence; /* storage ahead is not zero: a ring's last lap, a file's marks (L151) */
    tape_fill *fill;
    struct store *store; /* of tape_write_fill */

    /* The appending thread's own; tape_append_expect sets the first two. */
    bool is_expecting;
    uint64_t expected_from;
    uint64_t head;
    uint64_t silence_owed; /* frames lost and not yet replaced */
    uint32_t span;         /* which of `spans` holds the head */
    uint64_t event_count;

    /* Written by the appending thread, read by the keeper. */
    struct tapemap_shared_u64 events_head;
    struct append_event events[APPEND_EVENTS];
    struct tapemap_shared_u64 silence_left; /* = silence_owed, after each call */
    struct tapemap_shared_u64 is_wanting;   /* 1: the newest append was not taken whole */
    struct tapemap_shared_u64 write_failure; /* of the newest fill: 0, or a status negated */
    struct tapemap_shared_u64 overflows_unqueued; /* the queue was full: the keeper was late */
    struct tapemap_shared_u64 stamp_count;    /* newest stamp: stamps[stamp_count & 1] */
    struct tapemap_shared_u64 stamp_head[2];
    struct tapemap_shared_u64 stamp_clock[2];
    struct tapemap_shared_u64 stamp_owed; /* silence owed then, which that clock counts */
    struct tapemap_shared_u64 is_left;        /* 1: it went over to `next`, for good */

    /* Written by the keeper, read by the appending thread. */
    struct tapemap_shared_u64 granted;
    struct tapemap_shared_u64 silence_due; /* exchanged for 0 by the appending thread */
    struct tapemap_shared_u64 events_tail;
    struct tape_span spans[2]; /* published by `granted` */
    struct tape_appender *next;         /* published by `boundary` */
    struct tapemap_shared_u64 boundary; /* where `next` begins: not granted past; or UINT64_MAX */
};

/*
 * Appends `count` frames, captured until `clock`, and publishes them; first the silence that is
 * due. Returns how many of the frames were taken; fewer than `count` when the grant is used up
 * (the keeper is behind, or the tape is full) or the disk refuses them. What is not taken is still
 * the caller's: it tries again, or reports it by tape_append_lost.
 * Threads: one, always the same at a time. Blocks: never, made for an audio callback; but for the
 * disk when the tape is written (tape_write.h).
 */
size_t tape_append(struct tape_appender *appender, const void *frames, size_t count,
                   uint64_t clock);

/*
 * The same over the seam between two tapes: at the boundary of *appender the rest goes to the next
 * tape, and so does the silence that is still owed; *appender is then that of the next one. It is
 * the appending thread's own.
 */
size_t tape_append_on(struct tape_appender **appender, const void *frames, size_t count,
                      uint64_t clock);

/* Leaves a tape that is at its boundary, and returns the next one. As tape_append. */
struct tape_appender *tape_append_go_over(struct tape_appender *appender);

/* The fill of storage that is mapped. */
tape_fill tape_append_fill;

/* Says that `frames` frames will never come; silence takes their place at the next append.
   Threads and blocking as tape_append. */
void tape_append_lost(struct tape_appender *appender, uint64_t frames);

/*
 * Says that frames were due from `clock` on: what the first append finds missing up to its own
 * clock is lost. For a resumed tape; before the first append, which publishes nothing of this.
 */
void tape_append_expect(struct tape_appender *appender, uint64_t clock);
/* Takes that back, and says from when on they were due; false: nothing is expected (any more), and
   *clock is left alone. */
bool tape_append_expect_no_more(struct tape_appender *appender, uint64_t *clock);

/* Says that the source flagged lost input before the next frame. As tape_append. */
void tape_append_overflow(struct tape_appender *appender, uint64_t clock);

/* The keeper's side: the newest (head, clock) pair that one append published together.
   Returns 0 when nothing was appended yet. Any thread; never blocks. */
int tape_append_stamp(const struct tape_appender *appender, uint64_t *head, uint64_t *clock);

#endif
