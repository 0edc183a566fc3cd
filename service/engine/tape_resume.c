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
#include "layout_check.h"
#include "quantity.h"
#include "tape_layout.h"
#include "tape_private.h"
#include "tapemap/tapemap.h"

#define FEED_BYTES (16u << 20)        /* mapped at a time for frames without peaks */
#define ANCHOR_SEARCH_RECORDS 65536u  /* an anchor comes once a second */
#define NS_PER_SECOND 1000000000u

/* What the stores hold, found consistent. */
struct interrupted {
    struct layout_tape tape;
    struct layout_index index;
    uint64_t head;
    uint64_t committed_bytes;
    uint64_t records;  /* of the journal, that are about frames before the head */
    uint64_t head_utc_ns;
    uint64_t explained; /* end of the gap records and of the newest anchor */
};

static enum tapemap_status corrupt(struct failure *failure, const char *what)
{
    return failure_set(failure, TAPEMAP_E_CORRUPT, "%s; save what it holds with 'tapemap recover'",
                       what);
}

static enum tapemap_status refuse(struct failure *failure, enum tapemap_status status)
{
    if (status == TAPEMAP_E_NO_TAPE)
        return corrupt(failure, "its recorder died before the tape was complete");
    if (status == TAPEMAP_E_CORRUPT)
        return corrupt(failure, "what its headers say contradicts itself");
    return failure_set(failure, status, "the tape cannot be resumed: %s; %s",
                       tapemap_status_text(status), tapemap_status_remedy(status));
}

/* ---- Judging ---- */

static enum tapemap_status check_kind(const struct tape *made, const struct layout_tape *tape,
                                      struct failure *failure)
{
    if (load_acquire_u64(&made->control->state) == TAPEMAP_STATE_ENDED ||
        load_acquire_u64(&made->control->index_offset) != 0)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "the tape has ended properly; record a new one beside it");
    if (!tape->is_file)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "only a file tape can be resumed, and this is none; record a new one");
    if (tape->clock_hz != made->config.clock_hz)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "it was recorded on a machine with another clock; finish it with "
                           "'tapemap recover' and record a new one");
    return TAPEMAP_OK;
}

static enum tapemap_status check_tape(const struct tape *made, struct interrupted *was,
                                      struct failure *failure)
{
    struct layout_progress progress;
    enum tapemap_status status = layout_check_control(made->control, TAPE_FRONT_BYTES, &was->tape);
    if (status == TAPEMAP_OK)
        status = layout_check_progress(made->control, &was->tape, &progress);
    if (status != TAPEMAP_OK)
        return refuse(failure, status);
    status = check_kind(made, &was->tape, failure);
    if (status != TAPEMAP_OK)
        return status;
    was->head = progress.head;
    /* A power cut may have left the file shorter than it was; what is missing is committed anew. */
    was->committed_bytes =
        min_u64(progress.committed_bytes, made->audio->bytes - TAPEMAP_GRANULE_BYTES);
    uint64_t frames_end = TAPEMAP_DATA_OFFSET + was->head * was->tape.frame_bytes;
    if (was->committed_bytes % TAPEMAP_PAGE_BYTES != 0 || frames_end > was->committed_bytes)
        return corrupt(failure, "the file is shorter than its frames");
    return TAPEMAP_OK;
}

/* `items` of a region are published; a linear tape fills it with at most `most` in all. */
static bool is_region_sound(const struct tapemap_region *shared, const struct layout_region *region,
                            uint64_t item_bytes, uint64_t items, uint64_t most)
{
    uint64_t committed = load_acquire_u64(&shared->committed_bytes);
    uint64_t used = min_u64(items, region->capacity) * item_bytes;
    return region->bytes >= TAPEMAP_GRANULE_BYTES &&
           region->capacity * item_bytes <= region->bytes - TAPEMAP_GRANULE_BYTES &&
           region->capacity >= most && committed % TAPEMAP_PAGE_BYTES == 0 && used <= committed &&
           committed <= region->bytes - TAPEMAP_GRANULE_BYTES;
}

