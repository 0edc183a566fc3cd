/* SPDX-License-Identifier: MIT */
#include "calendar.h"

#include <stdbool.h>

#define NS_PER_SECOND 1000000000u
#define SECONDS_PER_DAY 86400u

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
        .year = 1970,
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
