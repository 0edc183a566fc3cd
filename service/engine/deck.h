/* SPDX-License-Identifier: MIT */
/*
 * A deck: one source recorded onto one tape, driven from outside by deck_tick. It knows no thread,
 * clock or device.
 */
#ifndef TAPEMAP_DECK_H
#define TAPEMAP_DECK_H

#include "tape.h"

struct deck;

struct deck_config {
    struct tape_config tape;
    bool is_clocked;             /* find lost frames by the clock: a device */
    bool waits_for_room;         /* a full disk is waited out, not the end */
    void (*wake_readers)(void *); /* called from deck_tick when the head moved; may be NULL */
    void *wake_context;
};

/* Creates the tape and the deck around it. As tape_create. */
enum tapemap_status deck_create(const struct deck_config *config, struct store *audio,
                                struct store *index, struct instant now, struct deck **deck,
                                struct failure *failure);
/* The same with tape_resume. */
enum tapemap_status deck_resume(struct deck_config *config, struct store *audio,
                                struct store *index, struct instant now, struct deck **deck,
                                struct failure *failure);
/* Unmaps everything; the appending thread must have stopped. NULL is ignored. */
void deck_destroy(struct deck *deck);

/* The tape it fills; the deck's. */
struct tape *deck_tape(struct deck *deck);

/* ---- The appending thread ---- */

/* For pulled sources: takes what fits and returns how many frames that was. */
size_t deck_append(struct deck *deck, const void *frames, size_t count, uint64_t clock);

/* For pushing sources: the three functions of struct source_sink, with the deck as context. */
void deck_sink_frames(void *deck, const void *frames, size_t count, uint64_t clock);
void deck_sink_overflow(void *deck, uint64_t clock);
void deck_sink_lost(void *deck);

/* ---- Any thread ---- */

/* Asks the deck to end for `reason` at its next tick; the first request wins. `text` (may be NULL)
   is copied, and shortened to what the tape has room for. Returns at once. */
void deck_request_end(struct deck *deck, enum tapemap_reason reason, const char *text);

/* ---- One thread besides the keeper: that of the control pipe ---- */

#define DECK_AT_HEAD UINT64_MAX

/*
 * Asks for a mark at *position, which becomes the head if it is DECK_AT_HEAD. It is in the journal
 * after the next tick, or after deck_end. `text` is copied, and shortened to what a record holds.
 * Returns OK · E_NOT_YET: beyond the head · E_OVERWRITTEN: it has left the ring · E_BUSY: too many
 * marks at once; with failure filled. Blocks: never.
 */
enum tapemap_status deck_request_mark(struct deck *deck, uint64_t *position, const char *text,
                                      struct failure *failure);

/* ---- The keeper ---- */

/* One tick. Returns false when the deck wants to end: its tape is full, its source was lost, or
   somebody asked. The caller then stops the source and calls deck_end. */
bool deck_tick(struct deck *deck, struct instant now);

/* Ends the tape for the reason that deck_tick found. The source must have stopped. */
void deck_end(struct deck *deck, struct instant now);

#endif
