/* SPDX-License-Identifier: MIT */
/*
 * From what the clocks on the wall show to UTC. Where they are put back, they show an hour twice:
 * the first of the two is meant. Where they are put forward, they leave an hour out: a moment in it
 * is counted as if they had not been put forward yet (02:30 is then the 03:30 that they do show).
 */
#ifndef TAPEMAP_LOCAL_TIME_H
#define TAPEMAP_LOCAL_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "calendar.h"

/* The seconds by which local time is ahead of UTC, `utc_s` seconds after 1970 began in UTC. */
typedef int32_t local_offset(uint64_t utc_s);

/* The UTC, in seconds since 1970, at which the wall shows `local`. false, and *utc_s as it was, for
   what calendar_seconds refuses and before 1970. Pure but for `offset`. */
bool local_time_to_utc(const struct calendar *local, local_offset *offset, uint64_t *utc_s);

/* What the wall shows at `utc_ns` nanoseconds since 1970, to the second. Pure but for `offset`. */
struct calendar local_time_of(uint64_t utc_ns, local_offset *offset);

#endif
