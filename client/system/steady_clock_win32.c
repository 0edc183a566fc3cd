/* SPDX-License-Identifier: MIT */
#include "steady_clock.h"

#include <windows.h>

#define UNIX_EPOCH_IN_FILETIME 116444736000000000u /* 1970 in 100 ns since 1601 */

/* Neither query fails from Windows XP on. */
uint64_t steady_clock_now(void)
{
    LARGE_INTEGER ticks;

    QueryPerformanceCounter(&ticks);
    return (uint64_t)ticks.QuadPart;
}

uint64_t steady_clock_hz(void)
{
    LARGE_INTEGER hz;

    QueryPerformanceFrequency(&hz);
    return (uint64_t)hz.QuadPart;
}

uint64_t utc_now_ns(void)
{
    FILETIME now;

    GetSystemTimePreciseAsFileTime(&now);
    uint64_t hundreds = (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
    return (hundreds - UNIX_EPOCH_IN_FILETIME) * 100;
}

void steady_clock_sleep_ms(uint32_t ms)
{
    Sleep(ms);
}
