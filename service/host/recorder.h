/* SPDX-License-Identifier: MIT */
/*
 * One recording from the opening of its source to the end of its tape: the flow of `record`.
 * Everything that asks the system for something is behind the headers that recorder.c includes.
 */
#ifndef TAPEMAP_RECORDER_H
#define TAPEMAP_RECORDER_H

#include "deck.h"
#include "finished_hook.h"
#include "record_options.h"
#include "status_line.h"
#include "tape_share.h"

struct recorder;

/*
 * Says whom the options give rights to everything that is made from then on: before a log is begun,
 * and before recorder_open. Returns what access_policy_init and security_use return. Threads: the
 * main thread, before there are others. Blocks: while a domain is asked for a name.
 */
enum tapemap_status recorder_say_who_may(const struct record_options *options,
                                         struct failure *failure);

/*
 * Takes the deck, opens the source, makes the tape and enters it in the catalogue. Nothing is
 * recorded yet. `options` must outlive the recorder.
 * Returns OK · E_BUSY: the deck is being recorded · what opening the source or making the tape
 * returned; with failure filled.
 * Memory: *recorder is the caller's until recorder_close. Threads: one for all of these functions.
 * Blocks: as long as opening a device takes. With options->supervised it returns E_SYSTEM when that
 * has taken 30 seconds (device_watch.h) and there is a supervisor to try again. An interrupt
 * (Ctrl+C) ends the process at once: nothing is recorded yet.
 */
enum tapemap_status recorder_open(const struct record_options *options,
                                  struct recorder **recorder, struct failure *failure);

/* What is recorded, as the tape says it. Valid until recorder_close. */
const struct tapemap_control *recorder_control(const struct recorder *recorder);

/*
 * Records until the deck ends, showing the status line. Call it once. It begins when what was said
 * so far has been taken, so that whoever reads that knows the tape before its first frame; but a
 * source that was waited for is not kept waiting. From then on text that nobody takes holds up
 * nothing in a program that has it written aside (error_output.h).
 * Returns OK: recorded, and the control block says why it ended · another: the source could not be
 * started, with failure filled; a new tape has ended then too, an interrupted one is left to be
 * resumed later · E_SYSTEM: its disk did not answer for ten seconds; the tape is then to be
 * completed by 'tapemap recover' · E_SYSTEM: its device did not answer for 30 seconds, and there is
 * a supervisor; then the tape has not ended, and its next recorder goes on with it.
 * Blocks: until the end; the tape ends less than a second after an interrupt, once the source has
 * started. Before that another interrupt ends the process at once, because the device may never
 * answer, and after the end when marks or the disk take two seconds more. A keeper that hangs, as
 * at a disk, is told of after ten seconds; when an end is asked for then, this ends the process.
 */
enum tapemap_status recorder_run(struct recorder *recorder, struct failure *failure);

/* The file that is recorded to; NULL for memory, and for a file that nobody is to find. Valid until
   recorder_close. */
const char *recorder_path(const struct recorder *recorder);

/* The path of a tape that has ended, to be freed by the caller, for what is to be done when the
   recorder is closed. NULL too for one that was left to be resumed. */
char *recorder_take_path(struct recorder *recorder);

/* The hook of --on-finished, or NULL, for that tape; to be stopped by the caller, after
   recorder_close. */
struct finished_hook *recorder_take_hook(struct recorder *recorder);

/* The frames of silence that stand for an interruption and are still to come, before recorder_run.
   Any thread; never blocks. */
uint64_t recorder_silence_due(const struct recorder *recorder);

/* Where a supervisor takes hold of a tape in memory; NULL: the tape is a file. With
   options->supervised recorder_run waits for that, two seconds at most, before the source starts.
   Valid until recorder_close. */
struct tape_share *recorder_share(const struct recorder *recorder);

/* Whether it ended without the source that it waited for, which it would still look for. */
bool recorder_was_lost(const struct recorder *recorder);

/* Where the recording stands: all its tapes together. Threads: that of recorder_run. */
void recorder_get_facts(struct recorder *recorder, struct status_facts *facts);

/* Lets everything go; the tape lives on while a reader holds it. NULL is ignored. Blocks: until the
   files of all tapes before it are complete; not for a disk that has not answered. Returns whether
   they are, and the tape has ended. */
bool recorder_close(struct recorder *recorder);

#endif
