/* SPDX-License-Identifier: MIT */
/*
 * A reader's cursor over one tape. It takes memory and not names: the two sections come as view
 * sources, so the same code reads a recorder's sections, a test's buffers and a fuzzer's input.
 *
 * The memory is somebody else's and changes while it is read. Therefore:
 * - what was written once at creation was checked and copied by reader_open, and is never read
 *   from the mapping again;
 * - a changing field is read once into a local and limited by what the sections can hold, before
 *   anything is addressed with it;
 * - what may have been overwritten during use is checked after use (fence_acquire, then
 *   oldest_frame or journal_oldest; the recorder raises these before it overwrites).
 *
 * Functions here assert their arguments; tape_api.c checks those that come from outside.
 */
#ifndef TAPEMAP_READER_H
#define TAPEMAP_READER_H

#include <stdbool.h>

#include "layout_check.h"
#include "tapemap/layout.h"
#include "tapemap/status.h"
#include "view_window.h"

/* Whether UTC was set back between two anchors. Each is looked at once, by the first search of any
   kind that comes to it without having left one out. */
struct reader_utc {
    uint64_t looked_until; /* the journal's records before it */
    uint64_t newest_ns;    /* of the last anchor among them */
    bool was_set_back;
};

struct reader {
    struct view_source audio; /* its `bytes` is the length that is proven: a file's grows */
    struct view_source index;
    uint64_t generation;     /* of the newest section of a file that was asked for */
    struct layout_tape tape; /* checked copies of what never changes */
    struct layout_index index_facts;
    const struct tapemap_control *control;    /* in the first granule of the audio section */
    const struct tapemap_index *index_header; /* the first granule of the index section */
    struct view_window audio_window;
    struct view_window journal_window;
    struct view_window level_windows[TAPEMAP_LEVELS];
    struct reader_utc utc; /* for reader_clock.c, by reader_journal.c */
};

struct reader_config {
    struct view_source audio; /* known bytes, for a file tape: its file, so long at this moment */
    struct view_source index; /* map NULL: there is none; known bytes: a file, so long */
    uint64_t audio_span_bytes; /* of a window; 0: 64 MiB (16 MiB in a 32-bit program) */
    uint64_t index_span_bytes; /* of a window; 0: 16 MiB, of the journal 128 MiB */
};

/* ---- reader_open.c ---- */

/*
 * Checks both sections and sets up a reader over them. The sources must outlive the reader.
 * Returns OK · E_NO_TAPE: not published yet · E_FOREIGN · E_CORRUPT · E_MEMORY · E_SYSTEM. Only
 * after OK does *reader need reader_close.
 */
enum tapemap_status reader_open(struct reader *reader, const struct reader_config *config);
void reader_close(struct reader *reader);

/* ---- reader_grow.c ---- */

/* Where a frame's bytes lie in the audio section. */
uint64_t reader_offset_of(const struct reader *reader, uint64_t slot);

/* Believes that a source is `bytes` long when its last bytes can be mapped; every window then lies
   inside it. Returns OK · E_CORRUPT · E_MEMORY. */
enum tapemap_status reader_prove_length(struct view_source *source, uint64_t bytes);

/*
 * Makes the first `bytes` of the audio section, which the recorder has published, ready to be
 * mapped: opens the newest section of a file that has grown, or the file when that has gone. Once
 * in a while a system call.
 * Returns OK · E_NO_TAPE: the section went with its recorder, and the file is not there ·
 * E_CORRUPT: there is no such section · E_DENIED · E_MEMORY · E_SYSTEM.
 */
enum tapemap_status reader_reach(struct reader *reader, uint64_t bytes);

/* ---- reader.c ---- */

/* A run of frames that lie one after another in the mapped window. */
struct reader_run {
    const unsigned char *frames;
    uint64_t count;
};

/* The position past the newest frame, never beyond what is committed. */
uint64_t reader_head(const struct reader *reader);
/* The first position that can be read; at most the head. */
uint64_t reader_oldest(const struct reader *reader);
/* True once nothing more will be published: a head loaded after this call is the last one. */
bool reader_has_ended(const struct reader *reader);

/* True when what was read from `position` on, before this call, was whole. */
bool reader_still_valid(const struct reader *reader, uint64_t position);

/* Returns OK · E_NOT_YET · E_OVERWRITTEN · as reader_reach · as the source's map. */
enum tapemap_status reader_peek(struct reader *reader, uint64_t position, struct reader_run *run);

/* Called with one run after another; `context` is the caller's. */
typedef void reader_take(void *context, const struct reader *reader, const struct reader_run *run);

/*
 * Hands [position, position + count) to `take`, run by run, and checks after each run that it was
 * still whole.
 * Returns OK · E_NOT_YET (then nothing was handed over) · as reader_peek.
 */
enum tapemap_status reader_each_run(struct reader *reader, uint64_t position, uint64_t count,
                                    reader_take *take, void *context);

/* Copies the frames: count * frame_bytes bytes. Returns as reader_each_run. */
enum tapemap_status reader_read(struct reader *reader, uint64_t position, uint64_t count,
                                void *buffer);
/* The same as float: count * channels of them. */
enum tapemap_status reader_read_float(struct reader *reader, uint64_t position, uint64_t count,
                                      float *buffer);

/* How many items of a region are really there, when the recorder says it published `published`. */
uint64_t reader_region_limit(const struct tapemap_region *shared,
                             const struct layout_region *region, uint64_t item_bytes,
                             uint64_t published);

/* ---- reader_journal.c ---- */

/* The sequence numbers that the journal holds now: [*first, *end), never more than fit. */
void reader_journal_range(const struct reader *reader, uint64_t *first, uint64_t *end);

/* Returns OK · E_NOT_YET · E_OVERWRITTEN · E_CORRUPT · as the source's map. */
enum tapemap_status reader_get_record(struct reader *reader, uint64_t sequence,
                                      struct tapemap_record *record);

/* The first record of `kind`, or TAPEMAP_RECORD_ANY_EVENT, in [*sequence, end). Returns OK
   (*sequence is its number) · E_NOT_YET: there is none (*sequence is `end`) · as
   reader_get_record. */
enum tapemap_status reader_find_record(struct reader *reader, enum tapemap_record_kind kind,
                                       uint64_t end, uint64_t *sequence,
                                       struct tapemap_record *record);

/* The newest mark with this label; if none has it and it is "#N", the Nth mark that the journal
   holds. Returns OK · E_NO_MARK · as reader_get_record. */
enum tapemap_status reader_find_mark(struct reader *reader, const char *label,
                                     struct tapemap_record *mark);

/* ---- reader_peaks.c ---- */

struct reader_peaks_range {
    uint64_t from;
    uint64_t to;
    uint32_t bins;
};

/* Returns OK · E_NOT_YET · E_OVERWRITTEN · as the source's map; peaks is then undefined. */
enum tapemap_status reader_peaks(struct reader *reader, const struct reader_peaks_range *range,
                                 struct tapemap_peak *peaks);

/* ---- reader_clock.c ---- */

/* Both return OK · E_ARGUMENT (more than a day ahead of the head) · E_NOT_YET (no anchor) · as
   reader_get_record. Of two positions that were the head at one UTC, because it was set back, the
   later. */
enum tapemap_status reader_utc_at(struct reader *reader, uint64_t position, uint64_t *utc_ns);
enum tapemap_status reader_position_at(struct reader *reader, uint64_t utc_ns, uint64_t *position);

#endif
