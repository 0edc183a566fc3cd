/* SPDX-License-Identifier: MIT */
#include "finish_job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "file_use.h"
#include "finish_code.h"
#include "late_frames.h"
#include "levl_chunk.h"
#include "quantity.h"
#include "utf8_text.h"
#include "wave_chunks.h"
#include "whole_numbers.h"

#define DATA_CHUNK_AT (TAPEMAP_DATA_OFFSET - 8)
#define MOST_CHUNKS 64u /* behind the audio; there are six at most */

struct tapemap_control *finish_control(const struct finish_job *job)
{
    return (struct tapemap_control *)(void *)(job->front + TAPEMAP_CONTROL_OFFSET);
}

enum tapemap_status finish_job_fail(const struct finish_job *job, uint32_t code, const char *tried)
{
    finish_code_problem(code, tried, job->report->problem, sizeof job->report->problem);
    return finish_code_status(code);
}

static enum tapemap_status wrong(const struct finish_job *job, enum tapemap_status status,
                                 const char *problem)
{
    snprintf(job->report->problem, sizeof job->report->problem, "%s", problem);
    return status;
}

char *finish_index_path(const char *path)
{
    static const char suffix[] = ".index";
    size_t length = strlen(path);
    char *index_path = malloc(length + sizeof suffix);
    if (!index_path)
        return NULL;
    memcpy(index_path, path, length);
    memcpy(index_path + length, suffix, sizeof suffix);
    return index_path;
}

/* ---- What was found ------------------------------------------------------------------------ */

static enum tapemap_status open_file(struct finish_job *job)
{
    uint32_t code = file_access_open(job->path, FILE_ACCESS_CHANGE, &job->file);
    if (job->is_dry_run && (code == FINISH_CODE_DENIED || code == FINISH_CODE_PROTECTED))
        code = file_access_open(job->path, FILE_ACCESS_READ, &job->file);
    if (code == FINISH_CODE_BUSY)
        return wrong(job, TAPEMAP_E_BUSY, file_use_now(job->path) == FILE_USE_WRITTEN
                                              ? "it is being recorded"
                                              : "another program has it open and lets nobody "
                                                "write it");
    if (code == 0)
        code = file_access_length(job->file, &job->file_bytes);
    if (code != 0)
        return finish_job_fail(job, code, "it cannot be opened");
    if (job->file_bytes < TAPEMAP_DATA_OFFSET)
        return wrong(job, TAPEMAP_E_FORMAT, "it is too short for a tape");
    job->front = malloc(TAPEMAP_DATA_OFFSET);
    if (!job->front)
        return wrong(job, TAPEMAP_E_MEMORY, "there is no memory left");
    code = file_access_read(job->file, 0, job->front, TAPEMAP_DATA_OFFSET);
    return code == 0 ? TAPEMAP_OK : finish_job_fail(job, code, "it cannot be read");
}

static uint32_t front_u32(const struct finish_job *job, uint32_t offset)
{
    uint32_t value;
    memcpy(&value, job->front + offset, sizeof value);
    return value;
}

/* Only sizes are made true later: chunks that led elsewhere would do so in the finished file. */
static bool is_audio_found(const struct finish_job *job)
{
    uint64_t at = 12;
    while (at < DATA_CHUNK_AT && front_u32(job, (uint32_t)at) != 0) {
        uint64_t bytes = front_u32(job, (uint32_t)at + 4);
        at += 8 + bytes + bytes % 2;
    }
    return at == DATA_CHUNK_AT;
}

static bool is_header_ours(const struct finish_job *job)
{
    uint32_t riff = front_u32(job, WAVE_RIFF_ID_AT);
    uint32_t ds64 = front_u32(job, WAVE_DS64_ID_AT);
    return (riff == WAVE_ID_RIFF || riff == WAVE_ID_RF64) && front_u32(job, 8) == WAVE_ID_WAVE &&
           (ds64 == WAVE_ID_JUNK || ds64 == WAVE_ID_DS64) &&
           front_u32(job, DATA_CHUNK_AT) == WAVE_ID_DATA && is_audio_found(job);
}

