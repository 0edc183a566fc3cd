/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_WORKER_H
#define TAPEMAP_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

/* A thread that sleeps until there is something to do, or until it is time to look again. */
struct worker;

/* Runs body(context) on a new thread, which may be in worker_wait before *worker is set.
   Returns OK · E_MEMORY · E_SYSTEM, with failure filled.
   Memory: *worker is the caller's until worker_destroy. */
enum tapemap_status worker_start(void (*body)(struct worker *worker, void *context), void *context,
                                 struct worker **worker, struct failure *failure);

/* Blocks until somebody wakes the worker, or so long. Threads: the worker itself. */
void worker_wait(struct worker *worker, uint32_t timeout_ms);

/* Ends the wait, or the next one when it does not wait now. Any thread; never blocks. */
void worker_wake(struct worker *worker);

/* Returns whether the body has returned. Blocks: until then, but no longer than the timeout. */
bool worker_has_ended(struct worker *worker, uint32_t timeout_ms);

/* The body must have returned. NULL is ignored. */
void worker_destroy(struct worker *worker);

#endif
