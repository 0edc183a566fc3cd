/* SPDX-License-Identifier: MIT */
/*
 * Going on with a tape whose recorder died. First everything is judged, then the writers are set to
 * where the dead ones were, and only then is anything published. What was published stays as it is;
 * what lies past the head (frames that were never published, marks) is overwritten.
 *
 * After a power cut the index may be newer than the head: both reach the disk when the system
 * likes. What it says of frames past the head is then about frames that nobody has.
 */
#include <string.h>

#include "atomic64.h"
#include "late_frames.h"
#include "quantity.h"
#include "tape_change.h"
#include "tape_judge.h"
#include "tape_layout.h"

#define VIEW_BYTES (16u << 20)        /* of the frames, mapped at a time */
#define ANCHOR_SEARCH_RECORDS 65536u  /* an anchor comes once a second */
#define NS_PER_SECOND 1000000000u
#define MOST_LOST_FRAMES ((uint64_t)1 << 62) /* a clock may lie; no sum with it overflows */

/* ---- Setting the writers to where they were ---- */

/* A ring's room beside what it keeps is what its recorder granted ahead; so much is granted now. */
static void take_facts(struct tape_config *config, const struct layout_tape *facts)
{
    memcpy(config->deck_name, facts->deck_name, sizeof config->deck_name);
    memcpy(config->source, facts->source, sizeof config->source);
    config->tape_id = facts->tape_id;
    config->format = (struct audio_format){facts->sample_format, facts->channels,
                                           facts->sample_rate_hz};
    config->capacity_frames = facts->kept_frames;
    config->is_ring = facts->is_ring;
    config->is_file = facts->is_file;
    if (facts->is_ring)
        config->ahead_frames = facts->capacity_frames - facts->kept_frames;
    config->input_latency_ns = facts->input_latency_ns;
}

static bool is_past_head(const struct tapemap_record *record, uint64_t head)
{
    return record->position > head || record->frames > head - record->position;
}

/* UTC at `frames` frames past `utc_ns`, by the nominal rate. */
static uint64_t utc_after(const struct layout_tape *tape, uint64_t utc_ns, uint64_t frames)
{
    uint64_t passed = quantity_scale(frames, NS_PER_SECOND, tape->sample_rate_hz);
    return passed < UINT64_MAX - utc_ns ? utc_ns + passed : UINT64_MAX;
}

/* The newest record: a recorder that tries again and again to start its source leaves one. */
static bool is_resume_at(const struct tapemap_record *record, uint64_t head)
{
    return record->kind == TAPEMAP_RECORD_STATE && record->detail == TAPEMAP_STATE_STARTING &&
           record->sequence > 0 && record->position == head;
}

/* Reads the journal from its end to the newest anchor, and leaves out what is past the head. */
static enum tapemap_status find_anchor(struct tape *made, struct interrupted *was)
{
    uint64_t oldest = load_acquire_u64(&made->index->journal_oldest);
    uint64_t end = was->records;
    was->head_utc_ns = utc_after(&was->tape, was->tape.created_utc_ns, was->head);
    for (uint64_t i = end; i > oldest && end - i < ANCHOR_SEARCH_RECORDS; i--) {
        enum tapemap_status status;
        uint64_t slot = (i - 1) % was->index.journal.capacity;
        const struct tapemap_record *found = region_at(
            &made->journal.region, slot * sizeof *found, sizeof *found, &status);
        if (!found)
            return status;
        struct tapemap_record record = *found;
        if (layout_check_record(&record, i - 1) != TAPEMAP_OK)
            return TAPEMAP_E_CORRUPT;
        if (is_past_head(&record, was->head)) {
            if (was->tape.is_file) /* memory is never older in one place than in another */
                was->records = i - 1;
        } else if (i == was->records && is_resume_at(&record, was->head)) {
            was->is_told = true;
        } else if (record.kind == TAPEMAP_RECORD_GAP) {
            was->explained = max_u64(was->explained, record.position + record.frames);
            if (was->newest_gap == 0)
                was->newest_gap = record.frames;
        } else if (record.kind == TAPEMAP_RECORD_ANCHOR) {
            /* Anchors come after the records of the silence before them. */
            was->explained = max_u64(was->explained, record.position);
            if (record.utc_ns >= was->tape.created_utc_ns)
                was->head_utc_ns = utc_after(&was->tape, record.utc_ns,
                                             was->head - record.position);
            break;
        }
    }
    return TAPEMAP_OK;
}

