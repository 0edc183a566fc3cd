/* SPDX-License-Identifier: MIT */
/*
 * Completing a file tape (docs/layout.md, section 13): after its end by its recorder, or after its
 * recorder died by `tapemap recover`. Both do the same: the frames stay where they are, the chunks
 * that follow them are appended, the header is made to count them, the rest is cut off.
 *
 * Nothing is ever taken away before what replaces it is complete: chunks are written behind the
 * data chunk, where no reader looks, and flushed before the header counts them; the index file goes
 * last. So it may be interrupted anywhere and done again. On a failure the file holds the audio it
 * held, and is readable as it was.
 */
#ifndef TAPEMAP_FINISH_TAPE_H
#define TAPEMAP_FINISH_TAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "tapemap/status.h"

struct finish_options {
    bool is_dry_run; /* look and report, change nothing */
    uint64_t chunk_most_bytes; /* an index longer than this goes behind the RIFF's end (L194), a
                                  longer levl is left out; 0: what 32 bits can say */
};

/* What was found, and what was done about it (in a dry run: would be). */
struct finish_report {
    uint32_t channels;
    uint32_t sample_rate_hz;
    uint64_t frames;            /* of the tape, all of them kept */
    uint64_t late_frames;       /* of them: past the control block's head, found by the header and
                                   what lies there, as a power cut may leave it (L192) */
    uint64_t gaps;              /* in the journal, and that its recorder counted if that is lost */
    uint64_t marks;
    uint64_t cut_bytes;         /* of reserved tail */
    bool was_finished;          /* nothing was to be done */
    bool had_ended;             /* its recorder ended it; else it died, and state 4 is set now with
                                   reason 8 and a sentence */
    bool is_journal_lost;       /* no index file, or a corrupt one: gaps and marks are unknown */
    bool are_peaks_computed;    /* from the frames, because the index had none */
    bool is_tail_left;          /* somebody has the file mapped: call again to cut the tail */
    bool is_index_left;         /* no room for it on the disk, torn, or somebody has it open */
    bool is_index_held;         /* it cannot be removed, as while somebody reads it: call again */
    bool is_room_missing;       /* on the disk, for what is in the index: call again */
    char problem[256];          /* on failure: what is wrong, as the middle of a sentence */
};

/*
 * Completes the file at `path` (UTF-8).
 * Returns OK · E_NO_FILE · E_DENIED · E_BUSY: its recorder is at it, or somebody else has it or
 * its index open: call again later · E_FORMAT: no tape of ours · E_FOREIGN · E_CORRUPT: its head
 * is past its end, and other contradictions · E_DISK_FULL · E_MEMORY · E_SYSTEM. *report is filled
 * as far as things went.
 * Threads: any, one at a time for a file. Blocks: for the disk; as long as writing 4 % of the audio
 * takes, or reading all of it when there is no index.
 */
enum tapemap_status finish_tape(const char *path, const struct finish_options *options,
                                struct finish_report *report);

/* The path of a tape's index file: `path` with ".index" behind it. Memory: the caller's, to free;
   NULL when there is none left. */
char *finish_index_path(const char *path);

#endif
