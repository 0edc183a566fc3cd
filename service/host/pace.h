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

/*
 * When frames are due. A short delay is made good at once, so that the speed is exact in the long
 * run. A long one (the process stopped, the computer asleep, a source that let wait) is not: the
 * schedule moves on by it, as for a player. Made good, it would come as a flood in the middle of
 * what readers take for live; and the source loses nothing, it only ends later.
 */
struct pace_schedule {
    uint32_t thousandths;
    uint32_t rate_hz;
    uint64_t clock_hz;
    uint64_t start_clock; /* when the first frame was due, or would have been */
};

/*
 * Moves the schedule on when, at `clock`, more than half a second is owed beyond `frames` that
 * were delivered. To be called before each look at what is due.
 */
void pace_forgive(struct pace_schedule *schedule, uint64_t frames, uint64_t clock);

/* How many frames from the first on are due at `clock`. Not for PACE_MAX. */
uint64_t pace_due_frames(const struct pace_schedule *schedule, uint64_t clock);

/* The milliseconds until `frames` are due, when due_frames are now; at most 1000. */
uint32_t pace_wait_ms(const struct pace_schedule *schedule, uint64_t frames, uint64_t due_frames);

#endif