/* Says what a person can still hope for: the frames that the file has room for. */
static enum tapemap_status contradiction(const struct finish_job *job, const char *problem)
{
    const struct tapemap_control *control = finish_control(job);
    uint64_t frame_bytes = control->frame_bytes;
    snprintf(job->report->problem, sizeof job->report->problem,
             "%s (its head is %" PRIu64 "; behind its header the file holds %" PRIu64
             " bytes, %" PRIu64 " frames)", problem, load_relaxed_u64(&control->head),
             job->file_bytes - TAPEMAP_DATA_OFFSET,
             frame_bytes ? (job->file_bytes - TAPEMAP_DATA_OFFSET) / frame_bytes : 0);
    return TAPEMAP_E_CORRUPT;
}

/* What the header counts past the head, as far as that was written (L192). */
static enum tapemap_status find_late_frames(struct finish_job *job)
{
    uint64_t frame_bytes = job->tape.frame_bytes;
    uint64_t room = (job->file_bytes - TAPEMAP_DATA_OFFSET) / frame_bytes;
    uint64_t counted = min_u64(late_frames_counted(job->front, job->tape.frame_bytes),
                               min_u64(room, job->tape.capacity_frames));
    uint64_t low = TAPEMAP_DATA_OFFSET + job->frames * frame_bytes;
    /* A head that has ended does not move any more (L65). */
    if (counted <= job->frames || job->state == TAPEMAP_STATE_ENDED)
        return TAPEMAP_OK;
    job->is_header_late = true;
    uint64_t end = TAPEMAP_DATA_OFFSET + counted * frame_bytes;
    while (end > low) {
        uint64_t start = max_u64(low, (end - 1) / sizeof job->scratch * sizeof job->scratch);
        size_t bytes = (size_t)(end - start);
        uint32_t code = file_access_read(job->file, start, job->scratch, bytes);
        if (code != 0)
            return finish_job_fail(job, code, "its frames cannot be read");
        end = late_frames_end(job->scratch, start, bytes);
        if (end > start)
            break;
    }
    job->report->late_frames = (end - low) / frame_bytes;
    job->frames += job->report->late_frames;
    return TAPEMAP_OK;
}

static enum tapemap_status check_control(struct finish_job *job)
{
    struct tapemap_control *control = finish_control(job);
    struct layout_progress progress;
    if (load_relaxed_u64(&control->magic) != TAPEMAP_TAPE_MAGIC)
        return wrong(job, TAPEMAP_E_FORMAT, "it is no tape of tapemap");
    enum tapemap_status status = layout_check_control(control, 0, &job->tape);
    if (status == TAPEMAP_OK)
        status = layout_check_progress(control, &job->tape, &progress);
    if (status == TAPEMAP_E_FOREIGN)
        return wrong(job, status, "it was written with another layout");
    if (status != TAPEMAP_OK)
        return contradiction(job, "its control block contradicts itself");
    if (!job->tape.is_file)
        return wrong(job, TAPEMAP_E_CORRUPT, "its control block is that of a tape in memory");
    if (progress.head > (job->file_bytes - TAPEMAP_DATA_OFFSET) / job->tape.frame_bytes)
        return contradiction(job, "its head is past its end");
    /* What is behind the head is cut off: a head that lies must not take sound away. */
    if (load_relaxed_u64(&control->durable_frames) > progress.head)
        return contradiction(job, "it was made safe farther than its head is");
    if (!is_header_ours(job))
        return wrong(job, TAPEMAP_E_CORRUPT, "its WAV header is not that of its control block");
    job->frames = progress.head;
    job->state = load_relaxed_u64(&control->state);
    status = find_late_frames(job);
    job->format = (struct wave_format){job->tape.sample_format, job->tape.channels,
                                       job->tape.sample_rate_hz};
    job->audio_end = TAPEMAP_DATA_OFFSET + job->frames * job->tape.frame_bytes +
                     wave_pad_bytes(&job->format, job->frames);
    return status;
}

/* ---- Its index ----------------------------------------------------------------------------- */

