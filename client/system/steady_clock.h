/* SPDX-License-Identifier: MIT */
/* The clocks. Under Windows the steady clock is QPC, the same in every process of the machine. */
#ifndef TAPEMAP_STEADY_CLOCK_H
#define TAPEMAP_STEADY_CLOCK_H

#include <stdint.h>

/* Ticks since some moment before the machine's programs started; never goes back. Any thread;
   never blocks; allowed in an audio callback. */
uint64_t steady_clock_now(void);

/* Ticks per second; constant, never 0. Any thread; never blocks. */
uint64_t steady_clock_hz(void);

/* Nanoseconds since 1970-01-01T00:00:00Z by the system's clock, which may be set back or forth. Any
   thread; never blocks. */
uint64_t utc_now_ns(void);

/* Sleeps for at least about this long; 0 gives way to other threads. Not for an audio callback. */
void steady_clock_sleep_ms(uint32_t ms);

#endif
