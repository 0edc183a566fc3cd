/* SPDX-License-Identifier: MIT */
#include "layout_check.h"

#include <stdbool.h>
#include <string.h>

#include "atomic64.h"
#include "pcm.h"

static bool has_end(const char *text, size_t room)
{
    return memchr(text, '\0', room) != NULL;
}

/* A compiler may read plain memory twice; these fields are somebody else's, so forbid it. */
static uint64_t once_u64(const uint64_t *field)
{
    return *(const volatile uint64_t *)field;
}

static uint32_t once_u32(const uint32_t *field)
{
    return *(const volatile uint32_t *)field;
}

static enum tapemap_status check_identity(const struct tapemap_shared_u64 *magic,
                                          uint64_t expected, const uint64_t *signature)
{
    uint64_t found = load_acquire_u64(magic);
    if (found == 0)
        return TAPEMAP_E_NO_TAPE;
    if (found != expected || once_u64(signature) != TAPEMAP_LAYOUT_SIGNATURE)
        return TAPEMAP_E_FOREIGN;
    return TAPEMAP_OK;
}

static void copy_control(const struct tapemap_control *control, struct layout_tape *copy)
{
    copy->tape_id = once_u64(&control->tape_id);
    copy->created_utc_ns = once_u64(&control->created_utc_ns);
    copy->clock_hz = once_u64(&control->clock_hz);
    copy->section_bytes = once_u64(&control->section_bytes);
    copy->index_bytes = once_u64(&control->index_bytes);
    copy->capacity_frames = once_u64(&control->capacity_frames);
    copy->kept_frames = once_u64(&control->kept_frames);
    copy->input_latency_ns = once_u64(&control->input_latency_ns);
    copy->sample_format = (enum tapemap_sample_format)once_u32(&control->sample_format);
    copy->channels = once_u32(&control->channels);
    copy->sample_rate_hz = once_u32(&control->sample_rate_hz);
    copy->frame_bytes = once_u32(&control->frame_bytes);
    copy->writer_pid = once_u32(&control->writer_pid);
    copy->previous_tape_id = once_u64(&control->previous_tape_id);
    copy->series_position = once_u64(&control->series_position);
    memcpy(copy->deck_name, control->deck_name, sizeof copy->deck_name);
    memcpy(copy->source, control->source, sizeof copy->source);
    memcpy(copy->file_path, control->file_path, sizeof copy->file_path);
}

static bool is_format_sound(const struct layout_tape *tape)
{
    uint32_t sample_bytes = pcm_sample_bytes(tape->sample_format);
    return sample_bytes != 0 && tape->channels >= 1 && tape->channels <= TAPEMAP_MAX_CHANNELS &&
           tape->sample_rate_hz >= 1 && tape->sample_rate_hz <= TAPEMAP_MAX_RATE_HZ &&
           tape->frame_bytes == sample_bytes * tape->channels;
}

static bool is_size_sound(const struct layout_tape *tape)
{
    if (tape->section_bytes < TAPEMAP_DATA_OFFSET || tape->kept_frames == 0 ||
        tape->kept_frames > tape->capacity_frames)
        return false;
    if (!tape->is_ring && tape->kept_frames != tape->capacity_frames)
        return false;
    uint64_t audio_bytes = (tape->is_file ? INT64_MAX : tape->section_bytes) - TAPEMAP_DATA_OFFSET;
    return tape->capacity_frames <= audio_bytes / tape->frame_bytes;
}

enum tapemap_status layout_check_control(const struct tapemap_control *control,
                                         uint64_t section_bytes_mapped_at_least,
                                         struct layout_tape *tape)
{
    enum tapemap_status status =
        check_identity(&control->magic, TAPEMAP_TAPE_MAGIC, &control->signature);
    if (status != TAPEMAP_OK)
        return status;
    struct layout_tape copy = {0};
    copy_control(control, &copy);
    uint32_t flags = once_u32(&control->flags);
    copy.is_ring = flags & TAPEMAP_FLAG_RING;
    copy.is_file = flags & TAPEMAP_FLAG_FILE;
    if (copy.section_bytes < section_bytes_mapped_at_least || copy.tape_id == 0 ||
        copy.clock_hz == 0 || (flags & ~(TAPEMAP_FLAG_RING | TAPEMAP_FLAG_FILE)) != 0 ||
        (copy.is_ring && copy.is_file) ||
        once_u64(&control->data_offset) != TAPEMAP_DATA_OFFSET || !is_format_sound(&copy) ||
        !is_size_sound(&copy) || !has_end(copy.deck_name, sizeof copy.deck_name) ||
        !has_end(copy.source, sizeof copy.source) ||
        !has_end(copy.file_path, sizeof copy.file_path))
        return TAPEMAP_E_CORRUPT;
    struct layout_progress progress;
    status = layout_check_progress(control, &copy, &progress);
    if (status == TAPEMAP_OK)
        *tape = copy;
    return status;
}

