/* SPDX-License-Identifier: MIT */
#include "calendar.h"

#include <stdbool.h>

static uint32_t year_days(uint32_t year)
{
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return is_leap ? 366 : 365;
}

static void set_date(struct calendar_time *time, uint32_t days_since_1970)
{
    static const uint8_t month_days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t days = days_since_1970;
    time->year = 1970;
    time->month = 1;
    while (days >= year_days(time->year))
        days -= year_days(time->year++);
    for (;;) {
        uint32_t length = month_days[time->month - 1];
        if (time->month == 2)
            length = year_days(time->year) - 337;
        if (days < length)
            break;
        days -= length;
        time->month++;
    }
    time->day = days + 1;
}

struct calendar_time calendar_time_of(uint64_t utc_ns)
{
    uint64_t seconds = utc_ns / 1000000000u;
    uint32_t of_day = (uint32_t)(seconds % 86400);
    struct calendar_time time = {
        .hour = of_day / 3600,
        .minute = of_day / 60 % 60,
        .second = of_day % 60,
    };
    set_date(&time, (uint32_t)(seconds / 86400));
    return time;
}
