/* SPDX-License-Identifier: MIT */
/*
 * What bench_latency and bench_followers share with the writer that they start besides the tape:
 * what is to be written now, and the yardstick, a bare counter in shared memory with the time of
 * each step beside it.
 */
#ifndef TAPEMAP_BENCH_LINK_H
#define TAPEMAP_BENCH_LINK_H

#include <stdbool.h>

#include "tapemap/layout.h"

#define BENCH_DECK "bench latency"
#define BENCH_STAMPS 1024u
#define BENCH_MAX_READERS 64u
#define BENCH_SPIN_FRAMES 48u  /* 1 ms */
#define BENCH_WAIT_FRAMES 480u /* 10 ms */

enum bench_phase {
    BENCH_IDLE = 0,
    BENCH_SPIN_TAPE = 1, /* appends BENCH_SPIN_FRAMES about every millisecond */
    BENCH_SPIN_BARE = 2, /* steps the bare counter as often */
    BENCH_WAIT_TAPE = 3, /* appends BENCH_WAIT_FRAMES every 7 to 13 ms */
    BENCH_DONE = 4,
};

/* 128 bytes apart, as the fields of a tape are. */
struct bench_link {
    struct tapemap_shared_u64 wanted; /* [reader] enum bench_phase */
    uint8_t reserved0[120];
    struct tapemap_shared_u64 current; /* [writer] the phase that it has begun */
    uint8_t reserved1[120];
    struct tapemap_shared_u64 bare_count; /* [writer] release, after its stamp */
    uint8_t reserved2[120];
    struct tapemap_shared_u64 bare_stamps[BENCH_STAMPS]; /* [writer] step i at i % stamps */
    /* [writer] when the append of the block that ends at frame f returned; visible at the latest
       with the next block: at f / BENCH_SPIN_FRAMES % stamps */
    struct tapemap_shared_u64 returns[BENCH_STAMPS];
    struct tapemap_shared_u64 arrived[BENCH_MAX_READERS]; /* [follower i] 1: it has the tape */
};

/* Makes the section, or opens it: false when that fails. It stays for the process's life. */
bool bench_link_create(struct bench_link **link);
bool bench_link_open(struct bench_link **link);

/* Starts the program `name` from the folder of this one, with the same console and output;
   `arguments`: as on a command line, may be empty. At most BENCH_MAX_READERS + 1 of them. */
bool bench_start_program(const char *name, const char *arguments);

/* Waits for all programs that were started; ends those that have not ended after five seconds. */
void bench_stop_programs(void);

#endif
