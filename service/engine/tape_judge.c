/* SPDX-License-Identifier: MIT */
#include "tape_judge.h"

#include "atomic64.h"
#include "tapemap/tapemap.h"

#define MOST_FRAMES ((uint64_t)1 << 62) /* no sum with it overflows; no tape is so old */

static enum tapemap_status corrupt(struct failure *failure, const char *what)
{
    return failure_set(failure, TAPEMAP_E_CORRUPT, "%s; save what it holds with "
                       "'tapemap recover' (a file) or 'tapemap export'", what);
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
    /* A power cut may have left the file shorter than it was; what is missing is committed anew. */
    was->committed_bytes =
        min_u64(progress.committed_bytes, made->audio->bytes - TAPEMAP_GRANULE_BYTES);
    uint64_t frames_end =
        TAPEMAP_DATA_OFFSET + tape_judge_kept(was) * was->tape.frame_bytes;
    if (was->committed_bytes % TAPEMAP_PAGE_BYTES != 0 || frames_end > was->committed_bytes)
        return corrupt(failure, "its section is shorter than its frames");
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
