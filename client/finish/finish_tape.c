/* SPDX-License-Identifier: MIT */
/*
 * The changing half. In order: head and header made to agree; the chunks, where no reader looks
 * yet; state 4, if the recorder did not get to it; where the index lies; the header, which makes
 * the chunks part of the file; the cut; and away with the index file. Each step reaches the disk
 * before the next may undo what the file would need without it. An interrupted run leaves its steps
 * to the next, which repeats them byte for byte.
 */
#include "finish_tape.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "finish_code.h"
#include "finish_job.h"
#include "late_frames.h"
#include "levl_chunk.h"
#include "wave_chunks.h"
#include "whole_numbers.h"

#define TMPX_ID WAVE_ID('t', 'm', 'p', 'x')
#define NO_ID 0xFFFFFFFFu
#define CHUNK_MOST_BYTES UINT64_C(0xFFFFFFFE)

/* ---- Chunks -------------------------------------------------------------------------------- */

/* What leads from the other chunks to the index: two more of them, or what takes programs over it
   that look for chunks behind the end. Its length is even: sox makes 0 of 0xFFFFFFFF. */
static void put_way_to_index(struct finish_job *job, struct file_stream *stream)
{
    uint64_t at = job->audio_end + job->cue_bytes + job->levl_bytes;
    if (job->is_index_behind) {
        file_stream_put_chunk(stream, NO_ID, (uint32_t)CHUNK_MOST_BYTES);
        file_stream_zeros_to(stream, job->index_at);
        return;
    }
    file_stream_put_chunk(stream, WAVE_ID_JUNK, (uint32_t)(job->index_at - 16 - at));
    file_stream_zeros_to(stream, job->index_at - 8);
    file_stream_put_chunk(stream, TMPX_ID, (uint32_t)job->compact.bytes);
}

static uint32_t write_chunks(struct finish_job *job)
{
    struct file_stream *stream = &job->stream;
    uint32_t code = 0;
    if (job->is_embedded)
        code = compact_index_write(&job->compact, job->index_at, stream);
    if (code != 0)
        return code;
    uint64_t frames_end = TAPEMAP_DATA_OFFSET + job->frames * job->tape.frame_bytes;
    file_stream_begin(stream, job->file, frames_end);
    file_stream_zeros_to(stream, job->audio_end);
    cue_chunks_put(&job->cues, stream);
    if (job->levl_bytes > 0)
        code = levl_chunk_put(&job->compact, job->index_at, stream);
    if (code != 0)
        return code;
    if (job->is_embedded)
        put_way_to_index(job, stream);
    code = file_stream_flush(stream);
    return code != 0 ? code : file_access_flush(job->file);
}

/* Without room for the chunks the audio is complete all the same. */
static enum tapemap_status write_tail(struct finish_job *job)
{
    uint32_t code = write_chunks(job);
    if (finish_code_status(code) == TAPEMAP_E_DISK_FULL) {
        job->report->is_room_missing = job->is_embedded;
        finish_job_plan_bare(job);
        cue_list_free(&job->cues);
        code = write_chunks(job);
    }
    return code == 0 ? TAPEMAP_OK : finish_job_fail(job, code, "its chunks cannot be written");
}

/* ---- Front --------------------------------------------------------------------------------- */

/* Writes what is to be at `offset` unless it is there already: so a second run changes nothing. */
static uint32_t change_front(struct finish_job *job, size_t offset, const void *bytes,
                             size_t count)
{
    if (memcmp(job->front + offset, bytes, count) == 0)
        return 0;
    uint32_t code = file_access_write(job->file, offset, bytes, count);
    if (code == 0)
        memcpy(job->front + offset, bytes, count);
    return code;
}

static uint32_t change_control(struct finish_job *job, size_t offset, uint64_t value)
{
    return change_front(job, TAPEMAP_CONTROL_OFFSET + offset, &value, sizeof value);
}