static enum tapemap_status check_index(const struct tape *made, struct interrupted *was,
                                       struct failure *failure)
{
    const struct tapemap_index *index = made->index;
    enum tapemap_status status =
        layout_check_index(index, &was->tape, TAPE_FRONT_BYTES, &was->index);
    if (status != TAPEMAP_OK)
        return refuse(failure, status);
    uint64_t oldest = load_acquire_u64(&index->journal_oldest);
    uint64_t records = load_acquire_u64(&index->journal_head);
    uint64_t peaks_frames = load_acquire_u64(&index->peaks_frames);
    const struct layout_index *facts = &was->index;
    bool is_sound = facts->section_bytes <= made->index_store->bytes && oldest <= records &&
                    records - oldest <= facts->journal.capacity &&
                    is_region_sound(&index->journal, &facts->journal,
                                    sizeof(struct tapemap_record), records, 1);
    for (uint32_t i = 0; i < TAPEMAP_LEVELS && is_sound; i++)
        is_sound = is_region_sound(&index->levels[i], &facts->levels[i], facts->cell_bytes,
                                   peaks_frames / peaks_cell_frames(i),
                                   was->tape.capacity_frames / peaks_cell_frames(i));
    was->records = records;
    return is_sound ? TAPEMAP_OK : corrupt(failure, "its index contradicts itself");
}

static enum tapemap_status judge(const struct tape *made, struct interrupted *was,
                                 struct failure *failure)
{
    enum tapemap_status status = check_tape(made, was, failure);
    return status == TAPEMAP_OK ? check_index(made, was, failure) : status;
}

/* ---- Setting the writers to where they were ---- */

