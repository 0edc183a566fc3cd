/* SPDX-License-Identifier: MIT */
/* From a tape to its deck's next one (layout.md, section 14). Any thread; never block. */
#ifndef TAPEMAP_SERIES_H
#define TAPEMAP_SERIES_H

#include "reader.h"

#define SERIES_PATH_BYTES sizeof(((struct tapemap_control *)0)->next_path)

struct series_next {
    uint64_t tape_id;
    char path[SERIES_PATH_BYTES]; /* where its file was recorded; empty: not known */
};

/* Returns OK · E_NOT_YET: nobody has gone on from this tape · E_NO_TAPE: nobody did, and it has
   ended. */
enum tapemap_status series_get_next(const struct reader *reader, struct series_next *next);

/* Whether `candidate` can be what the deck went on with after tape `left_id`: the next tape of its
   series, or one that began anew. */
bool series_continues(const struct layout_tape *candidate, uint64_t left_id);

/* The path of a file named as `path` is in the folder that `own` lies in; NULL without memory, and
   when `path` names no file. To be freed. */
char *series_path_beside(const char *own, const char *path);

#endif
