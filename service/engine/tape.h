/* SPDX-License-Identifier: MIT */
/*
 * A tape as its recorder sees it. The engine is passive: time and frames come in as arguments, so
 * the same code runs in a recorder under Windows and in a test with a scripted clock.
 */
#ifndef TAPEMAP_TAPE_H
#define TAPEMAP_TAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"
#include "source.h"
#include "store.h"
#include "tape_append.h"

/* One moment on both clocks. */
struct instant {
    uint64_t clock;  /* ticks of a steady clock, tape_config.clock_hz per second (QPC) */
    uint64_t utc_ns; /* nanoseconds since 1970 */
};

/* No position: of a tape that nothing is to end. */
#define TAPE_ENDLESS UINT64_MAX

struct tape_config {
    char deck_name[TAPEMAP_NAME_BYTES];
    char source[256];
    uint64_t tape_id;
    struct audio_format format;
    uint64_t capacity_frames; /* a ring keeps at least this many readable */
    bool is_ring;
    bool is_file;             /* the audio store can grow; capacity_frames is only a bound */
    uint64_t end_frame;          /* stop exactly here; 0: no such end */
    uint64_t boundary_frame;     /* the next tape of the deck begins here; 0: not said yet */
    uint64_t commit_limit_bytes; /* of audio and index together; 0: the system's own */
    uint64_t ahead_frames;       /* commit at least so far ahead; 0: two seconds */
    uint64_t window_bytes;       /* multiple of the granule; 0: 256 MiB (64 MiB in 32-bit) */
    uint64_t clock_hz;
    uint64_t input_latency_ns;
    uint32_t writer_pid;
    float silence_level; /* samples up to it count as silence; full scale is 1; 0: only zeros do */
    uint64_t previous_tape_id; /* of a tape that is made to be the next one; else 0 */
    char file_path[1024]; /* of its file; empty: none, or too long */
    bool gap_by_clock; /* tape_resume: no boot lies between, so the steady clock tells the gap */
};

/* How long the two sections must be for this configuration; a file's audio section at generation 0:
   one window and what belongs to it. A pure function. */
void tape_measure(const struct tape_config *config, uint64_t *audio_bytes, uint64_t *index_bytes);

struct tape;

/*
 * Makes a new tape in two fresh stores of the measured lengths, state `starting`.
 * Returns OK · E_ARGUMENT · E_COMMIT_LIMIT · E_DISK_FULL · E_MEMORY · E_SYSTEM, with failure
 * filled.
 * Memory: *tape is the caller's until tape_destroy; the stores stay the caller's and must outlive
 * it. Threads: the keeper. Blocks: never for long.
 */
enum tapemap_status tape_create(const struct tape_config *config, struct store *audio,
                                struct store *index, struct instant now, struct tape **tape,
                                struct failure *failure);

/*
 * Goes on with the tape that the two stores hold: one whose recorder died. Everything in them is
 * checked and nothing trusted. The format, capacity, id and names are those of the tape; *config
 * gives the rest, and is filled with them. A gap of the time that has passed since the head
 * is inserted before the next frame: up to `now` by UTC, or by the steady clock (gap_by_clock), for
 * a clocked source from then on by the clock of the first append. A gap longer than a ring is there
 * at once: the ring is silence, and the head past it.
 * Returns OK · E_FOREIGN · E_CORRUPT · E_ARGUMENT: it has ended properly · E_DISK_FULL also: there
 * is no room for the gap's silence · as tape_create, with failure filled; the tape is then as it
 * was, but for a ring that a long gap has emptied.
 * Memory, threads, blocking: as tape_create; reads frames that the peaks do not cover yet.
 */
enum tapemap_status tape_resume(struct tape_config *config, struct store *audio,
                                struct store *index, struct instant now, struct tape **tape,
                                struct failure *failure);
/* Unmaps everything; the stores stay. NULL is ignored. */
void tape_destroy(struct tape *tape);

