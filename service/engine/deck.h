/* SPDX-License-Identifier: MIT */
/*
 * A deck: one source recorded onto one tape, or onto one after another (deck_change.h), driven from
 * outside by deck_tick. It knows no thread, clock or device.
 *
 * Whether a source's frames are taken is decided at the gate (deck_sink.c), which the keeper opens
 * and shuts: it is shut while the deck is paused, and while its source is lost. A deck that keeps
 * time does not end then: its keeper appends silence, as the clock goes on, until the next source
 * that was announced by deck_source_starts delivers its first frames.
 */
#ifndef TAPEMAP_DECK_H
#define TAPEMAP_DECK_H

#include "tape.h"

struct deck;

struct deck_config {
    struct tape_config tape;
    bool is_clocked;             /* find lost frames by the clock: a device */
    bool keeps_time;             /* a lost source is waited for, and not the end */
    bool waits_for_room;         /* a full disk is waited out, not the end */
    void (*wake_readers)(void *); /* called from deck_tick when the head moved; may be NULL */
    void *wake_context;
};

/* Makes a deck around a tape, which is then the deck's; now: when the tape was made or resumed.
   Returns OK · E_MEMORY with failure filled: the tape stays the caller's. */
enum tapemap_status deck_adopt(const struct deck_config *config, struct tape *tape,
                               struct instant now, struct deck **deck, struct failure *failure);

/* Creates the tape and the deck around it. As tape_create. */
enum tapemap_status deck_create(const struct deck_config *config, struct store *audio,
                                struct store *index, struct instant now, struct deck **deck,
                                struct failure *failure);
/* The same with tape_resume. */
enum tapemap_status deck_resume(struct deck_config *config, struct store *audio,
                                struct store *index, struct instant now, struct deck **deck,
                                struct failure *failure);
/* Destroys all its tapes, but for those that were taken; the appending thread must have stopped.
   NULL is ignored. */
void deck_destroy(struct deck *deck);
/* The same for a deck whose source cannot be stopped, and may call it until the process ends: what
   these calls touch stays. After deck_end. */
void deck_abandon(struct deck *deck);

/* The tape it fills; the deck's. Threads: the keeper, when tapes change. */
struct tape *deck_tape(struct deck *deck);

/* ---- The appending thread ---- */

/* For pulled sources: takes what fits and returns how many frames that was; none while the gate is
   shut. */
size_t deck_append(struct deck *deck, const void *frames, size_t count, uint64_t clock);

/* For pushing sources: the three functions of struct source_sink, with the deck as context. What
   comes while the gate is shut is dropped. */
void deck_sink_frames(void *deck, const void *frames, size_t count, uint64_t clock);
void deck_sink_overflow(void *deck, uint64_t clock);
void deck_sink_lost(void *deck);

/* ---- The source's thread ---- */

/* What begins to deliver in place of the source that was lost. */
struct deck_source {
    char description[256];
    bool is_clocked;
    bool is_fallback; /* not the one that the deck is for: a warning while it is recorded */
    struct audio_format format; /* in another than the tape's it counts as lost at once */
};

/*
 * Says that this source is about to be started; the lost one must have stopped. Its frames are
 * taken from the keeper's next tick on, once it delivers; until then silence goes on. For a deck
 * that keeps time. Call it again for each try. Returns its number, see deck_lost_source. Never
 * blocks.
 */
uint64_t deck_source_starts(struct deck *deck, const struct deck_source *source);

/* Says that the source was stopped on purpose, to be followed by another. Never blocks. */
void deck_source_stops(struct deck *deck);

/*
 * Says that the lost source is there again, but in this format only: the deck then wants a tape in
 * it (deck_change.h), and changes deck_format. Forgotten when a source delivers in the present one.
 * Never blocks.
 */
void deck_request_format(struct deck *deck, const struct audio_format *format);

/* ---- Any thread ---- */

/* The head when a source was lost last, and when one was found last: read it after the counter. */
uint64_t deck_lost_at(const struct deck *deck);
uint64_t deck_found_at(const struct deck *deck);

/* The number of the newest source that the deck found to be gone by itself: 0 for none, 1 for its
   first, then what deck_source_starts returned. The host stops the source when it is its. */
uint64_t deck_lost_source(const struct deck *deck);

/* The format of the tape that is filled. */
struct audio_format deck_format(const struct deck *deck);

/* How often a source that was announced has delivered its first frames. */
uint64_t deck_finds(const struct deck *deck);

/* True while frames are taken, false while the gate is shut: a pump then waits for time to pass. */
bool deck_takes_frames(const struct deck *deck);

/* Asks the deck to pause, or to go on, at its next tick. What a device delivers meanwhile is
   dropped; a source that is pulled waits, live input on stdin too. Returns at once. */
void deck_request_pause(struct deck *deck, bool is_wanted);

/* Asks the deck to end for `reason` at its next tick; the first request wins. `text` (may be NULL)
   is copied, and shortened to what the tape has room for. Returns at once. */
void deck_request_end(struct deck *deck, enum tapemap_reason reason, const char *text);

/* ---- One thread besides the keeper: that of the control pipe ---- */

#define DECK_AT_HEAD UINT64_MAX

/*
 * Asks for a mark on the tape that `present` belongs to, at *position, which becomes the head if it
 * is DECK_AT_HEAD. It is in the journal after the next tick, or after deck_end or deck_leave; if
 * the deck has left that tape meanwhile, at the beginning of the next one. `text` is copied, and
 * shortened to what a record holds.
 * Returns OK · E_NOT_YET: beyond the head · E_OVERWRITTEN: it has left the ring · E_BUSY: too many
 * marks at once · E_ENDED: the deck has ended, or its tape was left, at this very moment perhaps:
 * then the mark may be in the journal all the same; with failure filled. Blocks: never.
 */
enum tapemap_status deck_request_mark(struct deck *deck, const struct tapemap_control *present,
                                      uint64_t *position, const char *text,
                                      struct failure *failure);

/* ---- The keeper ---- */

/* One tick. Returns false when the deck wants to end: its tape is full, its source was lost, or
   somebody asked. The caller then stops the source and calls deck_end. */
bool deck_tick(struct deck *deck, struct instant now);

/* A tick while the source is still starting: its tapes live and are marked, readers are woken, and
   it is not held against it that nothing comes. */
void deck_tick_early(struct deck *deck, struct instant now);

/* Whether somebody asked for its end, or it ends by itself. Any thread; never blocks. */
bool deck_is_to_end(const struct deck *deck);

/* Shuts the gate for good. Returns true when no thread is inside, so that deck_end may be called;
   else try again: an append is soon over. */
bool deck_shut(struct deck *deck);

/* Whether the deck has no source now, or a fallback. Threads: the keeper, or after its end. */
bool deck_is_lost(const struct deck *deck);

/* Ends the tape for the reason that deck_tick found. The source must have stopped, or deck_shut
   have returned true. A tape that was left or offered meanwhile is still to be taken. */
void deck_end(struct deck *deck, struct instant now);

/* In place of deck_end: the tape stays as it is, for whoever goes on with it. What was asked for is
   in its journal, and nothing more is taken. Never blocks. */
void deck_leave(struct deck *deck, struct instant now);

#endif
