/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "atomic64.h"
#include "object_names.h"
#include "steady_clock.h"
#include "tape_handle.h"

/* A recorder needs some milliseconds from creating a section to publishing what is in it. */
#define PUBLICATION_MS 200u
#define PUBLICATION_STEP_MS 10u

const char *const tape_spaces[TAPE_SPACES] = {OBJECT_SPACE_GLOBAL, OBJECT_SPACE_LOCAL};

enum tapemap_status tape_failure_of(enum tapemap_status first, enum tapemap_status second)
{
    bool says_little = first == TAPEMAP_OK || first == TAPEMAP_E_NO_TAPE ||
                       first == TAPEMAP_E_NO_DECK;
    return says_little ? second : first;
}

static bool control_is_published(const struct tapemap_control *control)
{
    return section_is_committed(control, sizeof *control) &&
           load_acquire_u64(&control->magic) != 0;
}

/* Every section of a tape has a first granule; what may be opened and not mapped is too short. */
static enum tapemap_status map_first(const struct view_source *source, const void **view)
{
    enum tapemap_status status = source->map(source->context, 0, TAPEMAP_GRANULE_BYTES, view);

    return status == TAPEMAP_OK || status == TAPEMAP_E_MEMORY ? status : TAPEMAP_E_CORRUPT;
}

/* Returns OK · E_NO_TAPE: nothing was published in time · E_CORRUPT · E_MEMORY. */
static enum tapemap_status wait_for_control(const struct view_source *audio)
{
    const void *view = NULL;
    uint32_t waited_ms = 0;

    enum tapemap_status status = map_first(audio, &view);
    if (status)
        return status;
    const void *control = (const unsigned char *)view + TAPEMAP_CONTROL_OFFSET;
    while (!control_is_published(control)) {
        if (waited_ms >= PUBLICATION_MS) {
            status = TAPEMAP_E_NO_TAPE;
            break;
        }
        steady_clock_sleep_ms(PUBLICATION_STEP_MS);
        waited_ms += PUBLICATION_STEP_MS;
    }
    audio->unmap(audio->context, view, TAPEMAP_GRANULE_BYTES);
    return status;
}

/* The control block was published, so this one is complete, or somebody lies. */
static enum tapemap_status check_index_memory(const struct view_source *index)
{
    const void *view = NULL;
    enum tapemap_status status = map_first(index, &view);

    if (status)
        return status;
    if (!section_is_committed(view, sizeof(struct tapemap_index)))
        status = TAPEMAP_E_CORRUPT;
    index->unmap(index->context, view, TAPEMAP_GRANULE_BYTES);
    return status;
}

/*
 * An audio section without its index: either both are going at this moment, and only our handle
 * keeps the one; or somebody lies.
 */
static enum tapemap_status judge_half_tape(const char *audio_name, struct section *audio)
{
    section_close(audio);
    steady_clock_sleep_ms(PUBLICATION_STEP_MS);
    enum tapemap_status status = section_open(audio_name, audio);
    return status == TAPEMAP_OK ? TAPEMAP_E_CORRUPT : status;
}

enum tapemap_status tape_read_sections(struct tapemap_tape *tape)
{
    struct reader_config config = {.audio = section_views(&tape->audio),
                                   .index = section_views(&tape->index)};

    enum tapemap_status status = wait_for_control(&config.audio);
    if (status == TAPEMAP_OK)
        status = check_index_memory(&config.index);
    if (status)
        return status;
    config.audio = tape_audio_views(tape);
    status = reader_open(&tape->reader, &config);
    if (status == TAPEMAP_OK && tape->reader.tape.tape_id != tape->id) {
        reader_close(&tape->reader);
        status = TAPEMAP_E_CORRUPT;
    }
    return status;
}

static enum tapemap_status open_sections(const char *space, uint64_t id, struct tapemap_tape *tape)
{
    char audio_name[OBJECT_NAME_BYTES];
    char index_name[OBJECT_NAME_BYTES];

    object_name_audio(audio_name, space, id, 0);
    object_name_index(index_name, space, id);
    enum tapemap_status status = section_open(audio_name, &tape->audio);
    if (status)
        return status;
    const struct view_source audio = section_views(&tape->audio);
    status = wait_for_control(&audio); /* the index is published before it */
    if (status)
        return status;
    status = section_open(index_name, &tape->index);
    if (status)
        return status == TAPEMAP_E_NO_TAPE ? judge_half_tape(audio_name, &tape->audio) : status;
    return tape_read_sections(tape);
}

enum tapemap_status tape_open_in(const char *space, uint64_t id, tapemap_tape **tape)
{
    struct tapemap_tape *opened = calloc(1, sizeof *opened);

    if (!opened)
        return TAPEMAP_E_MEMORY;
    opened->space = space;
    opened->id = id;
    enum tapemap_status status = open_sections(space, id, opened);
    if (status) {
        tape_close_sections(opened);
        free(opened);
        return status;
    }
    char name[OBJECT_NAME_BYTES];
    object_name_catalogue(name, space);
    /* Without it the tape reads as well; only its listing may end earlier. */
    (void)section_open(name, &opened->catalogue);
    waiting_open(&opened->waiting, space, id);
    *tape = opened;
    return TAPEMAP_OK;
}

enum tapemap_status tapemap_open_tape(const char *id, tapemap_tape **tape)
{
    uint64_t number;
    enum tapemap_status failure = TAPEMAP_E_NO_TAPE;

    if (!id || !tape || !tape_id_parse(id, &number) || number == 0)
        return TAPEMAP_E_ARGUMENT;
    for (int i = 0; i < TAPE_SPACES; i++) {
        enum tapemap_status status = tape_open_in(tape_spaces[i], number, tape);
        if (status == TAPEMAP_OK)
            return TAPEMAP_OK;
        failure = tape_failure_of(failure, status);
    }
    return failure;
}

void tape_close_sections(struct tapemap_tape *tape)
{
    file_tape_close(&tape->file);
    section_close(&tape->newest);
    section_close(&tape->audio);
    section_close(&tape->index); /* last: who finds the audio looks for it */
}

void tapemap_close(tapemap_tape *tape)
{
    if (!tape)
        return;
    reader_close(&tape->reader);
    waiting_close(&tape->waiting);
    section_close(&tape->catalogue);
    tape_close_sections(tape);
    free(tape->path);
    free(tape);
}