#define CONTROL_AT(field) offsetof(struct tapemap_control, field)

static uint32_t write_state(struct finish_job *job)
{
    static const char text[256] = FINISH_DIED_TEXT;
    uint32_t code = 0;
    if (job->state != TAPEMAP_STATE_ENDED)
        code = change_front(job, TAPEMAP_CONTROL_OFFSET + CONTROL_AT(reason_text), text,
                            sizeof text);
    if (code == 0 && job->state != TAPEMAP_STATE_ENDED)
        code = change_control(job, CONTROL_AT(reason), TAPEMAP_REASON_FAILURE);
    bool knows_all = job->index && !job->index->is_torn && job->index->first == 0;
    if (code == 0 && job->state != TAPEMAP_STATE_ENDED && knows_all) {
        code = change_control(job, CONTROL_AT(gap_count), job->report->gaps);
        if (code == 0)
            code = change_control(job, CONTROL_AT(gap_frames), job->gap_frames);
    }
    if (code == 0)
        code = change_control(job, CONTROL_AT(state), TAPEMAP_STATE_ENDED);
    if (code == 0)
        code = change_control(job, CONTROL_AT(durable_frames), job->frames);
    return code;
}

static uint32_t write_index_place(struct finish_job *job)
{
    uint64_t length = job->is_embedded ? job->compact.bytes : 0;
    uint64_t now = load_relaxed_u64(&finish_control(job)->index_offset);
    uint32_t code = 0;
    if (now != 0 && now != job->index_at)
        code = change_control(job, CONTROL_AT(index_offset), 0);
    if (code == 0)
        code = change_control(job, CONTROL_AT(index_length), length);
    return code != 0 ? code : change_control(job, CONTROL_AT(index_offset), job->index_at);
}

/* The steps of wave_tape_header_finish, which keep the file readable after each, as writes. */
static uint32_t write_header(struct finish_job *job, uint64_t tail_bytes)
{
    static const struct {
        uint32_t offset;
        uint32_t bytes;
    } steps[] = {
        {WAVE_DS64_RIFF_AT, 24},
        {WAVE_DS64_ID_AT, 4},
        {WAVE_RIFF_ID_AT, 4},
        {WAVE_FACT_FRAMES_AT, 4}, /* changes only where there is one */
        {TAPEMAP_DATA_OFFSET - 4, 4},
        {WAVE_RIFF_SIZE_AT, 4},
    };
    uint8_t *header = malloc(TAPEMAP_DATA_OFFSET);
    if (!header)
        return 8;
    memcpy(header, job->front, TAPEMAP_DATA_OFFSET);
    wave_tape_header_finish(header, &job->format, job->frames, tail_bytes);
    uint32_t code = 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && code == 0; i++)
        code = change_front(job, steps[i].offset, header + steps[i].offset, steps[i].bytes);
    free(header);
    return code;
}

/* Room first, then the head, as a recorder does it (L67). */
static uint32_t raise_head(struct finish_job *job)
{
    const struct tapemap_control *control = finish_control(job);
    uint64_t end = TAPEMAP_DATA_OFFSET + job->frames * job->tape.frame_bytes;
    uint64_t committed = max_u64(load_relaxed_u64(&control->committed_bytes),
                                 round_up_u64(end, LATE_FRAMES_PAGE_BYTES));
    uint64_t grown = max_u64(load_relaxed_u64(&control->grown_bytes), committed);
    uint32_t code = change_control(job, CONTROL_AT(grown_bytes), grown);
    if (code == 0)
        code = change_control(job, CONTROL_AT(committed_bytes), committed);
    return code != 0 ? code : change_control(job, CONTROL_AT(head), job->frames);
}

/* Pages that a power cut has kept from the disk are to read as silence (L192); what was safe was
   written. A tape that has ended in order has none. */
