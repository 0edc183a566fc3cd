/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_WORKER_H
#define TAPEMAP_WORKER_H

#include "failure.h"

/* A thread that does the same job whenever it is told that there is something to do: what may wait
   for a disk, and the keeper may not. */
struct worker;

/* Starts the thread; job(context) is called on it after each nudge, once for several of them.
   Returns OK · E_MEMORY · E_SYSTEM, with failure filled. Memory: *worker is the caller's until
   worker_stop. */
enum tapemap_status worker_start(void (*job)(void *context), void *context,
                                 struct worker **worker, struct failure *failure);

/* There is something to do. Any thread; never blocks. */
void worker_nudge(struct worker *worker);

/* Ends the thread, after one more job. Blocks: as long as the jobs take. NULL is ignored. */
void worker_stop(struct worker *worker);

#endif
