/* SPDX-License-Identifier: MIT */
/* What a recorder consists of; recorder_open.c makes it, recorder.c runs it. */
#ifndef TAPEMAP_RECORDER_STATE_H
#define TAPEMAP_RECORDER_STATE_H

#include "changer.h"
#include "control_server.h"
#include "inherited_tape.h"
#include "keep_on_mark.h"
#include "keeper_thread.h"
#include "keeper_timer.h"
#include "recorder.h"
#include "recorder_control.h"
#include "source_thread.h"

struct recorder {
    const struct record_options *options;
    uint64_t began; /* by the steady clock */
    struct tapemap_shared_u64 is_waiting; /* 1: its source was not there at first */
    struct tapemap_shared_u64 stop_asked; /* 1: before there was a deck */
    struct tapemap_shared_u64 has_deck;   /* 1: the pipe may look at it, and at its tape */
    struct catalogue *catalogue;
    struct deck_lock *lock;
    struct source_thread *sources;
    struct source *source; /* the one that is open; not to be used once it was started */
    struct interrupted_tape interrupted; /* the tape to go on with; path NULL: a new one */
    struct inherited_tape inherited;     /* or this one */
    bool goes_on;   /* the deck's tape is one of the two */
    bool resumes;   /* as was asked for; false once a new tape is begun instead */
    bool is_unfit;  /* the interrupted tape can never be resumed like this */
    struct source_wish wish;
    struct deck_config config;
    struct tape_place place;
    struct present_tape present;
    struct tape_share *share; /* of a tape in memory */
    struct deck *deck;
    struct changer *changer;   /* NULL when tapes cannot change */
    struct finished_hook *hook; /* NULL: none was asked for */
    struct finisher *finisher; /* the same */
    struct keeper_timer *timer;
    struct keeper_thread *keeper;
    struct recorder_control control;
    struct control_server *server; /* NULL: its pipe could not be made yet */
    uint64_t pipe_tried;           /* when, by the steady clock */
    struct keep_on_mark *kept_marks; /* NULL: not asked for */
    struct status_line line;
    unsigned room_tries;    /* in vain, though there was room each time */
    uint64_t counted_second; /* of the clock, when readers were counted last */
    bool has_started;     /* the source has: from now on the tape is ended, whatever happens */
    bool has_ended;       /* deck_end was called */
    bool is_disk_stuck;   /* the flusher's thread did not come back; see flusher_stop */
    bool is_append_stuck; /* an append did not come back from the disk: the tape cannot be ended */
};

/* This moment on both clocks. Any thread; never blocks. */
struct instant recorder_now(void);

/* From now on an interrupt leaves the process to end by itself. */
void recorder_note_closing(void);

/* recorder_find.c: finds the tape to go on with, and says what the source is to deliver for it. */
enum tapemap_status recorder_find_interrupted(struct recorder *recorder, struct failure *failure);

/* The same file's: opens the source, in the format of that tape. */
enum tapemap_status recorder_open_source(struct recorder *recorder, struct failure *failure);

/*
 * recorder_waiting.c: for source_thread_open. What is told also enters the deck in the catalogue;
 * it goes on until a stop is asked for, or the duration is over. Threads: the main thread.
 */
void recorder_tell_waiting(void *recorder, const char *text);
bool recorder_goes_on_waiting(void *recorder, struct failure *failure);

/* The same file's: takes the time that was waited from a duration. */
void recorder_count_waiting(const struct recorder *recorder, uint32_t rate_hz,
                            uint64_t *end_frame);

/* The same file's: answers while has_deck is 0. Threads: the pipe's. */
enum control_outcome recorder_answer_early(struct recorder *recorder,
                                           const struct control_call *call,
                                           struct control_answer *answer);

/* The tape that was handed over does not go on: told, and let go. */
void recorder_forget_inherited(struct recorder *recorder, const struct failure *failure);

/* What of the deck may be deleted; once its format is known. Never blocks. */
struct retention_config recorder_retention(const struct recorder *recorder);

/* The tape that is recorded now. Threads: the keeper; others before and after it runs. */
struct recorded_tape *recorder_tape(const struct recorder *recorder);

/*
 * Ends the tape, for readers too. The source has stopped, or never started: then a tape that was
 * there before stays as it is, so that it can be gone on with later.
 */
void recorder_end_deck(struct recorder *recorder);

#endif
