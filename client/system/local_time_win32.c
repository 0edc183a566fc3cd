/* SPDX-License-Identifier: MIT */
#include "local_time.h"

#include <windows.h>

#define NS_PER_FILETIME 100
#define FILETIME_OF_1970 UINT64_C(116444736000000000)

static uint64_t number_of(FILETIME time)
{
    return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

int64_t local_time_offset_ns(uint64_t utc_ns)
{
    uint64_t utc = utc_ns / NS_PER_FILETIME + FILETIME_OF_1970;
    FILETIME utc_time = {(DWORD)utc, (DWORD)(utc >> 32)};
    FILETIME local_time;
    SYSTEMTIME utc_date;
    SYSTEMTIME local_date;
    TIME_ZONE_INFORMATION zone;

    /* Dates have milliseconds: both ways are compared in them. */
    if (!FileTimeToSystemTime(&utc_time, &utc_date) ||
        !GetTimeZoneInformationForYear(utc_date.wYear, NULL, &zone) ||
        !SystemTimeToTzSpecificLocalTime(&zone, &utc_date, &local_date) ||
        !SystemTimeToFileTime(&utc_date, &utc_time) ||
        !SystemTimeToFileTime(&local_date, &local_time))
        return 0;
    return (int64_t)(number_of(local_time) - number_of(utc_time)) * NS_PER_FILETIME;
}
