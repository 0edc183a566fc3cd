/* SPDX-License-Identifier: MIT */
/* A deck on a tape of any store, made of the recorder's own parts. What fails ends the program with
   a line on stderr. */
#ifndef TAPEMAP_BENCH_STORED_TAPE_H
#define TAPEMAP_BENCH_STORED_TAPE_H

#include "deck.h"
#include "tape_storage.h"

struct stored_tape {
    struct tape_storage storage;
    struct deck *deck;
    struct tape *tape; /* the deck's */
};

/* 48 kHz, stereo, s16. `folder`: for a file, which is written by a thread that may wait for the
   disk (tape_write.h) if `is_written`; NULL: in memory. */
void stored_tape_open(struct stored_tape *made, const char *folder, uint64_t extent_bytes,
                      bool is_written);

/* Ends the deck, and removes the files. */
void stored_tape_close(struct stored_tape *made);

struct instant bench_instant(void);
double bench_seconds_since(uint64_t clock);
void bench_give_up(const char *what, const char *why);

/* Removes a file. */
void bench_remove(const char *path);

#endif
