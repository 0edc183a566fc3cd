/* SPDX-License-Identifier: MIT */
/* What tape_append is held against: plain memory of the same kind, committed in the same way. */
#ifndef TAPEMAP_BENCH_COPY_H
#define TAPEMAP_BENCH_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "store.h"

struct bench_copy {
    struct store *store;
    unsigned char *view;
    uint64_t bytes;     /* usable */
    uint64_t committed; /* of them */
    uint64_t at;        /* where the next copy goes */
    bool is_touched;
};

/* A section of `bytes` bytes, all reserved, none committed. `is_touched`: bench_copy_next touches
   its pages ahead, as a tape's keeper does. Ends the program on failure. */
void bench_copy_init(struct bench_copy *copy, uint64_t bytes, bool is_touched);
void bench_copy_deinit(struct bench_copy *copy);

/* Returns where the next `bytes` bytes go: committed, in one piece; from the beginning again when
   the end is near. */
unsigned char *bench_copy_next(struct bench_copy *copy, uint64_t bytes);

#endif
