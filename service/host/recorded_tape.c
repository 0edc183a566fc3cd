/* SPDX-License-Identifier: MIT */
#include "recorded_tape.h"

#include <stdlib.h>

#include "folder.h"
#include "identity.h"
#include "recorder_state.h"

static enum tapemap_status start_flusher(const struct tape_place *place,
                                         struct recorded_tape *made, struct failure *failure)
{
    uint64_t pause_ns = file_options_flush_ns(place->options);

    if (!made->storage.path || pause_ns == 0)
        return TAPEMAP_OK;
    return flusher_start(made->tape, pause_ns, &made->flusher, failure);
}

/* The parts that need the tape. */
static enum tapemap_status complete(const struct tape_place *place, struct recorded_tape *made,
                                    struct failure *failure)
{
    wake_events_attach(made->events, tape_appender(made->tape)->control);
    return start_flusher(place, made, failure);
}

static enum tapemap_status create(const struct tape_place *place, struct tape_config *config,
                                  struct recorded_tape *made, struct failure *failure)
{
    enum tapemap_status status = identity_new_tape(&config->tape_id, failure);

    if (status == TAPEMAP_OK)
        status = tape_storage_create(place, config, &made->storage, failure);
    if (status != TAPEMAP_OK)
        return status;
    config->file_path[0] = '\0';
    if (made->storage.path && !made->storage.is_temporary)
        folder_full_path(made->storage.path, config->file_path, sizeof config->file_path);
    status = wake_events_create(place->space, config->tape_id, false, &made->events, failure);
    if (status == TAPEMAP_OK)
        status = tape_create(config, made->storage.audio, made->storage.index, recorder_now(),
                             &made->tape, failure);
    return status == TAPEMAP_OK ? complete(place, made, failure) : status;
}

static enum tapemap_status resume(const struct tape_place *place,
                                  const struct interrupted_tape *found,
                                  struct tape_config *config, struct recorded_tape *made,
                                  struct failure *failure)
{
    enum tapemap_status status = tape_storage_reopen(place, found, &made->storage, failure);

    config->tape_id = found->facts.tape_id;
    if (status == TAPEMAP_OK)
        status = wake_events_create(place->space, config->tape_id, true, &made->events, failure);
    if (status == TAPEMAP_OK)
        status = tape_resume(config, made->storage.audio, made->storage.index, recorder_now(),
                             &made->tape, failure);
    return status == TAPEMAP_OK ? complete(place, made, failure) : status;
}

static enum tapemap_status adopt(struct inherited_tape *inherited, struct tape_config *config,
                                 struct recorded_tape *made, struct failure *failure)
{
    enum tapemap_status status =
        inherited_tape_adopt(inherited, &made->storage, &made->events, failure);

    if (status == TAPEMAP_OK)
        status = tape_resume(config, made->storage.audio, made->storage.index, recorder_now(),
                             &made->tape, failure);
    if (status == TAPEMAP_OK)
        wake_events_attach(made->events, tape_appender(made->tape)->control);
    return status;
}

/* Nothing made yet; NULL: no memory, with failure filled. */
static struct recorded_tape *begin(struct failure *failure)
{
    struct recorded_tape *recorded = calloc(1, sizeof *recorded);

    if (!recorded)
        failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a tape; close other programs");
    return recorded;
}

enum tapemap_status recorded_tape_create(const struct tape_place *place,
                                         struct tape_config *config, struct recorded_tape **made,
                                         struct failure *failure)
{
    struct recorded_tape *recorded = begin(failure);

    if (!recorded)
        return TAPEMAP_E_MEMORY;
    enum tapemap_status status = create(place, config, recorded, failure);
    if (status == TAPEMAP_OK)
        *made = recorded;
    else
        recorded_tape_discard(recorded);
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): a thread that hangs in it keeps it */
    return status;
}

/* A tape that was there before: what cannot be gone on with stays. */
static enum tapemap_status go_on(struct recorded_tape *recorded, enum tapemap_status status,
                                 struct recorded_tape **made)
{
    if (status == TAPEMAP_OK)
        *made = recorded;
    else
        recorded_tape_close(recorded);
    return status;
}

enum tapemap_status recorded_tape_resume(const struct tape_place *place,
                                         const struct interrupted_tape *found,
                                         struct tape_config *config, struct recorded_tape **made,
                                         struct failure *failure)
{
    struct recorded_tape *recorded = begin(failure);

    if (!recorded)
        return TAPEMAP_E_MEMORY;
    return go_on(recorded, resume(place, found, config, recorded, failure), made);
}

enum tapemap_status recorded_tape_adopt(struct inherited_tape *inherited,
                                        struct tape_config *config, struct recorded_tape **made,
                                        struct failure *failure)
{
    struct recorded_tape *recorded = begin(failure);

    if (!recorded)
        return TAPEMAP_E_MEMORY;
    return go_on(recorded, adopt(inherited, config, recorded, failure), made);
}

void recorded_tape_wake_all(struct recorded_tape *recorded)
{
    wake_events_end(recorded->events);
}

bool recorded_tape_stop_flusher(struct recorded_tape *recorded)
{
    bool has_stopped = flusher_stop(recorded->flusher, RECORDED_TAPE_PATIENCE_MS);

    recorded->flusher = NULL;
    return has_stopped;
}

/* All but the storage. */
static bool let_go(struct recorded_tape *recorded)
{
    if (!recorded_tape_stop_flusher(recorded))
        return false;
    tape_destroy(recorded->tape);
    wake_events_destroy(recorded->events);
    return true;
}

bool recorded_tape_close(struct recorded_tape *recorded)
{
    if (!recorded)
        return true;
    if (!let_go(recorded))
        return false;
    tape_storage_close(&recorded->storage);
    free(recorded);
    return true;
}

void recorded_tape_discard(struct recorded_tape *recorded)
{
    if (!recorded)
        return;
    if (!let_go(recorded))
        return;
    tape_storage_discard(&recorded->storage);
    free(recorded);
}
