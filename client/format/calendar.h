/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CALENDAR_H
#define TAPEMAP_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

/* A moment of the Gregorian calendar: in UTC, or as clocks on a wall show it. */
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

#define CALENDAR_UTC_BYTES 32u

/* Writes a moment as 2026-11-21T14:05:30Z. Any thread; never blocks. */
void calendar_print_utc(uint64_t utc_ns, char out[CALENDAR_UTC_BYTES]);

/* The seconds from 1970-01-01T00:00:00 to a moment. false, and *seconds as it was, for what no
   calendar shows (a 31st of April, 24:00:00, a second 60) and outside the years 1970 to 2553, the
   last that 64 bits of nanoseconds hold. Any thread; never blocks. */
bool calendar_seconds(const struct calendar *at, uint64_t *seconds);

#endif