/* Pages of a file that a power cut has kept from the disk are to read as silence (L192). */
static enum tapemap_status wipe_marks(const struct tape *made, const struct interrupted *was)
{
    uint64_t durable = load_relaxed_u64(&made->control->durable_frames);
    uint64_t end = TAPEMAP_DATA_OFFSET + was->head * made->frame_bytes;
    uint64_t at = round_up_u64(TAPEMAP_DATA_OFFSET + durable * made->frame_bytes,
                               TAPEMAP_GRANULE_BYTES);
    end = min_u64(end, at + LATE_FRAMES_MOST_BYTES);
    for (; was->tape.is_file && at < end; at += VIEW_BYTES) {
        size_t bytes = (size_t)min_u64(VIEW_BYTES, made->audio->bytes - at);
        void *view;
        enum tapemap_status status = store_map(made->audio, at, bytes, &view);
        if (status != TAPEMAP_OK)
            return status;
        for (size_t i = 0; i < bytes && at + i < end; i += TAPEMAP_GRANULE_BYTES)
            late_frames_wipe((unsigned char *)view + i);
        store_unmap(made->audio, view, bytes);
    }
    return TAPEMAP_OK;
}

/* The frames that the dead recorder published and did not come to count. */
static enum tapemap_status feed_rest(struct tape *made, const struct interrupted *was)
{
    struct peaks_writer *peaks = &made->peaks;
    uint64_t capacity = was->tape.capacity_frames;
    enum tapemap_status status = peaks_prepare(peaks, was->head);
    while (status == TAPEMAP_OK && peaks->frames < was->head) {
        uint64_t index = peaks->frames % capacity;
        uint64_t byte = TAPEMAP_DATA_OFFSET + index * made->frame_bytes;
        uint64_t start = byte / TAPEMAP_GRANULE_BYTES * TAPEMAP_GRANULE_BYTES;
        size_t bytes = (size_t)min_u64(VIEW_BYTES, made->audio->bytes - start);
        void *view;
        status = store_map(made->audio, start, bytes, &view);
        if (status != TAPEMAP_OK)
            break;
        uint64_t whole = min_u64((start + bytes - byte) / made->frame_bytes, capacity - index);
        peaks_feed(peaks, (const unsigned char *)view + (byte - start),
                   min_u64(whole, was->head - peaks->frames), made->frame_bytes);
        store_unmap(made->audio, view, bytes);
        status = peaks->status;
    }
    return status;
}

/* Cells that begin before a ring's oldest frame are read by nobody: they may stay unwritten. */
static enum tapemap_status restore_peaks(struct tape *made, const struct interrupted *was)
{
    uint64_t frames = min_u64(load_acquire_u64(&made->index->peaks_frames), was->head);
    frames = max_u64(frames - frames % TAPEMAP_LEVEL0_FRAMES, was->oldest);
    enum tapemap_status status = peaks_resume(&made->peaks, frames);
    return status == TAPEMAP_OK ? feed_rest(made, was) : status;
}

/* Frames that were due from the head until `now`. Under one boot the steady clock says that best:
   nobody sets it. */
static uint64_t count_lost(const struct tape *made, const struct interrupted *was,
                           struct instant now)
{
    uint64_t rate_hz = was->tape.sample_rate_hz;
    if (made->config.gap_by_clock) {
        bool has_passed = was->head_clock != 0 && now.clock > was->head_clock;
        return quantity_scale(has_passed ? now.clock - was->head_clock : 0, rate_hz,
                              was->tape.clock_hz);
    }
    uint64_t lost_ns = now.utc_ns > was->head_utc_ns ? now.utc_ns - was->head_utc_ns : 0;
    return quantity_scale(lost_ns, rate_hz, NS_PER_SECOND);
}

