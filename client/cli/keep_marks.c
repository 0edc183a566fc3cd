/* SPDX-License-Identifier: MIT */
#include "keep_marks.h"

#include <stdbool.h>
#include <stdlib.h>

#include "keep_stretch.h"

static bool add(struct keep_marks *marks, const struct tapemap_record *record)
{
    if (marks->count == marks->room) {
        size_t room = marks->room ? marks->room * 2 : 64;
        struct tapemap_record *records = realloc(marks->records, room * sizeof *records);
        if (!records)
            return false;
        marks->records = records;
        marks->room = room;
    }
    marks->records[marks->count++] = *record;
    return true;
}

enum tapemap_status keep_marks_gather(struct keep_marks *marks, tapemap_tape *tape, uint64_t from,
                                      uint64_t to, uint64_t at)
{
    uint64_t sequence;
    uint64_t end;

    tapemap_get_journal(tape, &sequence, &end);
    for (; sequence < end; sequence++) {
        struct tapemap_record record;
        enum tapemap_status status = tapemap_get_record(tape, sequence, &record);
        if (status == TAPEMAP_E_OVERWRITTEN)
            continue;
        if (status != TAPEMAP_OK)
            return status;
        if (keep_stretch_take(&record, from, to, at) && !add(marks, &record))
            return TAPEMAP_E_MEMORY;
    }
    return TAPEMAP_OK;
}

void keep_marks_free(struct keep_marks *marks)
{
    free(marks->records);
    *marks = (struct keep_marks){0};
}
