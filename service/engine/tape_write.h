/* SPDX-License-Identifier: MIT */
/*
 * The fill of a tape whose store is written by a function of its own (store.h), for a source that
 * has its audio ready and a thread that may wait for the disk: a page that a file is written to is
 * filled once, while one that is mapped is zeroed, faulted in and filled.
 *
 * Here the appending thread makes bytes real, so it raises committed_bytes too, before the head
 * (L67). Frames that the disk refuses are not taken, and the keeper finds why in `write_failure`.
 */
#ifndef TAPEMAP_TAPE_WRITE_H
#define TAPEMAP_TAPE_WRITE_H

#include "tape_append.h"

/* appender->store has the function, and the tape is no ring. Blocks: for the disk. */
tape_fill tape_write_fill;

#endif
