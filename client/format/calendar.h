/* SPDX-License-Identifier: MIT */
/* A moment in UTC as people write it. Pure; any thread. */
#ifndef TAPEMAP_CALENDAR_H
#define TAPEMAP_CALENDAR_H

#include <stdint.h>

struct calendar_time {
    uint32_t year;
    uint32_t month; /* 1 .. 12 */
    uint32_t day;   /* 1 .. 31 */
    uint32_t hour;
    uint32_t minute;
    uint32_t second;
};

/* Takes apart nanoseconds since 1970-01-01T00:00:00Z; every value is valid. */
struct calendar_time calendar_time_of(uint64_t utc_ns);

#endif