static void restore_windows(struct tape *made, const struct interrupted *was, uint64_t lost)
{
    uint64_t room = was->tape.is_ring ? UINT64_MAX : was->tape.capacity_frames - was->head;
    tape_set_up_windows(made);
    made->windows.committed_bytes = was->committed_bytes;
    made->windows.granted = was->head;
    made->seen_head = was->head;
    made->appender.head = was->head;
    made->appender.wipes_silence = true; /* of what was written but not published */
    made->appender.silence_owed = min_u64(lost, room);
    store_relaxed_u64(&made->appender.silence_left, made->appender.silence_owed);
    store_relaxed_u64(&made->appender.granted, was->head);
}

/* Silence takes room like sound, and a gap of months is longer than anybody wants to hear. */
static enum tapemap_status check_room(const struct tape *made, const struct interrupted *was,
                                      struct failure *failure)
{
    uint64_t frames = made->appender.silence_owed;
    uint64_t end_frame = made->config.end_frame;
    char gap[48];
    char wanted[48];
    char there[48];
    uint64_t room;
    uint64_t ns = 0;

    if (end_frame != 0)
        frames = min_u64(frames, end_frame - min_u64(end_frame, was->head));
    uint64_t end = TAPEMAP_DATA_OFFSET + (was->head + frames) * was->tape.frame_bytes;
    uint64_t bytes = end - min_u64(end, was->committed_bytes);
    /* Without any room the tape would only end where it was left, for good. */
    if (frames == 0 || store_room(made->audio, &room) != TAPEMAP_OK || bytes < room)
        return TAPEMAP_OK;
    quantity_ns_from_frames(frames, was->tape.sample_rate_hz, &ns);
    quantity_print_duration(ns, gap, sizeof gap);
    quantity_print_bytes(frames * was->tape.frame_bytes, wanted, sizeof wanted);
    quantity_print_bytes(room, there, sizeof there);
    return failure_set(failure, TAPEMAP_E_DISK_FULL,
                       "the silence for its gap of %s would take %s, and the disk has %s beside "
                       "--keep-free; complete it with 'tapemap recover' and record a new tape, or "
                       "make room", gap, wanted, there);
}

/* ---- Publishing ---- */

/* What is true of the file, also when the tape then cannot go on. */
static void publish_section(struct tape *made, const struct interrupted *was)
{
    struct tapemap_control *control = made->control;
    store_release_u64(&control->committed_bytes, was->committed_bytes);
    store_release_u64(&control->grown_bytes, made->audio->bytes);
    store_release_u64(&control->generation, made->audio->generation);
    if (was->late_frames > 0)
        store_release_u64(&control->head, was->head);
}

/* Returns whether there was something to tell. */
static bool journal_untold(struct tape *made, const struct interrupted *was, struct instant now)
{
    struct layout_silence untold = layout_silence_untold(made->control, was->head, was->explained);
    uint64_t open = load_relaxed_u64(&made->control->gap_open_frames);
    /* It died between the record of the gap and the note of it: a gap that has no record yet is
       among what is untold. */
    bool has_record = was->newest_gap == open && untold.frames < open;
    tape_forget_open_gap(made, has_record);
    if (untold.frames > 0)
        tape_journal_gap(made, untold.position, untold.frames, now);
    return untold.frames > 0;
}

/* When the newest frame came, by a clock that may have begun anew since: a recorder that goes on
   under the same boot counts from there. */
static void publish_head_clock(struct tape *made, uint64_t lost, struct instant now)
{
    const struct tape_config *config = &made->config;
    uint64_t passed = quantity_scale(lost, config->clock_hz, config->format.sample_rate_hz);
    if (!config->gap_by_clock)
        store_relaxed_u64(&made->control->head_clock,
                          passed < now.clock ? now.clock - passed : 1);
}

