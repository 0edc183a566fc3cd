/* SPDX-License-Identifier: MIT */
#include "local_offset.h"

#include <windows.h>

#define TICKS_PER_SECOND 10000000u
#define TICKS_UNTIL_1970 116444736000000000u

static uint64_t local_offset_ticks(const FILETIME *time)
{
    return (uint64_t)time->dwHighDateTime << 32 | time->dwLowDateTime;
}

int32_t local_offset_s(uint64_t utc_s)
{
    uint64_t ticks = utc_s * TICKS_PER_SECOND + TICKS_UNTIL_1970;
    FILETIME utc_time = {(DWORD)(ticks & UINT32_MAX), (DWORD)(ticks >> 32)};
    FILETIME local_time;
    SYSTEMTIME utc;
    SYSTEMTIME local;
    TIME_ZONE_INFORMATION zone;

    if (!FileTimeToSystemTime(&utc_time, &utc) ||
        !GetTimeZoneInformationForYear(utc.wYear, NULL, &zone) ||
        !SystemTimeToTzSpecificLocalTime(&zone, &utc, &local) ||
        !SystemTimeToFileTime(&local, &local_time))
        return 0;
    return (int32_t)((int64_t)(local_offset_ticks(&local_time) - ticks) /
                     (int32_t)TICKS_PER_SECOND);
}
