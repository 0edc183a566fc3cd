/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_COMPLETE_FILE_H
#define TAPEMAP_COMPLETE_FILE_H

#include <stdbool.h>

/*
 * Completes the file of a tape that has ended and that this process has closed (finish_tape.h):
 * appends its chunks and cuts its reserved tail. Readers that have the file mapped stand in the way
 * of the cut: it is tried again for ten seconds, and then left; the file reads well with its tail.
 * Says on stderr what could not be done, and what to do; more unless `is_quiet`.
 * Returns false when the file is not complete but for its tail. Threads: one. Blocks: for the disk.
 * An interrupt ends the waiting for readers.
 */
bool complete_file(const char *path, bool is_quiet);

/* The same beside a recording that goes on: an interrupt is not for this, and only what could not
   be done is said. */
bool complete_left_file(const char *path);

#endif
