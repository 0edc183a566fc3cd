/* SPDX-License-Identifier: MIT */
/*
 * A clock fine enough for one append. QPC has steps of 100 ns under Windows and Wine, longer than
 * what is measured; the processor's counter has one step per cycle or so, and is the same on every
 * core of a machine whose operating system uses it as its own clock.
 */
#ifndef TAPEMAP_BENCH_CLOCK_H
#define TAPEMAP_BENCH_CLOCK_H

#include <stdint.h>

#if defined(_M_X64) || defined(_M_IX86) || defined(__x86_64__) || defined(__i386__)

#include <intrin.h>

/* The fence keeps the counter from being read before the loads in front of it have completed. */
static inline uint64_t bench_ticks(void)
{
    _mm_lfence();
    return __rdtsc();
}

#else

#include "steady_clock.h"

static inline uint64_t bench_ticks(void)
{
    return steady_clock_now();
}

#endif

/* Nanoseconds of one tick, measured once against the steady clock: takes 100 ms. */
double bench_tick_ns(void);

#endif
