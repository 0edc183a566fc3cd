/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_COMPLETE_FILE_H
#define TAPEMAP_COMPLETE_FILE_H

#include <stdbool.h>

/*
 * Completes the file of a tape that has ended and that this process has closed (finish_tape.h):
 * appends its chunks, cuts its reserved tail and removes its index file. Programs that have the
 * file or its index open, or mapped, stand in the way, virus scanners and indexers among them for a
 * moment: it is tried again for ten seconds, and then left; the file reads well as it is.
 * Says on stderr what could not be done, and what to do; more unless `is_quiet`.
 * Returns false when the file is not complete but for its tail and its index file. Threads: one.
 * Blocks: for the disk. An interrupt ends the waiting.
 */
bool complete_file(const char *path, bool is_quiet);

/* What became of a file. */
enum completion {
    COMPLETION_DONE,
    COMPLETION_REST,   /* it is complete, but for what somebody holds: to be tried again */
    COMPLETION_HELD,   /* it is not, because somebody holds it: to be tried again */
    COMPLETION_FAILED, /* it is not; somebody was told why */
};

enum completion_patience {
    COMPLETION_WAITS,   /* ten seconds, as above; what stays held is said */
    COMPLETION_GLANCES, /* one try; what is held is said */
    COMPLETION_RETURNS, /* one try of a file of which that was said before: told if it succeeds */
    COMPLETION_LAST,    /* the same, told if it does not, too: this recorder tries no more */
};

/* The same beside a recording that goes on: an interrupt is not for this. With COMPLETION_RETURNS
   and COMPLETION_LAST a file that is gone by now is COMPLETION_DONE. */
enum completion complete_left_file(const char *path, enum completion_patience patience);

#endif
