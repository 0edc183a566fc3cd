/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_FLUSHER_H
#define TAPEMAP_FLUSHER_H

#include <stdbool.h>

#include "tape.h"

/* A thread that makes a file tape durable now and then (tape_flush), because a disk may take its
   time and the keeper has none. */
struct flusher;

/*
 * Starts it; pause_ns: between two flushes. The first that fails is said on stderr, later ones not
 * until one has succeeded: nothing is lost by it, only the power cut would cost more.
 * Returns OK · E_MEMORY · E_SYSTEM, with failure filled.
 * Memory: *flusher is the caller's until flusher_stop; `tape` must live until then.
 */
enum tapemap_status flusher_start(struct tape *tape, uint64_t pause_ns, struct flusher **flusher,
                                  struct failure *failure);

/*
 * Ends the thread after the flush it is at, and frees the flusher. Blocks: for the disk, up to
 * patience_ms. Returns false when the thread did not come back from the disk: flusher, tape and
 * stores must then be left to the end of the process. NULL is ignored (true).
 */
bool flusher_stop(struct flusher *flusher, uint32_t patience_ms);

#endif
