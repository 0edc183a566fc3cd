/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "steady_clock.h"

#include <errno.h>
#include <time.h>

#define NS_OF_A_SECOND 1000000000u

static uint64_t steady_clock_read_ns(clockid_t clock)
{
    struct timespec now = {0, 0};

    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * NS_OF_A_SECOND + (uint64_t)now.tv_nsec;
}

uint64_t steady_clock_now(void)
{
    return steady_clock_read_ns(CLOCK_MONOTONIC);
}

uint64_t steady_clock_hz(void)
{
    return NS_OF_A_SECOND;
}

uint64_t utc_now_ns(void)
{
    return steady_clock_read_ns(CLOCK_REALTIME);
}

void steady_clock_sleep_ms(uint32_t ms)
{
    struct timespec left = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000L};

    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}
