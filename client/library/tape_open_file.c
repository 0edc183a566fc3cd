/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tape_handle.h"

/* A recorder that is at it wakes its readers and shares what it has not written yet. */
static bool open_live(const struct file_tape *file, uint64_t id, tapemap_tape **tape)
{
    for (int i = 0; i < TAPE_SPACES; i++) {
        tapemap_tape *live = NULL;
        if (tape_open_in(tape_spaces[i], id, &live))
            continue;
        if (live->reader.tape.is_file && !reader_has_ended(&live->reader) &&
            file_tape_is_of(file, &live->reader)) {
            *tape = live;
            return true;
        }
        tapemap_close(live);
    }
    return false;
}

/* To look for the next tape beside it, and for what a section that has gone had of this one. */
static void note_path(tapemap_tape *tape, const char *path)
{
    tape->path = malloc(strlen(path) + 1);
    if (tape->path)
        strcpy(tape->path, path);
}

enum tapemap_status tapemap_open_file(const char *path, tapemap_tape **tape)
{
    struct layout_tape facts;
    bool has_ended;

    if (!path || !path[0] || !tape)
        return TAPEMAP_E_ARGUMENT;
    struct tapemap_tape *opened = calloc(1, sizeof *opened);
    if (!opened)
        return TAPEMAP_E_MEMORY;
    enum tapemap_status status = file_tape_open(path, &opened->file, &facts, &has_ended);
    if (status == TAPEMAP_OK && !has_ended && open_live(&opened->file, facts.tape_id, tape)) {
        tapemap_close(opened);
        note_path(*tape, path);
        return TAPEMAP_OK;
    }
    if (status == TAPEMAP_OK)
        status = file_tape_read(path, &opened->file, &opened->reader);
    if (status) {
        tapemap_close(opened);
        return status;
    }
    opened->id = facts.tape_id;
    note_path(opened, path);
    *tape = opened;
    return TAPEMAP_OK;
}
