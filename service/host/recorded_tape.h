/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_RECORDED_TAPE_H
#define TAPEMAP_RECORDED_TAPE_H

#include "deck_news.h"
#include "flusher.h"
#include "inherited_tape.h"
#include "tape_storage.h"
#include "wake_events.h"

/* How long a disk may take to answer at the end of a tape. */
#define RECORDED_TAPE_PATIENCE_MS 10000u

/* Where the tapes before it in the same recorder stand, all together. */
struct tapes_before {
    uint64_t gap_count;
    uint64_t gap_frames;
    uint64_t frames; /* of those in another format, in frames at the present rate */
};

/* A tape with all that was made for it: what a deck has one of, or a few while tapes change. */
struct recorded_tape {
    struct tape *tape; /* the deck's while it has it */
    struct tape_storage storage;
    struct wake_events *events;
    struct flusher *flusher; /* NULL in memory, and when nothing is flushed */
    struct tapes_before before; /* as it is when this one becomes the present tape */
    struct deck_news news;      /* how far it is told: by who holds it, at last by who closes it */
};

/*
 * Makes a new tape, under an id of its own: config->tape_id and file_path are filled. Nobody can
 * find it yet.
 * Returns OK · as identity_new_tape, tape_storage_create, wake_events_create, tape_create and
 * flusher_start, with failure filled; of what was made nothing is left.
 * Memory: *made is the caller's until recorded_tape_close or _discard. Threads: any. Blocks: for
 * the disk.
 */
enum tapemap_status recorded_tape_create(const struct tape_place *place,
                                         struct tape_config *config, struct recorded_tape **made,
                                         struct failure *failure);

/* The same to go on with an interrupted tape, as tape_storage_reopen and tape_resume; its files
   stay in any case. */
enum tapemap_status recorded_tape_resume(const struct tape_place *place,
                                         const struct interrupted_tape *found,
                                         struct tape_config *config, struct recorded_tape **made,
                                         struct failure *failure);

/* The same for a tape in memory that was handed over, as inherited_tape_adopt and tape_resume. */
enum tapemap_status recorded_tape_adopt(struct inherited_tape *inherited,
                                        struct tape_config *config, struct recorded_tape **made,
                                        struct failure *failure);

/* Before the tape is destroyed by somebody else. Blocks: for the disk, up to ten seconds. Returns
   false when the disk did not answer: the tape and its storage must then be left to the end of the
   process. */
bool recorded_tape_stop_flusher(struct recorded_tape *recorded);

/* Nobody waits for frames any more. After tape_end. Never blocks. */
void recorded_tape_wake_all(struct recorded_tape *recorded);

/* Lets everything go; the tape too, unless `tape` is NULL because the deck has done it. The files
   stay. NULL is ignored. Blocks: for the disk, up to ten seconds. Returns false when the disk did
   not answer: then all is left as it is. */
bool recorded_tape_close(struct recorded_tape *recorded);

/* The same for a tape that was never begun, and removes its files. */
void recorded_tape_discard(struct recorded_tape *recorded);

#endif
