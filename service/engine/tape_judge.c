/* SPDX-License-Identifier: MIT */
#include "tape_judge.h"

#include "atomic64.h"
#include "late_frames.h"
#include "quantity.h"
#include "tapemap/tapemap.h"

#define VIEW_BYTES (16u << 20) /* of the frames, mapped at a time */
#define MOST_FRAMES ((uint64_t)1 << 62) /* no sum with it overflows; no tape is so old */

static enum tapemap_status corrupt(struct failure *failure, const char *what)
{
    return failure_set(failure, TAPEMAP_E_CORRUPT,
                       "%s; begin a new tape with --resume-or-new; what this one holds, 'tapemap "
                       "recover' may still complete, or any program that reads WAV files copies it "
                       "as far as its header counts", what);
}

enum tapemap_status tape_judge_refuse(struct failure *failure, enum tapemap_status status)
{
    if (status == TAPEMAP_E_NO_TAPE)
        return corrupt(failure, "its recorder died before the tape was complete");
    if (status == TAPEMAP_E_CORRUPT)
        return corrupt(failure, "what its headers say contradicts itself");
    return failure_set(failure, status, "the tape cannot be resumed: %s; %s",
                       tapemap_status_text(status), tapemap_status_remedy(status));
}

static enum tapemap_status check_kind(const struct tape *made, const struct layout_tape *tape,
                                      struct failure *failure)
{
    if (load_acquire_u64(&made->control->state) == TAPEMAP_STATE_ENDED ||
        load_acquire_u64(&made->control->index_offset) != 0)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "the tape has ended properly; record a new one beside it");
    if (tape->clock_hz != made->config.clock_hz)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "it was recorded on a machine with another clock; finish it with "
                           "'tapemap recover' and record a new one");
    return TAPEMAP_OK;
}

uint64_t tape_judge_kept(const struct interrupted *was)
{
    return min_u64(was->head, was->tape.capacity_frames);
}

/* The section of a file grows while it is filled; the whole of a tape in memory is there from the
   start, and behind it a granule that no commit reaches. A ring has room beside what it keeps. */
static bool is_section_sound(const struct tape *made, const struct layout_tape *tape)
{
    if (tape->is_file != (made->audio->ops->grow != NULL))
        return false;
    if (tape->is_ring && tape->capacity_frames == tape->kept_frames)
        return false;
    uint64_t frames_end = TAPEMAP_DATA_OFFSET + tape->capacity_frames * tape->frame_bytes;
    return tape->is_file || (tape->section_bytes == made->audio->bytes &&
                             frames_end <= made->audio->bytes - TAPEMAP_GRANULE_BYTES);
}

static uint64_t offset_of(const struct interrupted *was, uint64_t frame)
{
    return TAPEMAP_DATA_OFFSET + frame * was->tape.frame_bytes;
}

/* *end: where what was written ends in [low, *end); `low` when all of it is blank. */
static enum tapemap_status find_written_end(const struct tape *made, uint64_t low, uint64_t *end)
{
    while (*end > low) {
        uint64_t view_start = (*end - 1) / VIEW_BYTES * VIEW_BYTES;
        size_t bytes = (size_t)min_u64(VIEW_BYTES, made->audio->bytes - view_start);
        uint64_t start = max_u64(low, view_start);
        void *view;
        enum tapemap_status status = store_map(made->audio, view_start, bytes, &view);
        if (status != TAPEMAP_OK)
            return status;
        uint64_t written = late_frames_end((const unsigned char *)view + (start - view_start),
                                           start, (size_t)(*end - start));
        store_unmap(made->audio, view, bytes);
        *end = written;
        if (written > start)
            break;
    }
    return TAPEMAP_OK;
}

/* What the header of a file counts past the head, as far as that was written (L192). */
static enum tapemap_status find_late_frames(const struct tape *made, struct interrupted *was)
{
    uint64_t room = (made->audio->bytes - TAPEMAP_GRANULE_BYTES - TAPEMAP_DATA_OFFSET) /
                    was->tape.frame_bytes;
    uint64_t counted = min_u64(late_frames_counted(made->front, was->tape.frame_bytes),
                               min_u64(room, was->tape.capacity_frames));
    uint64_t end = offset_of(was, counted);
    if (!was->tape.is_file || counted <= was->head)
        return TAPEMAP_OK;
    enum tapemap_status status = find_written_end(made, offset_of(was, was->head), &end);
    if (status != TAPEMAP_OK)
        return status;
    was->late_frames = (end - offset_of(was, was->head)) / was->tape.frame_bytes;
    was->head += was->late_frames;
    /* The clock of the head that was missed. */
    if (was->head_clock != 0)
        was->head_clock += quantity_scale(was->late_frames, was->tape.clock_hz,
                                          was->tape.sample_rate_hz);
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
        return tape_judge_refuse(failure, status);
    status = check_kind(made, &was->tape, failure);
    if (status != TAPEMAP_OK)
        return status;
    /* What is behind the head is written over: a head that lies must not take sound away. */
    if (!is_section_sound(made, &was->tape) || progress.head > MOST_FRAMES ||
        load_relaxed_u64(&made->control->durable_frames) > progress.head)
        return corrupt(failure, "what its headers say contradicts itself");
    was->head = progress.head;
    was->head_clock = load_relaxed_u64(&made->control->head_clock);
    was->oldest = progress.oldest;
    status = find_late_frames(made, was);
    if (status != TAPEMAP_OK)
        return tape_judge_refuse(failure, status);
    /* A power cut may have left the file shorter than it was; what is missing is committed anew. */
    uint64_t frames_end = offset_of(was, tape_judge_kept(was));
    uint64_t committed = progress.committed_bytes;
    if (was->late_frames > 0)
        committed = max_u64(committed, round_up_u64(frames_end, TAPEMAP_PAGE_BYTES));
    committed = min_u64(committed, made->audio->bytes - TAPEMAP_GRANULE_BYTES);
    if (committed % TAPEMAP_PAGE_BYTES != 0 || frames_end > committed)
        return corrupt(failure, "its section is shorter than its frames");
    /* Of memory, what is behind them is committed anew, whatever it says of that: to touch what is
       not there would be the end. What a file lacks comes when it is written. */
    was->committed_bytes =
        was->tape.is_file ? committed : round_up_u64(frames_end, TAPEMAP_PAGE_BYTES);
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
        return tape_judge_refuse(failure, status);
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

enum tapemap_status tape_judge(const struct tape *made, struct interrupted *was,
                               struct failure *failure)
{
    enum tapemap_status status = check_tape(made, was, failure);
    return status == TAPEMAP_OK ? check_index(made, was, failure) : status;
}
