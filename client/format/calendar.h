/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CALENDAR_H
#define TAPEMAP_CALENDAR_H

#include <stdint.h>

/* A moment of the Gregorian calendar, in UTC. */
struct calendar {
    uint32_t year;
    uint32_t month; /* 1 .. 12 */
    uint32_t day;   /* 1 .. 31 */
    uint32_t hour;
    uint32_t minute;
    uint32_t second;
};

/* The moment `utc_ns` nanoseconds after 1970-01-01T00:00:00Z, to the second. Any thread; never
   blocks. */
struct calendar calendar_of(uint64_t utc_ns);

#endif