enum tapemap_status layout_check_progress(const struct tapemap_control *control,
                                          const struct layout_tape *tape,
                                          struct layout_progress *progress)
{
    /* The commit is ahead of every head, and never shrinks below one: so the head is read first.
       The oldest frame is read before the head for the same reason: it never passes it. */
    uint64_t oldest = load_acquire_u64(&control->oldest_frame);
    uint64_t head = load_acquire_u64(&control->head);
    uint64_t committed = load_acquire_u64(&control->committed_bytes);
    /* The section grows before anything is committed in the new part: so this comes last. */
    uint64_t grown = load_acquire_u64(&control->grown_bytes);
    if (tape->is_file ? grown < tape->section_bytes : grown != tape->section_bytes)
        return TAPEMAP_E_CORRUPT;
    if (committed < TAPEMAP_DATA_OFFSET || committed > grown || oldest > head)
        return TAPEMAP_E_CORRUPT;
    uint64_t kept = head < tape->capacity_frames ? head : tape->capacity_frames;
    if (kept > (committed - TAPEMAP_DATA_OFFSET) / tape->frame_bytes)
        return TAPEMAP_E_CORRUPT;
    if (!tape->is_ring && (oldest != 0 || head > tape->capacity_frames))
        return TAPEMAP_E_CORRUPT;
    /* Between the two loads the head may have moved on, and the oldest frame with it. */
    if (head - oldest > tape->capacity_frames)
        oldest = head - tape->capacity_frames;
    *progress = (struct layout_progress){head, oldest, committed, grown};
    return TAPEMAP_OK;
}

struct layout_silence layout_silence_untold(const struct tapemap_control *control, uint64_t head,
                                            uint64_t explained)
{
    uint64_t frames = load_acquire_u64(&control->silence_frames);
    uint64_t begin = load_acquire_u64(&control->silence_position);
    uint64_t end = begin < head && frames < head - begin ? begin + frames : head;
    if (begin < explained)
        begin = explained;
    if (frames == 0 || begin >= end)
        return (struct layout_silence){0};
    return (struct layout_silence){begin, end - begin};
}

/* `begin` is where the region before it ends. */
static bool check_region(const struct tapemap_region *region, uint32_t item_bytes, uint64_t begin,
                         uint64_t section_bytes, struct layout_region *checked)
{
    uint64_t offset = once_u64(&region->offset);
    uint64_t bytes = once_u64(&region->bytes);
    uint64_t capacity = once_u64(&region->capacity);
    if (offset % TAPEMAP_GRANULE_BYTES != 0 || offset < begin || offset > section_bytes ||
        bytes > section_bytes - offset || capacity == 0 || capacity > bytes / item_bytes)
        return false;
    *checked = (struct layout_region){offset, bytes, capacity};
    return true;
}

enum tapemap_status layout_check_index(const struct tapemap_index *index,
                                       const struct layout_tape *tape,
                                       uint64_t section_bytes_mapped_at_least,
                                       struct layout_index *checked)
{
    enum tapemap_status status =
        check_identity(&index->magic, TAPEMAP_INDEX_MAGIC, &index->signature);
    if (status != TAPEMAP_OK)
        return status;
    uint64_t section_bytes = once_u64(&index->section_bytes);
    if (once_u64(&index->tape_id) != tape->tape_id || section_bytes != tape->index_bytes ||
        section_bytes < section_bytes_mapped_at_least ||
        once_u32(&index->channels) != tape->channels ||
        once_u32(&index->level_count) != TAPEMAP_LEVELS)
        return TAPEMAP_E_CORRUPT;
    struct layout_index copy = {
        .section_bytes = section_bytes,
        .cell_bytes = (uint32_t)sizeof(struct tapemap_peak) * tape->channels,
    };
    if (!check_region(&index->journal, sizeof(struct tapemap_record), TAPEMAP_GRANULE_BYTES,
                      section_bytes, &copy.journal))
        return TAPEMAP_E_CORRUPT;
    uint64_t begin = copy.journal.offset + copy.journal.bytes;
    for (uint32_t i = 0; i < TAPEMAP_LEVELS; i++) {
        struct layout_region *level = &copy.levels[i];
        if (!check_region(&index->levels[i], copy.cell_bytes, begin, section_bytes, level))
            return TAPEMAP_E_CORRUPT;
        begin = level->offset + level->bytes;
    }
    *checked = copy;
    return TAPEMAP_OK;
}

enum tapemap_status layout_check_record(const struct tapemap_record *record,
                                        uint64_t expected_sequence)
{
    if (record->sequence != expected_sequence || record->kind < TAPEMAP_RECORD_STATE ||
        record->kind > TAPEMAP_RECORD_WARNING || !has_end(record->text, sizeof record->text))
        return TAPEMAP_E_CORRUPT;
    return TAPEMAP_OK;
}

/* Entry 0 is the tape's beginning. */
bool layout_record_is_resume(const struct tapemap_record *record)
{
    return record->kind == TAPEMAP_RECORD_STATE && record->detail == TAPEMAP_STATE_STARTING &&
           record->sequence > 0;
}
