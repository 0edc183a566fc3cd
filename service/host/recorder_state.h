/* SPDX-License-Identifier: MIT */
/* What a recorder consists of; recorder_open.c makes it, recorder.c runs it. */
#ifndef TAPEMAP_RECORDER_STATE_H
#define TAPEMAP_RECORDER_STATE_H

#include "changer.h"
#include "control_server.h"
#include "device_watch.h"
#include "inherited_tape.h"
#include "keep_on_mark.h"
#include "keeper_thread.h"
#include "keeper_timer.h"
#include "power_request.h"
#include "recorder.h"
#include "recorder_control.h"
#include "source_thread.h"

struct recorder {
    const struct record_options *options;
    uint64_t began; /* by the steady clock */
    struct tapemap_shared_u64 is_waiting; /* 1: its source was not there at first */
    bool is_listed; /* in the catalogue, without a tape */
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
    struct power_request *awake; /* NULL: not wanted, or not to be had */
    bool is_sleep_told;          /* that it could not be asked for, or given back */
    struct status_line line;
    struct device_watch watch;
    struct tapemap_shared_u64 hang;          /* enum device_call_kind of one that was told of */
    struct tapemap_shared_u64 hang_utc_ns;   /* since when; stored before */
    struct tapemap_shared_u64 is_given_up;   /* 1: its device; the keeper is to leave the tape */
    struct failure device_failure;           /* then */
    uint64_t asked_to_end; /* when it was to end for its device and could not; 0: never */
    struct tapemap_shared_u64 beats; /* of the keeper, whatever it is at */
    uint64_t seen_beats; /* when somebody looked last */
    uint64_t still_ms;   /* how long it has been looked at, and they have not moved */
    bool was_left; /* the tape was, without an end, to whoever goes on with it */
    unsigned room_tries;    /* in vain, though there was room each time */
    uint64_t counted_second; /* of the clock, when readers were counted last */
    bool has_started;     /* the source has: from now on the tape is ended, whatever happens */
    bool has_ended;       /* deck_end was called */
    bool is_disk_stuck;   /* the flusher's thread did not come back; see flusher_stop */
    bool is_append_stuck; /* an append did not come back from the disk: the tape cannot be ended */
};

/* This moment on both clocks. Any thread; never blocks. */
struct instant recorder_now(void);

/* recorder_awake.c: asks the system to stay awake, unless the options let it sleep; a failure is a
   line in the log. Never blocks. */
void recorder_stay_awake(struct recorder *recorder);

/* The same file's: asks for it or not, as the state of the tape wants it. Threads: the main thread,
   while the deck records. Never blocks. */
void recorder_stay_awake_or_not(struct recorder *recorder);

/*
 * recorder_keeper.c: the keeper's thread, from the start of the source to the end of the tape, or
 * until its device is given up. Waits for nobody outside: audio is lost meanwhile. Each turn of it
 * is a beat (below).
 */
void recorder_keep(void *recorder);

/* The same file's; any thread; never block. From now on an interrupt (Ctrl+C, or the end of the
   session) has the tape end; when it has, another ends the process if what is left takes long. */
void recorder_hear_interrupts(void);
/* From now on an interrupt leaves the process to end by itself. */
void recorder_note_closing(void);
/* An end was asked for by an interrupt, or before there was a deck to ask. */
bool recorder_is_stopped(const struct recorder *recorder);
/* Its device: the keeper leaves the tape as it is. */
bool recorder_is_given_up(const struct recorder *recorder);

/* recorder_find.c: finds the tape to go on with, and says what the source is to deliver for it. */
enum tapemap_status recorder_find_interrupted(struct recorder *recorder, struct failure *failure);

/*
 * The same file's: waits about a second for programs that keep the files of the tape to go on with,
 * which there is, from being written. Returns OK: none does · E_BUSY, with failure filled: one
 * records or completes it, or, is_unfit, only reads it · E_MEMORY.
 */
enum tapemap_status recorder_await_interrupted(struct recorder *recorder, struct failure *failure);

/* The same file's: opens the source, in the format of that tape. */
enum tapemap_status recorder_open_source(struct recorder *recorder, struct failure *failure);

/*
 * recorder_waiting.c: for source_thread_open. What is told also enters the deck in the catalogue;
 * it goes on until a stop is asked for, or the duration is over. Threads: the main thread.
 */
void recorder_tell_waiting(void *recorder, const char *text);
bool recorder_goes_on_waiting(void *recorder, const struct device_call *call,
                              struct failure *failure);

/* The same file's: a device that hangs is a source that is not there; the main thread. */
void recorder_note_waiting(struct recorder *recorder);

/* The same file's: takes the time that was waited from a duration. */
void recorder_count_waiting(const struct recorder *recorder, uint32_t rate_hz,
                            uint64_t *end_frame);

/* The same file's: answers while has_deck is 0. Threads: the pipe's. */
enum control_outcome recorder_answer_early(struct recorder *recorder,
                                           const struct control_call *call,
                                           struct control_answer *answer);

/*
 * recorder_device.c: looks whether the device answers, and says so when it does not, and when it
 * does again. Returns false, with failure filled, when this recorder is to end for it: its
 * supervisor starts another one, and that goes on with the tape. Threads: the main thread, several
 * times a second. Blocks: as say does, and up to two seconds for its supervisor, then.
 */
void recorder_watch_begin(struct recorder *recorder);
bool recorder_watch_device(struct recorder *recorder, const struct device_call *call,
                           struct failure *failure);

/* The same file's: adds what is wrong with the device to a recorder's status. Threads: the
   pipe's. */
void recorder_answer_problem(const struct recorder *recorder, struct control_answer *answer);

/* recorder_beat.c: the keeper is not stuck. Each turn of it that waits for nothing outside; never
   blocks. */
void recorder_beat(struct recorder *recorder);

/*
 * The same file's: looks whether the keeper beats, passed_ms after the last look: only what was
 * looked at counts, so that a machine that slept is no keeper that hangs. Says so when it has not
 * for ten seconds, and when it does again; with `is_to_end` it ends the process then, because an
 * end that was asked for never comes. Threads: the main thread. Blocks: as say does.
 */
void recorder_watch_keeper(struct recorder *recorder, uint32_t passed_ms, bool is_to_end);

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
