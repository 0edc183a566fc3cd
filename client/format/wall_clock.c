/* SPDX-License-Identifier: MIT */
#include "wall_clock.h"

#define NS_PER_SECOND UINT64_C(1000000000)
#define NS_PER_DAY (86400 * NS_PER_SECOND)

/* Whether an offset holds at the moment that it makes of what the wall shows. */
static bool offset_holds(uint64_t wall_ns, int64_t offset_ns, wall_clock_offset *offset)
{
    return offset(wall_ns - (uint64_t)offset_ns) == offset_ns;
}

/* No offset is as long as a day, and clocks are not changed twice in two days: so the offset of the
   day before and that of the day after are all that can hold. */
bool wall_clock_to_utc(const struct calendar *wall, wall_clock_offset *offset, uint64_t *utc_ns)
{
    uint64_t wall_s;

    if (!calendar_seconds(wall, &wall_s) || wall_s * NS_PER_SECOND < NS_PER_DAY)
        return false;
    uint64_t wall_ns = wall_s * NS_PER_SECOND;
    int64_t before = offset(wall_ns - NS_PER_DAY);
    int64_t after = offset(wall_ns + NS_PER_DAY);
    bool is_after = !offset_holds(wall_ns, before, offset) && offset_holds(wall_ns, after, offset);

    *utc_ns = wall_ns - (uint64_t)(is_after ? after : before);
    return true;
}

struct calendar wall_clock_of(uint64_t utc_ns, wall_clock_offset *offset)
{
    int64_t offset_ns = offset(utc_ns);
    bool is_before_1970 = offset_ns < 0 && utc_ns < (uint64_t)-offset_ns;

    return calendar_of(is_before_1970 ? 0 : utc_ns + (uint64_t)offset_ns);
}
