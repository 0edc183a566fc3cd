/* SPDX-License-Identifier: MIT */
/* The inside of a tape, for the files that make one up: tape.c, tape_setup.c,
   tape_judge.c, tape_resume.c, tape_change.c, tape_flush.c. */
#ifndef TAPEMAP_TAPE_PRIVATE_H
#define TAPEMAP_TAPE_PRIVATE_H

#include "journal_writer.h"
#include "peaks_writer.h"
#include "tape.h"
#include "tape_windows.h"
#include "wave_header.h"

/* Mapped of each section for its header: a granule, and one more, so that the header's commit does
   not end at the end of its view (store.h). */
#define TAPE_FRONT_BYTES (2 * (size_t)TAPEMAP_GRANULE_BYTES)

/* How far the index was flushed. */
struct tape_flushed {
    uint64_t records;
    uint64_t peaks_frames;
};

struct tape {
    struct tape_config config;
    struct store *audio;
    struct store *index_store;
    struct commit_budget budget;
    unsigned char *front; /* the audio section's first granule */
    struct tapemap_control *control;
    void *index_view; /* the index section's first granule */
    struct tapemap_index *index;
    struct wave_format wave;
    uint32_t frame_bytes;
    struct tape_windows windows;
    struct journal_writer journal;
    struct peaks_writer peaks;
    struct tape_appender appender;

    struct tape_flushed flushed; /* the flusher's own */

    uint64_t boundary; /* frames from here on are the next tape's; TAPE_ENDLESS: none */
    enum tapemap_status index_status; /* whether the newest grant found room in the index */
    uint64_t seen_head; /* at the newest tick */
    uint64_t silence_planned; /* to be handed to the appender once there is room for it */
    uint64_t silence_noticed;
    bool gathers_gap;       /* silence becomes one gap, until tape_close_gap */
    uint64_t open_position; /* of the gap being gathered */
    uint64_t open_frames;   /* its length; 0: there is none */
    uint64_t anchor_clock; /* of the newest anchor; 0: none yet */
    uint64_t anchor_head;
    uint64_t overflows_reported; /* of appender.overflows_unqueued */
    uint64_t overflows_pending;  /* flags not yet journalled, the first at overflow_position */
    uint64_t overflow_position;
};

/* When the clock was at `clock`. */
struct instant tape_instant_of(const struct tape *tape, uint64_t clock, struct instant now);

/* Dates a tape that nobody knows of yet. */
void tape_set_begin(struct tape *tape, uint64_t utc_ns);

/* Enters a gap into the journal and counts it. */
void tape_journal_gap(struct tape *tape, uint64_t position, uint64_t frames, struct instant now);

/* Takes note of silence that was published: journals it, or gathers it. */
void tape_note_silence(struct tape *tape, uint64_t position, uint64_t frames, struct instant now);

/* Gathers the gap of a dead recorder no more, and undoes its counting unless it has its record. */
void tape_forget_open_gap(struct tape *tape, bool has_record);

/* A tape that knows its stores and configuration, nothing of it set up. NULL: no memory. */
struct tape *tape_alloc(const struct tape_config *config, struct store *audio, struct store *index);

/* Makes `config` the tape's, before it is set up. */
void tape_take_config(struct tape *tape, const struct tape_config *config);

/* The steps of setting up, in this order: views of both headers (committed by the caller, when they
   are not yet), windows and appender at position 0, journal and peaks with nothing in them. */
enum tapemap_status tape_map_fronts(struct tape *tape);
void tape_set_up_windows(struct tape *tape);
enum tapemap_status tape_set_up_index(struct tape *tape);

/* Grants the appender what it may write next, and the index the room for it. The keeper. */
void tape_grant_more(struct tape *tape, uint64_t head);

#endif
