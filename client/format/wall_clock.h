/* SPDX-License-Identifier: MIT */
/*
 * From what the clocks on the wall show to UTC. Where they are put back, they show an hour twice:
 * the first of the two is meant. Where they are put forward, they leave an hour out: a moment in it
 * is counted as if they had not been put forward yet (02:30 is then the 03:30 that they do show).
 */
#ifndef TAPEMAP_WALL_CLOCK_H
#define TAPEMAP_WALL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "calendar.h"

/* How far local time is ahead of UTC at a moment; local_time_offset_ns is one. */
typedef int64_t wall_clock_offset(uint64_t utc_ns);

/* The UTC at which the wall shows `wall`, to the second. false, and *utc_ns as it was, for what
   calendar_seconds refuses and on the first day of 1970. Pure but for `offset`. */
bool wall_clock_to_utc(const struct calendar *wall, wall_clock_offset *offset, uint64_t *utc_ns);

/* What the wall shows at `utc_ns` nanoseconds since 1970, to the second. Pure but for `offset`. */
struct calendar wall_clock_of(uint64_t utc_ns, wall_clock_offset *offset);

#endif
