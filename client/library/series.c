/* SPDX-License-Identifier: MIT */
#include "series.h"

#include <stdlib.h>
#include <string.h>

#include "atomic64.h"

enum tapemap_status series_get_next(const struct reader *reader, struct series_next *next)
{
    /* The next tape is named before the end is said. */
    bool has_ended = reader_has_ended(reader);
    uint64_t tape_id = load_acquire_u64(&reader->control->next_tape_id);

    if (tape_id == 0)
        return has_ended ? TAPEMAP_E_NO_TAPE : TAPEMAP_E_NOT_YET;
    next->tape_id = tape_id;
    memcpy(next->path, reader->control->next_path, sizeof next->path);
    next->path[sizeof next->path - 1] = '\0';
    return TAPEMAP_OK;
}

bool series_continues(const struct layout_tape *candidate, uint64_t left_id)
{
    if (candidate->previous_tape_id == 0)
        return candidate->series_position == 0;
    return candidate->previous_tape_id == left_id;
}

/* Both slashes on every system: a tape may be carried from one to the other. */
static size_t folder_length(const char *path)
{
    size_t length = strlen(path);

    while (length > 0 && path[length - 1] != '/' && path[length - 1] != '\\' &&
           path[length - 1] != ':')
        length--;
    return length;
}

char *series_path_beside(const char *own, const char *path)
{
    const char *name = path + folder_length(path);
    size_t folder = folder_length(own);
    size_t room = folder + strlen(name) + 1;
    char *beside = *name ? malloc(room) : NULL;

    if (!beside)
        return NULL;
    memcpy(beside, own, folder);
    strcpy(beside + folder, name);
    return beside;
}
