/* SPDX-License-Identifier: MIT */
/* The decks that supervisors have and that have no tape: nothing in memory tells of them. */
#ifndef TAPEMAP_LIST_SUPERVISED_H
#define TAPEMAP_LIST_SUPERVISED_H

#include <stdbool.h>

#include "tapemap/tapemap.h"

struct list_supervised {
    struct tapemap_deck deck; /* no tape's id; recorder_pid 0: it has no recorder */
    char state[24];           /* waiting, stopped, failed, done, stopping, starting, source-lost */
    char failure[400];        /* what went wrong last; "": nothing */
};

/* Asks the supervisors, for a second each; one that does not answer has no decks. `has_tape` says
   which decks have one. Fills at most `room` rows; returns how many. One thread. */
size_t list_supervised_find(bool (*has_tape)(const void *context, const struct tapemap_deck *deck),
                            const void *context, struct list_supervised *rows, size_t room);

#endif
