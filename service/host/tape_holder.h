/* SPDX-License-Identifier: MIT */
/*
 * Holding a tape that another process records in memory, so that it outlives that process and the
 * next recorder can go on with it. For a supervisor; see tape_share.h.
 */
#ifndef TAPEMAP_TAPE_HOLDER_H
#define TAPEMAP_TAPE_HOLDER_H

#include <stdbool.h>

#include "tape_share.h"

struct tape_holder;

/*
 * Takes hold of the tape whose handles the process `process` (a handle with PROCESS_DUP_HANDLE, of
 * a child for example) has said to have. What they are is checked.
 * Returns OK · E_DENIED · E_NO_TAPE: these are no handles of that tape (any more) · E_CORRUPT ·
 * E_FOREIGN · E_MEMORY · E_SYSTEM, with failure filled.
 * Memory: *holder is the caller's until tape_holder_release. Threads: one at a time. Blocks: never.
 */
enum tapemap_status tape_holder_take(void *process, const struct tape_handles *theirs,
                                     struct tape_holder **holder, struct failure *failure);

/* Lets go; the tape goes with the last one who holds it. NULL is ignored. */
void tape_holder_release(struct tape_holder *holder);

/* The tape, and the handles of this process: for `--inherit`, and for child_process_config.handles,
   which has TAPE_OBJECTS of them. Valid until tape_holder_release. Any thread; never blocks. */
struct tape_handles tape_holder_handles(const struct tape_holder *holder);
void *const *tape_holder_objects(const struct tape_holder *holder);

/* True when the tape has ended properly: nobody can go on with it, and holding it is of no use to
   anybody but its readers. Any thread; never blocks. */
bool tape_holder_has_ended(const struct tape_holder *holder);

#endif