static void publish(struct tape *made, const struct interrupted *was, struct instant now)
{
    struct tapemap_control *control = made->control;
    store_release_u64(&made->index->journal_head, was->records);
    peaks_publish(&made->peaks);
    control->writer_pid = made->config.writer_pid;
    store_relaxed_u64(&control->heartbeat_clock, now.clock);
    wave_tape_header_update(made->front, &made->wave, tape_judge_kept(was));
    if (load_relaxed_u64(&control->warnings) != 0)
        tape_set_warnings(made, 0, "resumed", now); /* whoever finds it so again warns again */
    if (!journal_untold(made, was, now) && was->is_told)
        return;
    store_release_u64(&control->resume_count, load_relaxed_u64(&control->resume_count) + 1);
    tape_set_state(made, TAPEMAP_STATE_STARTING, "resumed", now);
    if (was->is_paused)
        store_release_u64(&control->state, TAPEMAP_STATE_PAUSED);
}

/* ---- A gap that is longer than the ring ---- */

/* Makes what the ring has not filled yet real, for the head will be past it. */
static enum tapemap_status commit_ring(struct tape *made, struct interrupted *was)
{
    uint64_t end = round_up_u64(TAPEMAP_DATA_OFFSET +
                                    was->tape.capacity_frames * made->frame_bytes,
                                TAPEMAP_PAGE_BYTES);
    while (was->committed_bytes < end) {
        uint64_t at = was->committed_bytes;
        uint64_t start = at / TAPEMAP_GRANULE_BYTES * TAPEMAP_GRANULE_BYTES;
        uint64_t bytes = min_u64(end, start + VIEW_BYTES) - at;
        size_t view_bytes = (size_t)min_u64(VIEW_BYTES + TAPEMAP_GRANULE_BYTES,
                                            made->audio->bytes - start);
        void *view;
        enum tapemap_status status = store_map(made->audio, start, view_bytes, &view);
        if (status != TAPEMAP_OK)
            return status;
        status = budget_commit(&made->budget, made->audio, at,
                               (unsigned char *)view + (at - start), (size_t)bytes);
        store_unmap(made->audio, view, view_bytes);
        if (status != TAPEMAP_OK)
            return status;
        was->committed_bytes = at + bytes;
        store_release_u64(&made->control->committed_bytes, was->committed_bytes);
    }
    return TAPEMAP_OK;
}

static enum tapemap_status wipe_ring(struct tape *made, const struct interrupted *was)
{
    uint64_t end = TAPEMAP_DATA_OFFSET + was->tape.capacity_frames * made->frame_bytes;
    for (uint64_t start = TAPEMAP_DATA_OFFSET; start < end; start += VIEW_BYTES) {
        size_t bytes = (size_t)min_u64(VIEW_BYTES, made->audio->bytes - start);
        void *view;
        enum tapemap_status status = store_map(made->audio, start, bytes, &view);
        if (status != TAPEMAP_OK)
            return status;
        memset(view, 0, (size_t)min_u64(bytes, end - start));
        store_unmap(made->audio, view, bytes);
    }
    return TAPEMAP_OK;
}

/* All of the ring is to be silence: it is made so once, and the head passes over the gap at once.
   Readers are told first that nothing of the ring is there any more. */
static enum tapemap_status pass_over(struct tape *made, struct interrupted *was, uint64_t lost,
                                     struct instant now)
{
    struct tapemap_control *control = made->control;
    enum tapemap_status status = commit_ring(made, was);
    if (status != TAPEMAP_OK)
        return status;
    exchange_u64(&control->oldest_frame, was->head); /* full barrier: before what follows */
    status = wipe_ring(made, was);
    if (status != TAPEMAP_OK)
        return status;
    journal_untold(made, was, now);
    was->records = load_relaxed_u64(&made->index->journal_head);
    was->explained = was->head;
    store_relaxed_u64(&control->silence_frames, 0);
    store_release_u64(&control->silence_position, was->head);
    store_release_u64(&control->silence_frames, lost);
    was->head += lost;
    was->oldest = was->head - was->tape.capacity_frames;
    store_relaxed_u64(&control->head_clock, now.clock);
    store_release_u64(&control->head, was->head);
    return TAPEMAP_OK;
}

