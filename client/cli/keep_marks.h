/* SPDX-License-Identifier: MIT */
/* The marks and gaps of what `keep` keeps, gathered from the journals of its tapes. */
#ifndef TAPEMAP_KEEP_MARKS_H
#define TAPEMAP_KEEP_MARKS_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/tapemap.h"

struct keep_marks {
    struct tapemap_record *records; /* their positions are those in the file */
    size_t count;
    size_t room;
};

/* Adds those of the frames [from, to) of a tape, the first of which is frame `at` of the file. What
   the journal no longer has is left out. Returns OK · E_MEMORY · as tapemap_get_record. */
enum tapemap_status keep_marks_gather(struct keep_marks *marks, tapemap_tape *tape, uint64_t from,
                                      uint64_t to, uint64_t at);

/* Empties them. */
void keep_marks_free(struct keep_marks *marks);

#endif
