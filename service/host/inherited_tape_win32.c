/* SPDX-License-Identifier: MIT */
#include "inherited_tape.h"

#include <string.h>

#include <windows.h>

#include "atomic64.h"
#include "pagefile_store.h"
#include "tape_view.h"

static void *inherited_object(const struct inherited_tape *tape, enum tape_object object)
{
    return (void *)(uintptr_t)tape->handles.values[object];
}

/* What the tape is must be what is wanted: it is the operator's last word. */
static bool inherited_is_wanted(const struct record_options *options,
                                const struct layout_tape *facts)
{
    const struct audio_format *wish = &options->wish.format;

    return facts->is_ring == options->is_ring &&
           (wish->sample_format == 0 || wish->sample_format == facts->sample_format) &&
           (wish->channels == 0 || wish->channels == facts->channels) &&
           (wish->sample_rate_hz == 0 || wish->sample_rate_hz == facts->sample_rate_hz);
}

static enum tapemap_status inherited_judge(const struct record_options *options,
                                           const struct inherited_tape *tape,
                                           const struct tapemap_control *control,
                                           struct failure *failure)
{
    const struct layout_tape *facts = &tape->facts;

    if (facts->is_file)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "it is a file, which is gone on with by its path; use --resume");
    if (strcmp(facts->deck_name, options->deck) != 0)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "it is of deck '%s'; hand over the tape of this deck",
                           facts->deck_name);
    if (load_acquire_u64(&control->state) == TAPEMAP_STATE_ENDED)
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "it has ended properly; record a new one");
    if (!inherited_is_wanted(options, facts))
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "--ring, --format, --rate or --channels ask for another kind of tape; "
                           "leave them as they were to go on with it");
    return TAPEMAP_OK;
}

enum tapemap_status inherited_tape_find(const struct record_options *options,
                                        struct inherited_tape *tape, struct failure *failure)
{
    const struct tapemap_control *control = NULL;

    *tape = (struct inherited_tape){0};
    if (!options->inherit)
        return TAPEMAP_OK;
    if (!tape_handles_parse(options->inherit, &tape->handles))
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "'%s' is no list of its four handles; start the recorder by its "
                           "supervisor", options->inherit);
    tape->is_there = true;
    enum tapemap_status status = tape_view_open(inherited_object(tape, TAPE_OBJECT_AUDIO),
                                                &control, &tape->facts, failure);
    if (status == TAPEMAP_OK)
        status = inherited_judge(options, tape, control, failure);
    tape_view_close(control);
    if (status != TAPEMAP_OK)
        inherited_tape_drop(tape);
    tape->handles.tape_id = tape->facts.tape_id;
    return status;
}

/* What a store or the events have taken is theirs. */
static void inherited_give(struct inherited_tape *tape, enum tape_object object)
{
    tape->handles.values[object] = 0;
}

enum tapemap_status inherited_tape_adopt(struct inherited_tape *tape, struct tape_storage *storage,
                                         struct wake_events **events, struct failure *failure)
{
    struct tape_storage made = {0};
    void *both[2] = {inherited_object(tape, TAPE_OBJECT_EVEN),
                     inherited_object(tape, TAPE_OBJECT_ODD)};
    enum tapemap_status status =
        pagefile_store_adopt(inherited_object(tape, TAPE_OBJECT_AUDIO), tape->facts.section_bytes,
                             &made.audio, failure);

    if (status == TAPEMAP_OK) {
        inherited_give(tape, TAPE_OBJECT_AUDIO);
        status = pagefile_store_adopt(inherited_object(tape, TAPE_OBJECT_INDEX),
                                      tape->facts.index_bytes, &made.index, failure);
    }
    if (status == TAPEMAP_OK) {
        inherited_give(tape, TAPE_OBJECT_INDEX);
        status = wake_events_adopt(both, events, failure);
    }
    if (status == TAPEMAP_OK) {
        inherited_give(tape, TAPE_OBJECT_EVEN);
        inherited_give(tape, TAPE_OBJECT_ODD);
        *storage = made;
    } else {
        tape_storage_close(&made);
    }
    inherited_tape_drop(tape);
    return status;
}

void inherited_tape_drop(struct inherited_tape *tape)
{
    for (unsigned i = 0; tape->is_there && i < TAPE_OBJECTS; i++) {
        if (tape->handles.values[i] != 0)
            CloseHandle(inherited_object(tape, (enum tape_object)i));
        tape->handles.values[i] = 0;
    }
    tape->is_there = false;
}

struct tape_handles inherited_tape_handles(uint64_t tape_id, const struct tape_storage *storage,
                                           const struct wake_events *events)
{
    struct tape_handles handles = {.tape_id = tape_id};

    handles.values[TAPE_OBJECT_AUDIO] = (uintptr_t)pagefile_store_section(storage->audio);
    handles.values[TAPE_OBJECT_INDEX] = (uintptr_t)pagefile_store_section(storage->index);
    handles.values[TAPE_OBJECT_EVEN] = (uintptr_t)wake_events_handle(events, 0);
    handles.values[TAPE_OBJECT_ODD] = (uintptr_t)wake_events_handle(events, 1);
    return handles;
}
