/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_WAITING_H
#define TAPEMAP_WAITING_H

#include <stdint.h>

#include "reader_wait.h"

/* A tape's two wake-up events, and the clock. Each handle may be missing. */
struct waiting {
    void *events[2];
};

/* Opens the events of tape `tape_id` in the namespace `space`. Waiting works without them as well,
   only with a coarser look-up, so there is no failure. */
void waiting_open(struct waiting *waiting, const char *space, uint64_t tape_id);
void waiting_close(struct waiting *waiting);

/* What reader_wait needs; `waiting` must outlive it. */
struct reader_waiter waiting_waiter(struct waiting *waiting);

#endif
