/* SPDX-License-Identifier: MIT */
#include "calendar.h"

#include <stdio.h>

#define NS_PER_SECOND 1000000000u
#define SECONDS_PER_DAY 86400u
#define FIRST_YEAR 1970u
#define LAST_YEAR 2553u

static uint32_t year_days(uint32_t year)
{
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return is_leap ? 366 : 365;
}

static uint32_t month_days(uint32_t year, uint32_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 ? year_days(year) - 337 : days[month - 1];
}

struct calendar calendar_of(uint64_t utc_ns)
{
    uint64_t seconds = utc_ns / NS_PER_SECOND;
    uint32_t second = (uint32_t)(seconds % SECONDS_PER_DAY);
    uint32_t days = (uint32_t)(seconds / SECONDS_PER_DAY);
    struct calendar calendar = {
        .year = FIRST_YEAR,
        .month = 1,
        .hour = second / 3600,
        .minute = second / 60 % 60,
        .second = second % 60,
    };

    while (days >= year_days(calendar.year))
        days -= year_days(calendar.year++);
    while (days >= month_days(calendar.year, calendar.month))
        days -= month_days(calendar.year, calendar.month++);
    calendar.day = days + 1;
    return calendar;
}

void calendar_print_utc(uint64_t utc_ns, char out[CALENDAR_UTC_BYTES])
{
    struct calendar at = calendar_of(utc_ns);

    snprintf(out, CALENDAR_UTC_BYTES, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)at.year,
             (unsigned)at.month, (unsigned)at.day, (unsigned)at.hour, (unsigned)at.minute,
             (unsigned)at.second);
}

bool calendar_seconds(const struct calendar *at, uint64_t *seconds)
{
    uint64_t days = 0;

    if (at->year < FIRST_YEAR || at->year > LAST_YEAR || at->month < 1 || at->month > 12 ||
        at->day < 1 || at->day > month_days(at->year, at->month) || at->hour > 23 ||
        at->minute > 59 || at->second > 59)
        return false;
    for (uint32_t year = FIRST_YEAR; year < at->year; year++)
        days += year_days(year);
    for (uint32_t month = 1; month < at->month; month++)
        days += month_days(at->year, month);
    days += at->day - 1;
    *seconds = days * SECONDS_PER_DAY + at->hour * UINT64_C(3600) + at->minute * UINT64_C(60) +
               at->second;
    return true;
}
