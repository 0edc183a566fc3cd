/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_DECK_REQUESTS_H
#define TAPEMAP_DECK_REQUESTS_H

#include <stdint.h>

#include "failure.h"
#include "tapemap/layout.h"

/* So many marks may be asked for within one tick. */
#define DECK_MARKS 32u

/* A mark that somebody asked for and that is not in the journal yet. */
struct deck_mark {
    uint64_t tape_id;
    uint64_t position;
    char text[sizeof((struct tapemap_record *)0)->text];
};

/* Marks on their way from the one thread that asks to the keeper. */
struct deck_marks {
    struct tapemap_shared_u64 asked; /* marks put in so far; by the thread that asks */
    struct tapemap_shared_u64 taken; /* marks taken out so far; by the keeper */
    struct tapemap_shared_u64 is_closed; /* 1: none is taken out any more; by the keeper */
    struct deck_mark marks[DECK_MARKS];
};

#endif