static enum tapemap_status wipe_marks(struct finish_job *job)
{
    uint64_t durable = load_relaxed_u64(&finish_control(job)->durable_frames);
    uint64_t at = round_up_u64(TAPEMAP_DATA_OFFSET + durable * job->tape.frame_bytes,
                               TAPEMAP_GRANULE_BYTES);
    uint64_t end = min_u64(job->audio_end, at + LATE_FRAMES_MOST_BYTES);
    uint32_t code = 0;
    if (job->state == TAPEMAP_STATE_ENDED)
        return TAPEMAP_OK;
    for (; at < end && code == 0; at += TAPEMAP_GRANULE_BYTES) {
        size_t bytes = (size_t)min_u64(job->file_bytes - at, LATE_FRAMES_PAGE_BYTES);
        memset(job->scratch, 0, LATE_FRAMES_PAGE_BYTES);
        code = file_access_read(job->file, at, job->scratch, bytes);
        if (code == 0 && late_frames_wipe(job->scratch))
            code = file_access_write(job->file, at, job->scratch,
                                     (size_t)min_u64(bytes, LATE_FRAMES_MARK_BYTES));
    }
    return code == 0 ? TAPEMAP_OK : finish_job_fail(job, code, "its frames cannot be completed");
}

/* Before there are chunks behind the frames: to who does this again they must not look like frames
   that the header still counts. */
static enum tapemap_status settle_frames(struct finish_job *job)
{
    uint32_t code = raise_head(job);
    if (code == 0)
        code = write_header(job, 0);
    if (code == 0)
        code = file_access_flush(job->file);
    return code == 0 ? TAPEMAP_OK : finish_job_fail(job, code, "its header cannot be written");
}

static enum tapemap_status write_final_header(struct finish_job *job)
{
    uint32_t code = write_header(job, job->riff_end - job->audio_end);
    if (code == 0)
        code = file_access_flush(job->file);
    return code == 0 ? TAPEMAP_OK : finish_job_fail(job, code, "its header cannot be written");
}

static enum tapemap_status write_front(struct finish_job *job)
{
    uint32_t code = write_state(job);
    if (code == 0)
        code = write_index_place(job);
    if (code != 0)
        return finish_job_fail(job, code, "its header cannot be written");
    return write_final_header(job);
}

/* ---- What is left over --------------------------------------------------------------------- */

static enum tapemap_status cut_tail(struct finish_job *job)
{
    uint64_t bytes;
    uint32_t code = file_access_length(job->file, &bytes);
    if (code == 0 && bytes > job->end)
        code = file_access_set_length(job->file, job->end);
    job->report->is_tail_left = code == FINISH_CODE_MAPPED;
    return code == 0 || code == FINISH_CODE_MAPPED
               ? TAPEMAP_OK
               : finish_job_fail(job, code, "its tail cannot be cut");
}

/* Enters a record into the journal that stays a file, as its keeper would have (L104, L105). */
static uint32_t enter_record(struct finish_job *job, struct file_access *file,
                             const struct tapemap_record *record)
{
    const struct layout_region *journal = &job->index->layout.journal;
    uint64_t slot = record->sequence % journal->capacity;
    uint64_t end = record->sequence + 1;
    uint32_t code = 0;
    if (end - job->index->first > journal->capacity) {
        uint64_t oldest = end - journal->capacity;
        code = file_access_write(file, offsetof(struct tapemap_index, journal_oldest), &oldest,
                                 sizeof oldest);
    }
    if (code == 0)
        code = file_access_write(file, journal->offset + slot * sizeof *record, record,
                                 sizeof *record);
    if (code == 0)
        code = file_access_write(file, offsetof(struct tapemap_index, journal_head), &end,
                                 sizeof end);
    return code;
}

static uint32_t end_journal(struct finish_job *job, struct file_access *file)
{
    uint32_t code = 0;
    for (uint32_t i = 0; i < job->added_count && code == 0; i++)
        code = enter_record(job, file, &job->added[i]);
    return code != 0 ? code : file_access_flush(file);
}