static void take_facts(struct tape_config *config, const struct layout_tape *facts)
{
    memcpy(config->deck_name, facts->deck_name, sizeof config->deck_name);
    memcpy(config->source, facts->source, sizeof config->source);
    config->tape_id = facts->tape_id;
    config->format = (struct audio_format){facts->sample_format, facts->channels,
                                           facts->sample_rate_hz};
    config->capacity_frames = facts->capacity_frames;
    config->is_ring = false;
    config->is_file = true;
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
            was->records = i - 1;
        } else if (record.kind == TAPEMAP_RECORD_GAP) {
            was->explained = max_u64(was->explained, record.position + record.frames);
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

/* The frames that the dead recorder published and did not come to count. */
static enum tapemap_status feed_rest(struct tape *made, uint64_t head)
{
    struct peaks_writer *peaks = &made->peaks;
    enum tapemap_status status = peaks_prepare(peaks, head);
    while (status == TAPEMAP_OK && peaks->frames < head) {
        uint64_t byte = TAPEMAP_DATA_OFFSET + peaks->frames * made->frame_bytes;
        uint64_t start = byte / TAPEMAP_GRANULE_BYTES * TAPEMAP_GRANULE_BYTES;
        size_t bytes = (size_t)min_u64(FEED_BYTES, made->audio->bytes - start);
        void *view;
        status = store_map(made->audio, start, bytes, &view);
        if (status != TAPEMAP_OK)
            break;
        uint64_t whole = (start + bytes - byte) / made->frame_bytes;
        peaks_feed(peaks, (const unsigned char *)view + (byte - start),
                   min_u64(whole, head - peaks->frames), made->frame_bytes);
        store_unmap(made->audio, view, bytes);
        status = peaks->status;
    }
    return status;
}

static enum tapemap_status restore_index(struct tape *made, struct interrupted *was)
{
    enum tapemap_status status = tape_set_up_index(made);
    if (status == TAPEMAP_OK)
        status = find_anchor(made, was);
    if (status != TAPEMAP_OK)
        return status;
    uint64_t frames = min_u64(load_acquire_u64(&made->index->peaks_frames), was->head);
    status = peaks_resume(&made->peaks, frames - frames % TAPEMAP_LEVEL0_FRAMES);
    return status == TAPEMAP_OK ? feed_rest(made, was->head) : status;
}

static void restore_windows(struct tape *made, const struct interrupted *was, struct instant now)
{
    uint64_t lost_ns = now.utc_ns > was->head_utc_ns ? now.utc_ns - was->head_utc_ns : 0;
    uint64_t lost = quantity_scale(lost_ns, was->tape.sample_rate_hz, NS_PER_SECOND);
    tape_set_up_windows(made);
    made->windows.committed_bytes = was->committed_bytes;
    made->windows.granted = was->head;
    made->seen_head = was->head;
    made->appender.head = was->head;
    made->appender.silence_owed = min_u64(lost, was->tape.capacity_frames - was->head);
    store_relaxed_u64(&made->appender.silence_left, made->appender.silence_owed);
    store_relaxed_u64(&made->appender.granted, was->head);
}

/* ---- Publishing ---- */

/* What is true of the file, also when the tape then cannot go on. */
static void publish_section(struct tape *made, const struct interrupted *was)
{
    struct tapemap_control *control = made->control;
    store_release_u64(&control->committed_bytes, was->committed_bytes);
    store_release_u64(&control->grown_bytes, made->audio->bytes);
    store_release_u64(&control->generation, made->audio->generation);
}

static void publish(struct tape *made, const struct interrupted *was, struct instant now)
{
    struct tapemap_control *control = made->control;
    store_release_u64(&control->durable_frames,
                      min_u64(load_relaxed_u64(&control->durable_frames), was->head));
    store_release_u64(&made->index->journal_head, was->records);
    peaks_publish(&made->peaks);
    control->writer_pid = made->config.writer_pid;
    store_relaxed_u64(&control->head_clock, now.clock); /* its clock may be one of another boot */
    store_relaxed_u64(&control->heartbeat_clock, now.clock);
    store_release_u64(&control->resume_count, load_relaxed_u64(&control->resume_count) + 1);
    wave_tape_header_update(made->front, &made->wave, was->head);
    struct layout_silence untold = layout_silence_untold(control, was->head, was->explained);
    tape_forget_open_gap(made);
    if (untold.frames > 0)
        tape_journal_gap(made, untold.position, untold.frames, now);
    tape_set_state(made, TAPEMAP_STATE_STARTING, "resumed", now);
}

static enum tapemap_status resume(struct tape *made, struct interrupted *was, struct instant now)
{
    enum tapemap_status status = restore_index(made, was);
    if (status != TAPEMAP_OK)
        return status;
    restore_windows(made, was, now);
    publish_section(made, was);
    tape_grant_more(made, was->head);
    status = tape_grant_status(made);
    if (status == TAPEMAP_OK)
        publish(made, was, now);
    return status;
}

enum tapemap_status tape_resume(struct tape_config *config, struct store *audio,
                                struct store *index, struct instant now, struct tape **tape,
                                struct failure *failure)
{
    if (audio->bytes < TAPE_FRONT_BYTES || index->bytes < TAPE_FRONT_BYTES)
        return corrupt(failure, "the file is too short for a tape");
    struct tape *made = tape_alloc(config, audio, index);
    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a tape; close other programs");
    struct interrupted was = {0};
    enum tapemap_status status = tape_map_fronts(made);
    if (status != TAPEMAP_OK) {
        tape_destroy(made);
        return refuse(failure, status);
    }
    status = judge(made, &was, failure);
    if (status != TAPEMAP_OK) {
        tape_destroy(made);
        return status;
    }
    struct tape_config filled = *config;
    take_facts(&filled, &was.tape);
    tape_take_config(made, &filled);
    status = resume(made, &was, now);
    if (status != TAPEMAP_OK) {
        tape_destroy(made);
        return refuse(failure, status);
    }
    *config = filled;
    *tape = made;
    return TAPEMAP_OK;
}