/* ---- All together ---- */

/* Of memory: see check_tape. */
static void restore_regions(struct tape *made, const struct interrupted *was)
{
    uint64_t frames = min_u64(load_acquire_u64(&made->index->peaks_frames), was->head);
    region_resume(&made->journal.region, was->records, sizeof(struct tapemap_record));
    for (uint32_t i = 0; i < TAPEMAP_LEVELS; i++)
        region_resume(&made->peaks.levels[i].region, frames / peaks_cell_frames(i),
                      was->index.cell_bytes);
}

static void restore_budget(struct tape *made, const struct interrupted *was)
{
    struct commit_budget *budget = &made->budget;
    uint64_t used = was->committed_bytes + TAPEMAP_GRANULE_BYTES +
                    load_relaxed_u64(&made->index->journal.committed_bytes);
    for (uint32_t i = 0; i < TAPEMAP_LEVELS; i++)
        used += load_relaxed_u64(&made->index->levels[i].committed_bytes);
    budget->used_bytes = budget->limit_bytes != 0 ? min_u64(used, budget->limit_bytes) : used;
}

static enum tapemap_status resume(struct tape *made, struct interrupted *was, struct instant now,
                                  struct failure *failure)
{
    enum tapemap_status status = tape_set_up_index(made);
    if (status == TAPEMAP_OK && !was->tape.is_file) {
        restore_budget(made, was);
        restore_regions(made, was);
    }
    if (status == TAPEMAP_OK)
        status = find_anchor(made, was);
    if (status != TAPEMAP_OK)
        return tape_judge_refuse(failure, status);
    was->is_paused = load_acquire_u64(&made->control->state) == TAPEMAP_STATE_PAUSED;
    uint64_t lost = was->is_paused ? 0 : min_u64(count_lost(made, was, now), MOST_LOST_FRAMES);
    if (was->tape.is_ring && lost > was->tape.capacity_frames) {
        status = pass_over(made, was, lost, now);
        lost = 0;
    }
    if (status == TAPEMAP_OK)
        status = wipe_marks(made, was);
    if (status == TAPEMAP_OK)
        status = restore_peaks(made, was);
    if (status != TAPEMAP_OK)
        return tape_judge_refuse(failure, status);
    restore_windows(made, was, lost);
    status = check_room(made, was, failure);
    if (status != TAPEMAP_OK)
        return status;
    tape_set_boundary(made, made->config.boundary_frame);
    publish_section(made, was);
    tape_grant_more(made, was->head);
    status = tape_grant_status(made);
    if (status != TAPEMAP_OK)
        return tape_judge_refuse(failure, status);
    publish_head_clock(made, lost, now);
    publish(made, was, now);
    return TAPEMAP_OK;
}

enum tapemap_status tape_resume(struct tape_config *config, struct store *audio,
                                struct store *index, struct instant now, struct tape **tape,
                                struct failure *failure)
{
    if (audio->bytes < TAPE_FRONT_BYTES || index->bytes < TAPE_FRONT_BYTES)
        return failure_set(failure, TAPEMAP_E_CORRUPT,
                           "it is too short for a tape; record a new one");
    struct tape *made = tape_alloc(config, audio, index);
    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a tape; close other programs");
    struct interrupted was = {0};
    enum tapemap_status status = tape_map_fronts(made);
    if (status != TAPEMAP_OK) {
        tape_destroy(made);
        return tape_judge_refuse(failure, status);
    }
    status = tape_judge(made, &was, failure);
    if (status != TAPEMAP_OK) {
        tape_destroy(made);
        return status;
    }
    struct tape_config filled = *config;
    take_facts(&filled, &was.tape);
    tape_take_config(made, &filled);
    status = resume(made, &was, now, failure);
    if (status != TAPEMAP_OK) {
        tape_destroy(made);
        return status;
    }
    *config = filled;
    *tape = made;
    return TAPEMAP_OK;
}