/* The real-time end; see tape_append.h. */
struct tape_appender *tape_appender(struct tape *tape);

/* The control block in the tape's memory; read it through atomic64.h. */
const struct tapemap_control *tape_control(const struct tape *tape);

/* The header of the index section, the same way; the journal behind it is not mapped. */
const struct tapemap_index *tape_index(const struct tape *tape);

/*
 * Housekeeping: commit ahead, map the next window, feed the peaks, take an anchor once a second,
 * journal what the appender reported, refresh the WAV sizes, beat the heart. Returns true when the
 * head moved since the last tick, so that readers want waking. A failure to commit or map is kept:
 * recording goes on up to the committed boundary, then tape_is_full.
 * Threads: the keeper. Call it every 10 ms, oftener at full speed.
 */
bool tape_tick(struct tape *tape, struct instant now);

/* True when no further frame can be taken; *reason says why: duration, capacity, commit limit, disk
   full, or failure, of which tape_grant_status says more. */
bool tape_is_full(const struct tape *tape, enum tapemap_reason *reason);

/* What kept the newest tick from committing and mapping all it wanted, or the newest append from
   writing; OK: nothing did. */
enum tapemap_status tape_grant_status(const struct tape *tape);

/* Has silence of `frames` frames inserted at the next append. `noticed`: where the loss first
   showed. Threads: the keeper. */
void tape_insert_silence(struct tape *tape, uint64_t frames, uint64_t noticed);

/* How much silence is still to be inserted, in frames. It may lag behind the head that was loaded
   before by one append. Threads: the keeper. */
uint64_t tape_silence_due(const struct tape *tape);

/*
 * From now on all silence that follows on other silence is one gap, however many appends it takes:
 * its record is written when frames follow, every hour, at tape_close_gap and at the tape's end.
 * The counters of gaps go on with it. No anchor is taken meanwhile. Threads: the keeper.
 */
void tape_gather_gap(struct tape *tape);
/* Journals what was gathered, if anything, and gathers no more. Call it after a tick. */
void tape_close_gap(struct tape *tape, struct instant now);

/* Takes an anchor of the newest append, due or not. After a tick; threads: the keeper. */
void tape_anchor(struct tape *tape, struct instant now);
/* Takes an anchor of `now` at the head, where there is one of earlier: what comes next was captured
   from now on. Nothing when nothing was appended yet. */
void tape_anchor_again(struct tape *tape, struct instant now);

/* Changes the warnings (TAPEMAP_WARNING_*), in the control block and in the journal. */
void tape_set_warnings(struct tape *tape, uint32_t warnings, const char *why, struct instant now);

/* Just past the newest sample that was not 0, give or take a cell of the peaks; 0: there was none
   since the tape was made or resumed. As of the newest tick. Threads: the keeper. */
uint64_t tape_sound_end(const struct tape *tape);

/* Enters a record into the journal, with the time of `now`; a longer text is shortened. */
void tape_journal(struct tape *tape, enum tapemap_record_kind kind, uint64_t position,
                  uint32_t detail, const char *text, struct instant now);

/*
 * Makes what is published now survive a power cut: audio, index, then the headers; durable_frames
 * follows. A tape in memory is left alone. Returns OK · E_SYSTEM · E_MEMORY.
 * Threads: one, the flusher, beside the keeper. Blocks: for the disk.
 */
enum tapemap_status tape_flush(struct tape *tape);

/* Changes the state, in the control block and, unless `why` is NULL, in the journal. Not for
   ENDED. */
void tape_set_state(struct tape *tape, enum tapemap_state state, const char *why,
                    struct instant now);

/* Ends the tape: last tick, reason, state ENDED. The appending thread must have stopped, or gone
   over to the next tape. Threads: the keeper; of a tape that was left, the one that has it now. */
void tape_end(struct tape *tape, enum tapemap_reason reason, const char *text, struct instant now);

#endif