/* One that cannot be used is left where it is, and counts as none. */
static enum tapemap_status open_index_file(struct finish_job *job)
{
    enum tapemap_status status = TAPEMAP_E_CORRUPT;
    uint32_t code = file_access_open(job->index_path, FILE_ACCESS_READ, &job->index_file);
    if (code == FINISH_CODE_NO_FILE)
        return TAPEMAP_OK;
    if (code == 0)
        code = file_access_length(job->index_file, &job->index_file_bytes);
    if (code == 0)
        code = kept_index_open(&job->file_index, job->index_file, 0, job->index_file_bytes,
                               &job->tape, job->frames, &status);
    if (code != 0)
        return finish_job_fail(job, code, "its index file cannot be read");
    if (status != TAPEMAP_OK)
        return TAPEMAP_OK;
    job->index = &job->file_index;
    job->is_index_file_done = !job->file_index.is_torn;
    return TAPEMAP_OK;
}

/* The chunks between the audio and the index, as far as they are not there to lead to it. */
static void plan_chunks(struct finish_job *job, const struct cue_list *cues)
{
    const struct compact_index peaks = {.tape = &job->tape, .frames = job->frames};
    uint64_t levl_bytes = levl_chunk_bytes(&peaks);
    job->cue_bytes = cue_chunks_bytes(cues);
    job->levl_bytes = levl_bytes <= job->chunk_most_bytes ? levl_bytes : 0;
    job->riff_end = job->audio_end + job->cue_bytes + job->levl_bytes;
}

/* Finds riff_end of a tape with a sound index of its own. One behind RIFF's end does not say it:
   its records do. */
static enum tapemap_status find_riff_end(struct finish_job *job)
{
    struct kept_index *own = &job->own_index;
    struct cue_list cues = {0};
    uint32_t code = 0;
    bool has_room = true;
    job->riff_end = job->end;
    if (job->end - own->base <= job->chunk_most_bytes)
        return TAPEMAP_OK;
    for (uint64_t i = own->first; i < own->end && code == 0 && has_room; i++) {
        struct tapemap_record record;
        code = kept_index_record(own, i, &record);
        has_room = code != 0 || cue_list_add(&cues, &record);
    }
    plan_chunks(job, &cues);
    cue_list_free(&cues);
    if (!has_room)
        return wrong(job, TAPEMAP_E_MEMORY, "there is no memory left");
    return code == 0 ? TAPEMAP_OK : finish_job_fail(job, code, "its journal cannot be read");
}

static uint64_t riff_end_in_header(const struct finish_job *job)
{
    uint64_t bytes = front_u32(job, WAVE_RIFF_ID_AT + 4);
    if (front_u32(job, WAVE_RIFF_ID_AT) == WAVE_ID_RF64)
        memcpy(&bytes, job->front + WAVE_DS64_RIFF_AT, sizeof bytes);
    return bytes > UINT64_MAX - 8 ? UINT64_MAX : bytes + 8;
}

/* Whether chunk follows chunk from the audio to the end of RIFF, as players go. */
static uint32_t look_at_chunks(const struct finish_job *job, bool *are_whole)
{
    uint64_t at = job->audio_end;
    uint32_t code = 0;
    for (uint32_t i = 0; i < MOST_CHUNKS && at < job->riff_end && code == 0; i++) {
        uint32_t head[2] = {0};
        if (job->riff_end - at < sizeof head)
            break;
        code = file_access_read(job->file, at, head, sizeof head);
        at += sizeof head + (uint64_t)head[1] + head[1] % 2;
    }
    *are_whole = code == 0 && at == job->riff_end;
    return code;
}

/* A tape that carries its index. What is inside is checked as anything else; only if all of it is
   as finish_tape leaves it, nothing is left to be done with it. The index file goes last: where
   there is none, a header that is not right was right once. */
