/* SPDX-License-Identifier: MIT */
#include "local_time.h"

#define NS_PER_SECOND 1000000000u
#define SECONDS_PER_DAY 86400u

/* Whether `offset_s` holds at the moment that it makes of what the wall shows. */
static bool offset_holds(uint64_t wall_s, int32_t offset_s, local_offset *offset)
{
    return offset(wall_s - (uint64_t)(int64_t)offset_s) == offset_s;
}

/* No offset is as long as a day, and clocks are not changed twice in two days: so the offset of the
   day before and that of the day after are all that can hold. */
bool local_time_to_utc(const struct calendar *local, local_offset *offset, uint64_t *utc_s)
{
    uint64_t wall_s;

    if (!calendar_seconds(local, &wall_s) || wall_s < SECONDS_PER_DAY)
        return false;
    int32_t before = offset(wall_s - SECONDS_PER_DAY);
    int32_t after = offset(wall_s + SECONDS_PER_DAY);
    bool is_after = !offset_holds(wall_s, before, offset) && offset_holds(wall_s, after, offset);

    *utc_s = wall_s - (uint64_t)(int64_t)(is_after ? after : before);
    return true;
}

struct calendar local_time_of(uint64_t utc_ns, local_offset *offset)
{
    uint64_t utc_s = utc_ns / NS_PER_SECOND;
    int64_t wall_s = (int64_t)utc_s + offset(utc_s);

    return calendar_of(wall_s < 0 ? 0 : (uint64_t)wall_s * NS_PER_SECOND);
}