/* A torn journal is left as it is: what lies behind the tear may be of use to somebody. */
static bool lacks_records(const struct finish_job *job)
{
    return job->is_index_file_done && job->added_count > 0;
}

/* The index stays a file. */
static enum tapemap_status keep_index_file(struct finish_job *job)
{
    struct file_access *file;
    job->report->is_index_left = job->index_file != NULL;
    if (!lacks_records(job))
        return TAPEMAP_OK;
    file_access_close(job->index_file);
    job->index_file = NULL;
    uint32_t code = file_access_open(job->index_path, FILE_ACCESS_CHANGE, &file);
    if (code == 0) {
        code = end_journal(job, file);
        file_access_close(file);
    }
    /* With a full disk the control block alone says that the tape has ended. */
    return code == 0 || finish_code_status(code) == TAPEMAP_E_DISK_FULL
               ? TAPEMAP_OK
               : finish_job_fail(job, code, "its index file cannot be completed");
}

/* Whoever reads the index file at this moment may keep it from going: it harms nobody. */
static void remove_index_file(struct finish_job *job)
{
    job->report->is_index_left = job->index_file != NULL;
    if (!job->is_index_file_done)
        return;
    file_access_close(job->index_file);
    job->index_file = NULL;
    uint32_t code = file_access_remove(job->index_path);
    job->report->is_index_held = code != 0 && code != FINISH_CODE_NO_FILE;
    job->report->is_index_left = job->report->is_index_held;
}

/* ---- All of it ----------------------------------------------------------------------------- */

/* Nothing would change: said before anything is written, because a write alone is a change. */
static bool is_nothing_to_do(const struct finish_job *job)
{
    return job->is_complete && !job->is_header_wrong && !job->is_index_file_done &&
           job->file_bytes == job->end;
}

static enum tapemap_status change_file(struct finish_job *job)
{
    enum tapemap_status status = wipe_marks(job);
    if (status == TAPEMAP_OK && job->is_header_late)
        status = settle_frames(job);
    if (status == TAPEMAP_OK && !job->is_complete)
        status = write_tail(job);
    if (status == TAPEMAP_OK && !job->is_complete)
        status = write_front(job);
    if (status == TAPEMAP_OK && job->is_header_wrong)
        status = write_final_header(job);
    if (status == TAPEMAP_OK)
        status = cut_tail(job);
    if (status != TAPEMAP_OK)
        return status;
    if (!job->is_complete && !job->is_embedded)
        return keep_index_file(job);
    remove_index_file(job);
    return TAPEMAP_OK;
}

static enum tapemap_status finish(struct finish_job *job)
{
    struct finish_report *report = job->report;
    enum tapemap_status status = finish_job_open(job);
    if (status != TAPEMAP_OK)
        return status;
    report->was_finished = is_nothing_to_do(job);
    report->cut_bytes = job->file_bytes > job->end ? job->file_bytes - job->end : 0;
    report->is_index_left = job->index_file && !job->is_index_file_done;
    return job->is_dry_run || report->was_finished ? TAPEMAP_OK : change_file(job);
}

enum tapemap_status finish_tape(const char *path, const struct finish_options *options,
                                struct finish_report *report)
{
    *report = (struct finish_report){0};
    struct finish_job *job = calloc(1, sizeof *job);
    if (!job) {
        snprintf(report->problem, sizeof report->problem, "there is no memory left");
        return TAPEMAP_E_MEMORY;
    }
    job->path = path;
    job->is_dry_run = options->is_dry_run;
    job->chunk_most_bytes = options->chunk_most_bytes ? options->chunk_most_bytes
                                                      : CHUNK_MOST_BYTES;
    job->report = report;
    enum tapemap_status status = finish(job);
    finish_job_close(job);
    free(job);
    return status;
}
