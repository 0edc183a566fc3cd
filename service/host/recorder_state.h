/* SPDX-License-Identifier: MIT */
/* What a recorder consists of; recorder_open.c makes it, recorder.c runs it. */
#ifndef TAPEMAP_RECORDER_STATE_H
#define TAPEMAP_RECORDER_STATE_H

#include "flusher.h"
#include "keeper_thread.h"
#include "keeper_timer.h"
#include "recorder.h"
#include "source_thread.h"
#include "tape_storage.h"

struct recorder {
    const struct record_options *options;
    struct catalogue *catalogue;
    struct deck_lock *lock;
    struct source_thread *sources;
    struct source *source; /* the one that is open; not to be used once it was started */
    struct interrupted_tape interrupted; /* the tape to go on with; path NULL: a new one */
    struct source_wish wish;
    struct deck_config config;
    struct tape_storage storage;
    struct wake_events *events;
    struct deck *deck;
    struct keeper_timer *timer;
    struct keeper_thread *keeper;
    struct flusher *flusher;
    struct status_line line;
    bool is_told_to_wait;   /* who reads stderr knows that there is no room */
    bool has_ended;         /* deck_end was called */
};

/* This moment on both clocks. Any thread; never blocks. */
struct instant recorder_now(void);

/* From now on an interrupt leaves the process to end by itself. */
void recorder_note_closing(void);

/* Ends the tape, for readers too. The source has stopped, or never started. */
void recorder_end_deck(struct recorder *recorder);

#endif
