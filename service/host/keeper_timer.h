/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_KEEPER_TIMER_H
#define TAPEMAP_KEEPER_TIMER_H

#include "failure.h"

/* What wakes the keeper: a tick every 10 ms, and whoever nudges it in between. */
struct keeper_timer;

#define KEEPER_TICK_MS 10

/* Starts ticking. Returns OK · E_MEMORY · E_SYSTEM, with failure filled.
   Memory: *timer is the caller's until keeper_timer_destroy. */
enum tapemap_status keeper_timer_create(struct keeper_timer **timer, struct failure *failure);
/* NULL is ignored. */
void keeper_timer_destroy(struct keeper_timer *timer);

/* Blocks until the next tick or nudge. Threads: the keeper. */
void keeper_timer_wait(struct keeper_timer *timer);

/* Ends the keeper's wait, or the next one when it does not wait now. Any thread; never blocks. */
void keeper_timer_nudge(struct keeper_timer *timer);

#endif
