/* SPDX-License-Identifier: MIT */
/*
 * A file tape as it was found and what it is to become: the looking half of finish_tape. Nothing
 * here writes.
 */
#ifndef TAPEMAP_FINISH_JOB_H
#define TAPEMAP_FINISH_JOB_H

#include "compact_index.h"
#include "cue_chunks.h"
#include "finish_tape.h"
#include "wave_header.h"

/* What a control block says of a tape that was completed for a recorder that died. */
#define FINISH_DIED_TEXT "its recorder died; completed by recover"

struct finish_job {
    const char *path;
    bool is_dry_run;
    uint64_t chunk_most_bytes;   /* more than that no chunk holds */
    char *index_path;
    struct finish_report *report;

    /* What was found. */
    struct file_access *file;
    uint64_t file_bytes;
    uint8_t *front;              /* the first TAPEMAP_DATA_OFFSET bytes, as they are in the file */
    struct layout_tape tape;
    struct wave_format format;
    uint64_t frames;             /* with those that the control block has missed */
    bool is_header_late;         /* the header counts more than the control block's head */
    uint64_t state;
    uint64_t audio_end;          /* past the frames and their pad byte */
    struct file_access *index_file; /* NULL: there is none */
    uint64_t index_file_bytes;
    struct kept_index file_index;
    struct kept_index own_index; /* inside the tape itself */
    struct kept_index *index;    /* the one that counts; NULL: there is none */
    bool is_index_file_done;     /* whole: it may go once its contents are inside the tape */
    bool is_complete;            /* but perhaps for a tail to cut and an index file to remove */

    /* What it is to become. */
    struct cue_list cues;
    uint64_t gap_frames;            /* in the journal */
    struct tapemap_record added[2]; /* what the journal lacks: a gap (L167), its end */
    uint32_t added_count;
    struct compact_index compact;
    bool is_embedded;            /* the index goes into the file */
    bool is_index_behind;        /* past the RIFF's end: no chunk holds it (L194) */
    uint64_t cue_bytes;
    uint64_t levl_bytes;         /* 0: left out */
    uint64_t index_at;           /* in the file; 0 unless is_embedded */
    uint64_t riff_end;           /* what the RIFF size counts; the index may lie behind it */
    bool is_header_wrong;        /* of a complete tape: somebody has changed it since */
    uint64_t end;                /* the file's length */

    struct file_stream stream;
    uint8_t scratch[COMPACT_SCRATCH_BYTES];
};

/* Its control block, in `front`. Memory: the job's. */
struct tapemap_control *finish_control(const struct finish_job *job);

/* Opens the file for changing (in a dry run for reading, when it may not be changed), checks it,
   reads what its index holds, and plans; a failure fills report->problem. job: zeroed, with path,
   is_dry_run, chunk_most_bytes, report. Returns as finish_tape. Memory: what the job holds is
   released by finish_job_close, in any case. Blocks: for the disk. */
enum tapemap_status finish_job_open(struct finish_job *job);
void finish_job_close(struct finish_job *job);

/* Plans a tape without chunks behind its audio: when there is no room for them. */
void finish_job_plan_bare(struct finish_job *job);

/* Whether the header in `front` counts all that belongs to the planned file, and nothing else. */
bool finish_job_is_header_right(const struct finish_job *job);

/* Fills report->problem with what was tried and the system's own words; returns the status that
   the code comes to. */
enum tapemap_status finish_job_fail(const struct finish_job *job, uint32_t code, const char *tried);

#endif
