/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_SLEEPER_H
#define TAPEMAP_SLEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

/* A thread that sleeps until there is something to do, or until it is time to look again. */
struct sleeper;

#define SLEEPER_FOR_EVER UINT32_MAX /* as a time-out */

/* Runs body(context) on a new thread, which may be in sleeper_wait before *sleeper is set.
   Returns OK · E_MEMORY · E_SYSTEM, with failure filled.
   Memory: *sleeper is the caller's until sleeper_destroy. */
enum tapemap_status sleeper_start(void (*body)(struct sleeper *sleeper, void *context),
                                  void *context, struct sleeper **sleeper,
                                  struct failure *failure);

/* Blocks until somebody wakes the sleeper, or so long. Threads: the sleeper itself. */
void sleeper_wait(struct sleeper *sleeper, uint32_t timeout_ms);

/* Ends the wait, or the next one when it does not wait now. Any thread; never blocks. */
void sleeper_wake(struct sleeper *sleeper);

/* Returns whether the body has returned. Blocks: until then, but no longer than the timeout. */
bool sleeper_has_ended(struct sleeper *sleeper, uint32_t timeout_ms);

/* The body must have returned. NULL is ignored. */
void sleeper_destroy(struct sleeper *sleeper);

#endif
