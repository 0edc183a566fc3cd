/* SPDX-License-Identifier: MIT */
#include "tape_holder.h"

#include <stdlib.h>

#include <windows.h>

#include "atomic64.h"
#include "system_error.h"
#include "tape_view.h"

struct tape_holder {
    void *objects[TAPE_OBJECTS];
    const struct tapemap_control *control;
    uint64_t tape_id;
};

static enum tapemap_status holder_duplicate(HANDLE process, const struct tape_handles *theirs,
                                            struct tape_holder *holder, struct failure *failure)
{
    char text[256];

    for (unsigned i = 0; i < TAPE_OBJECTS; i++) {
        if (DuplicateHandle(process, (HANDLE)(uintptr_t)theirs->values[i], GetCurrentProcess(),
                            &holder->objects[i], 0, FALSE, DUPLICATE_SAME_ACCESS))
            continue;
        DWORD code = GetLastError();
        system_error_text(code, text, sizeof text);
        return failure_set(failure,
                           code == ERROR_ACCESS_DENIED ? TAPEMAP_E_DENIED : TAPEMAP_E_NO_TAPE,
                           "the tape cannot be held: %s; ask its recorder again", text);
    }
    return TAPEMAP_OK;
}

static enum tapemap_status holder_look(struct tape_holder *holder, struct failure *failure)
{
    struct layout_tape facts;
    enum tapemap_status status = tape_view_open(holder->objects[TAPE_OBJECT_AUDIO],
                                                &holder->control, &facts, failure);

    if (status == TAPEMAP_OK && facts.tape_id != holder->tape_id)
        return failure_set(failure, TAPEMAP_E_NO_TAPE,
                           "its recorder has another tape by now; ask it again");
    return status;
}

enum tapemap_status tape_holder_take(void *process, const struct tape_handles *theirs,
                                     struct tape_holder **holder, struct failure *failure)
{
    struct tape_holder *made = calloc(1, sizeof *made);

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory to hold a tape; close other programs");
    made->tape_id = theirs->tape_id;
    enum tapemap_status status = holder_duplicate(process, theirs, made, failure);
    if (status == TAPEMAP_OK)
        status = holder_look(made, failure);
    if (status != TAPEMAP_OK) {
        tape_holder_release(made);
        return status;
    }
    *holder = made;
    return TAPEMAP_OK;
}

void tape_holder_release(struct tape_holder *holder)
{
    if (!holder)
        return;
    tape_view_close(holder->control);
    for (unsigned i = 0; i < TAPE_OBJECTS; i++) {
        if (holder->objects[i])
            CloseHandle(holder->objects[i]);
    }
    free(holder);
}

struct tape_handles tape_holder_handles(const struct tape_holder *holder)
{
    struct tape_handles handles = {.tape_id = holder->tape_id};

    for (unsigned i = 0; i < TAPE_OBJECTS; i++)
        handles.values[i] = (uintptr_t)holder->objects[i];
    return handles;
}

void *const *tape_holder_objects(const struct tape_holder *holder)
{
    return holder->objects;
}

bool tape_holder_has_ended(const struct tape_holder *holder)
{
    return load_acquire_u64(&holder->control->state) == TAPEMAP_STATE_ENDED;
}
