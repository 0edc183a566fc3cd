/* SPDX-License-Identifier: MIT */
/* Views of a tape that belong to the caller, beside the reader's windows. */
#include "own_view.h"
#include "tape_handle.h"
#include "whole_numbers.h"

static void *audio_section(const tapemap_tape *tape)
{
    if (tape->file.audio)
        return mapped_file_section(tape->file.audio);
    return tape->newest.handle ? tape->newest.handle : tape->audio.handle;
}

/* Whether the frames are there, and how many of them lie in one piece. */
static enum tapemap_status find_stretch(tapemap_tape *tape, uint64_t position, uint64_t *count,
                                        struct own_view *wanted)
{
    struct reader *reader = &tape->reader;
    uint64_t head = reader_head(reader);

    if (*count == 0)
        return TAPEMAP_E_ARGUMENT;
    if (position > head || *count > head - position)
        return TAPEMAP_E_NOT_YET;
    if (!reader_still_valid(reader, position))
        return TAPEMAP_E_OVERWRITTEN;
    uint64_t slot = position % reader->tape.capacity_frames;
    uint64_t found = min_u64(*count, reader->tape.capacity_frames - slot);
    uint64_t begin = reader_offset_of(reader, slot);
    uint64_t end = reader_offset_of(reader, slot + found);
    wanted->offset = begin - begin % TAPEMAP_GRANULE_BYTES;
    if (end - wanted->offset > SIZE_MAX)
        return TAPEMAP_E_MEMORY;
    wanted->bytes = (size_t)(end - wanted->offset);
    enum tapemap_status status = reader_reach(reader, end);
    if (status == TAPEMAP_OK)
        *count = found;
    return status;
}

static enum tapemap_status map(tapemap_tape *tape, uint64_t position, uint64_t *count,
                               struct own_view *wanted, unsigned char **frames)
{
    void *view = NULL;
    uint64_t found = *count;

    enum tapemap_status status = find_stretch(tape, position, &found, wanted);
    if (status == TAPEMAP_OK)
        status = own_view_map(audio_section(tape), wanted, &view);
    if (status)
        return status;
    uint64_t slot = position % tape->reader.tape.capacity_frames;
    *frames = (unsigned char *)view +
              (size_t)(reader_offset_of(&tape->reader, slot) - wanted->offset);
    *count = found;
    return TAPEMAP_OK;
}

enum tapemap_status tapemap_map_at(tapemap_tape *tape, uint64_t position, uint64_t *count,
                                   void *base, const void **frames)
{
    struct own_view wanted = {.base = base};
    unsigned char *mapped;

    if (!tape || !count || !frames || (uintptr_t)base % TAPEMAP_GRANULE_BYTES)
        return TAPEMAP_E_ARGUMENT;
    enum tapemap_status status = map(tape, position, count, &wanted, &mapped);
    if (status == TAPEMAP_OK)
        *frames = mapped;
    return status;
}

enum tapemap_status tapemap_map_private(tapemap_tape *tape, uint64_t position, uint64_t *count,
                                        void **frames)
{
    struct own_view wanted = {.is_private = true};
    unsigned char *mapped;

    if (!tape || !count || !frames)
        return TAPEMAP_E_ARGUMENT;
    enum tapemap_status status = map(tape, position, count, &wanted, &mapped);
    if (status == TAPEMAP_OK)
        *frames = mapped;
    return status;
}

/* Views begin at multiples of a granule, and a view's first frame lies in its first granule. */
void tapemap_unmap(const void *frames)
{
    if (!frames)
        return;
    const unsigned char *at = frames;
    own_view_unmap(at - (uintptr_t)at % TAPEMAP_GRANULE_BYTES);
}
