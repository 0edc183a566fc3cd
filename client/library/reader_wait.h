/* SPDX-License-Identifier: MIT */
/*
 * When to stop waiting for the head, and for what to wait. Passive: the clock and the events are
 * behind `struct reader_waiter`, so that a test can play the recorder.
 *
 * The recorder counts its wake-ups: number n resets event (n + 1) & 1, raises wake_count to n and
 * sets event n & 1. A waiter loads wake_count w, looks at the head, and then waits for wake-up
 * w + 1: whatever is published after its look sets that event. A waiter that is two wake-ups late
 * finds its event reset again and sleeps until the next one, a tick later.
 */
#ifndef TAPEMAP_READER_WAIT_H
#define TAPEMAP_READER_WAIT_H

#include "reader.h"

#define READER_NO_EVENT 2u

struct reader_waiter {
    void *context;
    uint64_t clock_hz; /* of `clock`, which is the clock of the recorder's heartbeat */
    uint64_t (*clock)(void *context);
    /* Returns when event `parity` (0 even, 1 odd, READER_NO_EVENT) is set or `slice_ms`
       milliseconds have passed: OK in both cases · E_SYSTEM. */
    enum tapemap_status (*sleep)(void *context, uint32_t parity, uint32_t slice_ms);
};

/* A recorder without a sign of life for longer has stalled (layout.md, L61). */
#define READER_STALL_NS UINT64_C(2000000000)

/* How long ago the recorder showed a sign of life, at `clock`. One that lies more than two seconds
   ahead is none: so far ahead, so old it counts. */
uint64_t reader_heartbeat_age_ns(const struct reader *reader, uint64_t clock, uint64_t clock_hz);

/* True when that is too long ago and the tape has not ended. */
bool reader_is_stalled(const struct reader *reader, uint64_t heartbeat_age_ns);

/* Returns OK: head >= position · E_TIMEOUT · E_ENDED · E_STALLED: for a tenth of a second of this
   call, or for all of it · E_SYSTEM. Blocks up to timeout_ms. */
enum tapemap_status reader_wait(const struct reader *reader, uint64_t position,
                                uint32_t timeout_ms, const struct reader_waiter *waiter);

#endif
