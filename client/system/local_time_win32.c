/* SPDX-License-Identifier: MIT */
#include "local_time.h"

#include <stdbool.h>

#include <windows.h>

#define NS_PER_FILETIME 100
#define FILETIME_OF_1970 UINT64_C(116444736000000000)
#define ZONE_HOLDS_MS 1000u

static uint64_t number_of(FILETIME time)
{
    return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

/* The rules of one year. To ask for them reads the registry, and a time axis asks for each tick. */
static SRWLOCK zone_lock = SRWLOCK_INIT;
static struct {
    TIME_ZONE_INFORMATION rules;
    WORD year;
    ULONGLONG asked_ms; /* somebody may travel: they hold for a second */
} zone_of_year;

static bool zone_for_year(WORD year, TIME_ZONE_INFORMATION *rules)
{
    ULONGLONG now_ms = GetTickCount64();
    bool is_known = true;

    AcquireSRWLockExclusive(&zone_lock);
    if (zone_of_year.year != year || now_ms - zone_of_year.asked_ms >= ZONE_HOLDS_MS) {
        is_known = GetTimeZoneInformationForYear(year, NULL, &zone_of_year.rules);
        zone_of_year.year = is_known ? year : 0;
        zone_of_year.asked_ms = now_ms;
    }
    *rules = zone_of_year.rules;
    ReleaseSRWLockExclusive(&zone_lock);
    return is_known;
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
        !zone_for_year(utc_date.wYear, &zone) ||
        !SystemTimeToTzSpecificLocalTime(&zone, &utc_date, &local_date) ||
        !SystemTimeToFileTime(&utc_date, &utc_time) ||
        !SystemTimeToFileTime(&local_date, &local_time))
        return 0;
    return (int64_t)(number_of(local_time) - number_of(utc_time)) * NS_PER_FILETIME;
}
