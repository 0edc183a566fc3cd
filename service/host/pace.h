/* SPDX-License-Identifier: MIT */
/* How fast a pulled source is read. Pure arithmetic; the clock is an argument. */
#ifndef TAPEMAP_PACE_H
#define TAPEMAP_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Thousandths of real time: 1000 is real time, 4000 is 4x. */
struct pace_speed {
    bool is_given;       /* by the user; else the source decides */
    uint32_t thousandths; /* 0: as fast as the tape takes it */
};

#define PACE_REALTIME 1000u
#define PACE_MAX 0u

/* Understands "realtime", "max", "4x", "0.5x" (0.001x to 1000x, at most three decimals). */
bool pace_parse(const char *text, struct pace_speed *speed);

/* The frames that are due `elapsed_ticks` after the start of the source, at a clock of clock_hz. */
uint64_t pace_due_frames(uint32_t thousandths, uint32_t rate_hz, uint64_t elapsed_ticks,
                         uint64_t clock_hz);

/* The milliseconds until `frames` are due, when due_frames are now; at most 1000. */
uint32_t pace_wait_ms(uint32_t thousandths, uint32_t rate_hz, uint64_t frames,
                      uint64_t due_frames);

#endif
