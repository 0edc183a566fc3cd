/* SPDX-License-Identifier: MIT */
/*
 * A deck that goes on from one tape to the next without a seam. Whoever drives it makes the next
 * tape, offers it, and sets the boundary: the frame of the present tape at which the next begins.
 * Between two ticks the appending thread goes over by itself. The tape that it left is then to be
 * taken, ended for TAPEMAP_REASON_ROTATED by tape_end, and let go.
 *
 *     offered:  next -> present -> left -> taken
 *
 * For a pulled source the boundary may be set before there is a next tape: the source waits there.
 * One that pushes must not wait, so the next tape is offered first.
 * Threads: the keeper, but for deck_request_rotate. Blocks: never.
 */
#ifndef TAPEMAP_DECK_CHANGE_H
#define TAPEMAP_DECK_CHANGE_H

#include "deck.h"

/*
 * Offers the next tape, made by tape_create in the format of the present one. Nothing else may be
 * offered, and the tape left before must have been taken.
 * Memory: it is the deck's until it is taken. wake_context: for wake_readers, once it is the
 * present tape.
 */
void deck_offer_next(struct deck *deck, struct tape *next, void *wake_context);

/* True when deck_offer_next may be called. */
bool deck_may_offer(const struct deck *deck);

/*
 * Has the present tape end at its frame `position`, or as soon after it as what is granted already
 * allows (two seconds, more at full speed), or where it is full. TAPE_ENDLESS: nowhere. It may be
 * changed until both a boundary is set and a tape is offered. Returns where; TAPE_ENDLESS when the
 * deck ends before, when it is a ring, and when it is too late for a change.
 */
uint64_t deck_set_boundary(struct deck *deck, uint64_t position);

/* The boundary of the present tape; TAPE_ENDLESS: it has none. */
uint64_t deck_boundary(const struct deck *deck);

/* The tape that was left, or NULL, with the marks that were asked for on it until now. It is the
   caller's: tape_end it, then tape_destroy it. */
struct tape *deck_take_left(struct deck *deck, struct instant now);

/* After deck_end, or before deck_replace_tape: the offered tape that was never begun, or NULL. It
   is the caller's. */
struct tape *deck_take_unused(struct deck *deck);

/* True while a tape is wanted in another format: in *format. */
bool deck_wants_format(const struct deck *deck, struct audio_format *format);

/* Whether deck_replace_tape may be called: the source is lost and time is kept. It is not so while
   the deck is paused, nor for a moment at a loss and at a seam. */
bool deck_may_replace(const struct deck *deck);

/*
 * Goes over to `next` at once, in another format. The present tape is then to be taken, and names
 * `next`; but no series goes on: next has previous_tape_id 0. It begins when the newest frame of
 * the present tape was captured, and takes what silence is owed. A tape that was offered must have
 * been taken by deck_take_unused.
 */
void deck_replace_tape(struct deck *deck, struct tape *next, void *wake_context,
                       struct instant now);

/* Asks for the next tape as soon as there can be one. Any thread. */
void deck_request_rotate(struct deck *deck);

/* True once for any number of requests. */
bool deck_take_rotate_request(struct deck *deck);

#endif