static enum tapemap_status find_own_index(struct finish_job *job)
{
    const struct tapemap_control *control = finish_control(job);
    struct layout_tape tape = job->tape;
    enum tapemap_status status;
    uint64_t at = load_relaxed_u64(&control->index_offset);
    tape.index_bytes = load_relaxed_u64(&control->index_length);
    if (job->state != TAPEMAP_STATE_ENDED || at % TAPEMAP_GRANULE_BYTES != 0 ||
        at < job->audio_end || at > job->file_bytes || tape.index_bytes > job->file_bytes - at)
        return TAPEMAP_OK;
    uint32_t code = kept_index_open(&job->own_index, job->file, at, tape.index_bytes, &tape,
                                    job->frames, &status);
    if (code != 0)
        return finish_job_fail(job, code, "its index cannot be read");
    if (status != TAPEMAP_OK || job->own_index.is_torn ||
        job->own_index.cells != job->frames / TAPEMAP_LEVEL0_FRAMES)
        return TAPEMAP_OK;
    job->end = at + tape.index_bytes;
    status = find_riff_end(job);
    if (status != TAPEMAP_OK)
        return status;
    bool is_right = finish_job_is_header_right(job);
    if (!is_right && riff_end_in_header(job) > job->riff_end)
        return wrong(job, TAPEMAP_E_CORRUPT,
                     "it was complete, and another program has added to it since");
    bool are_whole;
    code = look_at_chunks(job, &are_whole);
    if (code != 0)
        return finish_job_fail(job, code, "its chunks cannot be read");
    if (!are_whole && !job->index_file)
        return wrong(job, TAPEMAP_E_CORRUPT,
                     "it was complete, and a chunk behind its audio is damaged; audio, marks and "
                     "gaps can be exported");
    job->is_complete = (is_right && are_whole) || !job->index_file;
    job->is_header_wrong = job->is_complete && !is_right;
    if (job->is_complete)
        job->index = &job->own_index;
    return TAPEMAP_OK;
}

static enum tapemap_status take_record(struct finish_job *job, const struct tapemap_record *record)
{
    if (record->kind == TAPEMAP_RECORD_GAP) {
        job->report->gaps++;
        job->gap_frames += record->frames;
    }
    job->report->marks += record->kind == TAPEMAP_RECORD_MARK;
    if (!cue_list_add(&job->cues, record))
        return wrong(job, TAPEMAP_E_MEMORY, "there is no memory left");
    return TAPEMAP_OK;
}

/* A record that the recorder has not written, at its last sign of life. `anchor`: the newest moment
   that is known on both clocks. */
static struct tapemap_record *add_record(struct finish_job *job,
                                         const struct tapemap_record *anchor)
{
    uint64_t clock = load_relaxed_u64(&finish_control(job)->heartbeat_clock);
    uint64_t utc_ns = anchor->utc_ns;
    if (anchor->clock > 0 && clock > anchor->clock)
        utc_ns += min_u64(quantity_scale(clock - anchor->clock, 1000000000, job->tape.clock_hz),
                          UINT64_MAX - utc_ns);
    struct tapemap_record *record = &job->added[job->added_count];
    *record = (struct tapemap_record){
        .sequence = (job->index ? job->index->end : 0) + job->added_count,
        .clock = clock,
        .utc_ns = utc_ns,
    };
    job->added_count++;
    return record;
}

static enum tapemap_status add_gap(struct finish_job *job, const struct tapemap_record *anchor,
                                   uint64_t explained)
{
    struct layout_silence untold =
        layout_silence_untold(finish_control(job), job->frames, explained);
    if (untold.frames == 0)
        return TAPEMAP_OK;
    struct tapemap_record *record = add_record(job, anchor);
    record->kind = TAPEMAP_RECORD_GAP;
    record->position = untold.position;
    record->noticed = untold.position;
    record->frames = untold.frames;
    return take_record(job, record);
}

static void add_ending(struct finish_job *job, const struct tapemap_record *anchor)
{
    struct tapemap_record *record = add_record(job, anchor);
    record->kind = TAPEMAP_RECORD_STATE;
    record->detail = TAPEMAP_STATE_ENDED;
    record->position = job->frames;
    record->noticed = job->frames;
    const char *text = FINISH_DIED_TEXT;
    if (job->state == TAPEMAP_STATE_ENDED)
        text = finish_control(job)->reason_text;
    utf8_shorten(text, record->text, sizeof record->text);
}

/* Takes up the journal: what becomes cue points, and whether its end is on record. */
static enum tapemap_status scan_journal(struct finish_job *job)
{
    struct kept_index *index = job->index;
    struct tapemap_record anchor = {.utc_ns = job->tape.created_utc_ns};
    enum tapemap_status status = TAPEMAP_OK;
    uint64_t explained = 0;
    uint64_t state = 0;
    for (uint64_t i = index ? index->first : 0; index && i < index->end; i++) {
        struct tapemap_record record;
        uint32_t code = kept_index_record(index, i, &record);
        if (code != 0)
            return finish_job_fail(job, code, "its journal cannot be read");
        uint64_t end = record.position + (record.kind == TAPEMAP_RECORD_GAP ? record.frames : 0);
        bool explains = record.kind == TAPEMAP_RECORD_GAP || record.kind == TAPEMAP_RECORD_ANCHOR;
        explained = explains && end > explained ? end : explained;
        state = record.kind == TAPEMAP_RECORD_STATE ? record.detail : state;
        anchor = record.kind == TAPEMAP_RECORD_ANCHOR ? record : anchor;
        status = take_record(job, &record);
        if (status != TAPEMAP_OK)
            return status;
    }
    status = add_gap(job, &anchor, explained);
    if (state != TAPEMAP_STATE_ENDED)
        add_ending(job, &anchor);
    cue_list_sort(&job->cues);
    return status;
}

