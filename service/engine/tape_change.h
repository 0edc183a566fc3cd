/* SPDX-License-Identifier: MIT */
/*
 * The seam between a tape and the next one of its deck, for deck_change.c. Threads: the keeper for
 * all of these functions. Blocks: never.
 *
 * A boundary is kept by the grant: it never lies below what was granted when it was set, and
 * nothing past it is granted afterwards. So the appending thread cannot have missed it.
 */
#ifndef TAPEMAP_TAPE_CHANGE_H
#define TAPEMAP_TAPE_CHANGE_H

#include "tape.h"

/* Has the tape end at frame `wanted`, or at the first frame after it that is not granted yet, or
   where it is full; 0 or TAPE_ENDLESS: nowhere. Returns where; TAPE_ENDLESS when it ends for
   good before (end_frame), and for a ring. Not once it is joined to its next tape. */
uint64_t tape_set_boundary(struct tape *tape, uint64_t wanted);

/* The boundary that was set; else TAPE_ENDLESS. */
uint64_t tape_boundary(const struct tape *tape);

/* Joins `next`, on which nothing was appended, to the boundary of `left`: from now on the appending
   thread may go over, and what a reader finds on `next` is right should the recorder die then. */
void tape_join(struct tape *left, struct tape *next, struct instant now);

/* The appending thread has gone over to the next tape, and will never touch this one again. */
bool tape_is_left(const struct tape *tape);

/* What is left to do at the seam once the thread has gone over: `next` begins when the newest frame
   of `left` was captured, but not before the clock was at `earliest`; it takes the silence of
   `left`, and is named in it. */
void tape_begin_after(struct tape *left, struct tape *next, uint64_t earliest, struct instant now);

/*
 * Has `next`, in another format and a series of its own, follow `left`, on which nobody appends any
 * more. Time was kept on `left` up to `clock`: the silence that is due of it becomes that of
 * `next`, which begins so much earlier.
 */
void tape_begin_anew(struct tape *left, struct tape *next, uint64_t clock, struct instant now);

#endif
