/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "object_names.h"
#include "previous_file.h"
#include "series.h"
#include "tape_handle.h"

static enum tapemap_status open_by_id(uint64_t id, tapemap_tape **next)
{
    char text[17];

    tape_id_print(id, text);
    return tapemap_open_tape(text, next);
}

/* A file that lies there by now may be that of another tape. */
static enum tapemap_status open_by_path(const char *path, uint64_t id, tapemap_tape **next)
{
    tapemap_tape *opened = NULL;

    if (!path || !path[0])
        return TAPEMAP_E_NO_FILE;
    enum tapemap_status status = tapemap_open_file(path, &opened);
    if (status)
        return status;
    if (opened->reader.tape.tape_id != id) {
        tapemap_close(opened);
        return TAPEMAP_E_NO_FILE;
    }
    *next = opened;
    return TAPEMAP_OK;
}

static enum tapemap_status open_beside(const tapemap_tape *tape, const struct series_next *wanted,
                                       tapemap_tape **next)
{
    const char *own = tape->path ? tape->path : tape->reader.tape.file_path;
    char *path = own[0] ? series_path_beside(own, wanted->path) : NULL;
    enum tapemap_status status = open_by_path(path, wanted->tape_id, next);

    free(path);
    return status;
}

static bool says_little(enum tapemap_status status)
{
    return status == TAPEMAP_E_NO_TAPE || status == TAPEMAP_E_NO_FILE;
}

/* Of the failures the first counts that says more than "not there". */
static enum tapemap_status open_somewhere(const tapemap_tape *tape,
                                          const struct series_next *wanted, tapemap_tape **next)
{
    enum tapemap_status by_id = open_by_id(wanted->tape_id, next);
    if (by_id == TAPEMAP_OK)
        return by_id;
    enum tapemap_status by_path = open_by_path(wanted->path, wanted->tape_id, next);
    if (by_path == TAPEMAP_OK)
        return by_path;
    enum tapemap_status beside = open_beside(tape, wanted, next);
    if (beside == TAPEMAP_OK)
        return beside;
    if (!says_little(by_id))
        return by_id;
    return says_little(by_path) ? beside : by_path;
}

enum tapemap_status tapemap_open_next(const tapemap_tape *tape, tapemap_tape **next)
{
    struct series_next wanted;
    tapemap_tape *opened = NULL;

    if (!tape || !next)
        return TAPEMAP_E_ARGUMENT;
    enum tapemap_status status = series_get_next(&tape->reader, &wanted);
    if (status == TAPEMAP_OK) {
        status = open_somewhere(tape, &wanted, &opened);
        if (status == TAPEMAP_E_NO_TAPE)
            status = TAPEMAP_E_NO_FILE;
    }
    if (status)
        return status;
    if (!series_continues(&opened->reader.tape, tape->reader.tape.tape_id)) {
        tapemap_close(opened);
        return TAPEMAP_E_CORRUPT;
    }
    *next = opened;
    return TAPEMAP_OK;
}

/* ---- The tape before ------------------------------------------------------------------------ */

static enum tapemap_status open_previous(const tapemap_tape *tape, uint64_t id,
                                         tapemap_tape **previous)
{
    const char *own = tape->path ? tape->path : tape->reader.tape.file_path;
    enum tapemap_status by_id = open_by_id(id, previous);

    if (by_id == TAPEMAP_OK)
        return by_id;
    char *path = own[0] ? previous_file_find(own, id) : NULL;
    enum tapemap_status by_path = open_by_path(path, id, previous);
    free(path);
    if (by_path == TAPEMAP_OK || !says_little(by_path))
        return by_path;
    return says_little(by_id) ? TAPEMAP_E_NO_FILE : by_id;
}

/* Its head is its last by now: the tape after it has begun. */
static bool joins(const struct reader *before, const struct reader *after)
{
    const struct layout_tape *one = &before->tape;
    const struct layout_tape *other = &after->tape;

    return one->series_position + reader_head(before) == other->series_position &&
           one->sample_format == other->sample_format && one->channels == other->channels &&
           one->sample_rate_hz == other->sample_rate_hz;
}

enum tapemap_status tapemap_open_previous(const tapemap_tape *tape, tapemap_tape **previous)
{
    tapemap_tape *opened = NULL;

    if (!tape || !previous)
        return TAPEMAP_E_ARGUMENT;
    uint64_t id = tape->reader.tape.previous_tape_id;
    if (id == 0)
        return TAPEMAP_E_NO_TAPE;
    enum tapemap_status status = open_previous(tape, id, &opened);
    if (status)
        return status;
    if (!joins(&opened->reader, &tape->reader)) {
        tapemap_close(opened);
        return TAPEMAP_E_CORRUPT;
    }
    *previous = opened;
    return TAPEMAP_OK;
}
