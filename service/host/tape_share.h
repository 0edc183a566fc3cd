/* SPDX-License-Identifier: MIT */
/*
 * What a recorder tells a supervisor about the tape that it has in memory, so that the supervisor
 * can hold it: a tape in memory lives as long as somebody has a handle to its sections, and only a
 * handle that may write lets the next recorder go on with it. By name nobody gets such a handle
 * (security.h), so it comes from the recorder.
 *
 * The recorder hands nothing over: it says under which values it has its handles, and the
 * supervisor duplicates them out of the recorder's process (tape_holder.h). For that the supervisor
 * needs PROCESS_DUP_HANDLE on the recorder, which it has of a child, and every process of the same
 * user has of another. The other way round the recorder would need that right on the supervisor,
 * and with it everything: the right to duplicate any handle out of a process, its own one included,
 * is the right to do all that it can do. The values themselves are of no use without it.
 * Threads: any, for all functions.
 */
#ifndef TAPEMAP_TAPE_SHARE_H
#define TAPEMAP_TAPE_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

/* The kernel objects of a tape, in this order wherever they are listed. */
enum tape_object {
    TAPE_OBJECT_AUDIO,
    TAPE_OBJECT_INDEX,
    TAPE_OBJECT_EVEN, /* the events that wake readers */
    TAPE_OBJECT_ODD,
    TAPE_OBJECTS,
};

/* The handles of a tape, as values in the process that has them. */
struct tape_handles {
    uint64_t tape_id; /* 0: there is no tape in memory */
    uint64_t values[TAPE_OBJECTS];
};

/* Writes the values as "--inherit" takes them: hexadecimal, with commas between. */
#define TAPE_HANDLES_ROOM 72u
void tape_handles_print(const struct tape_handles *handles, char out[TAPE_HANDLES_ROOM]);

/* Reads such a text, all of it. false: it is none; *handles is then untouched, and tape_id always
   is. */
bool tape_handles_parse(const char *text, struct tape_handles *handles);

struct tape_share;

/* NULL: no memory. Memory: the caller's until tape_share_destroy. */
struct tape_share *tape_share_create(void);
/* NULL is ignored. */
void tape_share_destroy(struct tape_share *share);

/* The recorder has a tape in memory now; is_held: a supervisor holds it already. NULL: it has none.
   Blocks: never for long. */
void tape_share_offer(struct tape_share *share, const struct tape_handles *handles, bool is_held);

/* What was offered; for the request `hold` at `clock`. Blocks: never for long. */
struct tape_handles tape_share_get(struct tape_share *share, uint64_t clock);

/* Somebody holds the tape; for the request `held`. Returns OK · E_NO_TAPE: it is not the tape that
   is offered, with failure filled. Blocks: never for long. */
enum tapemap_status tape_share_confirm(struct tape_share *share, uint64_t tape_id,
                                       struct failure *failure);

/* Whether a supervisor that holds the tape lives: one asks every second, and one that has not asked
   for four seconds has died, with its handles. Blocks: never for long. */
bool tape_share_has_holder(struct tape_share *share, uint64_t clock, uint64_t clock_hz);

/* Waits until the tape is held, at most `timeout_ms`. false: it is not. */
bool tape_share_wait(struct tape_share *share, uint32_t timeout_ms);

#endif