/* ---- What it is to become ------------------------------------------------------------------ */

bool finish_job_is_header_right(const struct finish_job *job)
{
    uint32_t *copy = malloc(TAPEMAP_DATA_OFFSET);
    if (!copy)
        return false;
    memcpy(copy, job->front, TAPEMAP_DATA_OFFSET);
    wave_tape_header_finish(copy, &job->format, job->frames, job->riff_end - job->audio_end);
    bool is_right = memcmp(copy, job->front, TAPEMAP_DATA_OFFSET) == 0;
    free(copy);
    return is_right;
}

void finish_job_plan_bare(struct finish_job *job)
{
    job->is_embedded = false;
    job->is_index_behind = false;
    job->cue_bytes = 0;
    job->levl_bytes = 0;
    job->index_at = 0;
    job->riff_end = job->audio_end;
    job->end = job->audio_end;
}

static void plan(struct finish_job *job)
{
    struct kept_index *kept = job->index;
    job->compact = (struct compact_index){
        .file = job->file,
        .tape = &job->tape,
        .frames = job->frames,
        .kept = kept,
        .first = kept ? kept->first : 0,
        .end = (kept ? kept->end : 0) + job->added_count,
        .added = job->added,
        .added_count = job->added_count,
        .scratch = job->scratch,
    };
    compact_index_plan(&job->compact);
    plan_chunks(job, &job->cues);
    job->is_embedded = true;
    job->is_index_behind = job->compact.bytes > job->chunk_most_bytes;
    /* Room for the headers of JUNK, which may be empty, and of tmpx. */
    job->index_at = round_up_u64(job->riff_end + 16, TAPEMAP_GRANULE_BYTES);
    job->end = job->index_at + job->compact.bytes;
    if (!job->is_index_behind)
        job->riff_end = job->end;
}

/* ---- The job ------------------------------------------------------------------------------- */

static void report_findings(struct finish_job *job)
{
    struct finish_report *report = job->report;
    const struct tapemap_control *control = finish_control(job);
    report->channels = job->tape.channels;
    report->sample_rate_hz = job->tape.sample_rate_hz;
    report->frames = job->frames;
    report->had_ended = job->state == TAPEMAP_STATE_ENDED &&
                        strncmp(control->reason_text, FINISH_DIED_TEXT,
                                sizeof control->reason_text) != 0;
    report->is_journal_lost = !job->index || job->index->is_torn;
    /* What the recorder has counted outlives its journal. */
    if (report->is_journal_lost)
        report->gaps = max_u64(report->gaps, load_relaxed_u64(&control->gap_count));
    report->are_peaks_computed = job->frames >= TAPEMAP_LEVEL0_FRAMES &&
                                 (!job->index || job->index->cells == 0);
}

enum tapemap_status finish_job_open(struct finish_job *job)
{
    enum tapemap_status status = open_file(job);
    if (status == TAPEMAP_OK)
        status = check_control(job);
    if (status != TAPEMAP_OK)
        return status;
    job->index_path = finish_index_path(job->path);
    if (!job->index_path)
        return wrong(job, TAPEMAP_E_MEMORY, "there is no memory left");
    status = open_index_file(job);
    if (status == TAPEMAP_OK)
        status = find_own_index(job);
    if (status == TAPEMAP_OK)
        status = scan_journal(job);
    if (status != TAPEMAP_OK)
        return status;
    if (!job->is_complete)
        plan(job);
    report_findings(job);
    return TAPEMAP_OK;
}

void finish_job_close(struct finish_job *job)
{
    cue_list_free(&job->cues);
    file_access_close(job->index_file);
    file_access_close(job->file);
    free(job->index_path);
    free(job->front);
}
