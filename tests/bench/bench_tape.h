/* SPDX-License-Identifier: MIT */
/* A tape in real pagefile sections that counts what is asked of its stores. */
#ifndef TAPEMAP_BENCH_TAPE_H
#define TAPEMAP_BENCH_TAPE_H

#include "tape.h"

/* Forwards to `inner`, and counts. */
struct counting_store {
    struct store base;
    struct store *inner;
    uint64_t calls; /* map, unmap and commit: each is a system call */
};

struct bench_tape {
    struct counting_store audio;
    struct counting_store index;
    struct tape *tape;
    struct tape_appender *appender;
};

/* Both end the program with a line on stderr when they fail. 48 kHz, stereo, s16. */
void bench_tape_init(struct bench_tape *tape, bool is_ring, uint64_t capacity_frames,
                     uint64_t ahead_frames);
void bench_tape_deinit(struct bench_tape *tape);

void bench_tape_tick(struct bench_tape *tape);

/* Calls of the tape's stores so far. */
uint64_t bench_tape_calls(const struct bench_tape *tape);

/* A section of `bytes` bytes by itself, of the same kind as a tape's. */
struct store *bench_store_create(const char *name, uint64_t bytes);

#endif
