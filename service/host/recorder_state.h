/* SPDX-License-Identifier: MIT */
/* What a recorder consists of; recorder_open.c makes it, recorder.c runs it. */
#ifndef TAPEMAP_RECORDER_STATE_H
#define TAPEMAP_RECORDER_STATE_H

#include "control_server.h"
#include "flusher.h"
#include "inherited_tape.h"
#include "keep_on_mark.h"
#include "keeper_thread.h"
#include "keeper_timer.h"
#include "pump.h"
#include "recorder.h"
#include "recorder_control.h"
#include "tape_storage.h"

struct recorder {
    const struct record_options *options;
    struct catalogue *catalogue;
    struct deck_lock *lock;
    struct source *source;
    struct interrupted_tape interrupted; /* the tape to go on with; path NULL: a new one */
    bool resumes;   /* as was asked for; false once a new tape is begun instead */
    bool is_unfit;  /* the interrupted tape can never be resumed like this */
    struct inherited_tape inherited;     /* or this one */
    bool goes_on;                        /* the deck's tape is one of the two */
    struct source_wish wish;
    struct deck_config config;
    struct tape_storage storage;
    struct wake_events *events;
    struct tape_share *share; /* of a tape in memory */
    struct deck *deck;
    struct keeper_timer *timer;
    struct pump *pump;
    struct keeper_thread *keeper;
    struct flusher *flusher;
    struct recorder_control control;
    struct control_server *server; /* NULL: its pipe could not be made yet */
    uint64_t pipe_tried;           /* when, by the steady clock */
    struct keep_on_mark *kept_marks; /* NULL: not asked for */
    struct status_line line;
    bool is_told_to_wait;   /* who reads stderr knows that there is no room */
    struct tapemap_shared_u64 source_has_answered; /* 1: its start returned, and `pump` is set */
    uint64_t counted_second; /* of the clock, when readers were counted last */
    bool has_started;     /* the source has: from now on the tape is ended, whatever happens */
    bool has_ended;       /* deck_end was called */
    bool is_source_stuck; /* its thread did not come back; see pump_stop */
    bool is_disk_stuck;   /* the same of the flusher's; see flusher_stop */
};

/* This moment on both clocks. Any thread; never blocks. */
struct instant recorder_now(void);

/* From now on an interrupt leaves the process to end by itself. */
void recorder_note_closing(void);

/*
 * Ends the tape, for readers too. The source has stopped, or never started: then an interrupted
 * tape stays interrupted, so that it can be resumed later.
 */
void recorder_end_deck(struct recorder *recorder);

#endif
