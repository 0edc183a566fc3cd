/* SPDX-License-Identifier: MIT */
#include "bench_clock.h"

#include "steady_clock.h"

double bench_tick_ns(void)
{
    static double tick_ns;
    if (tick_ns > 0)
        return tick_ns;
    uint64_t clock = steady_clock_now();
    uint64_t ticks = bench_ticks();
    steady_clock_sleep_ms(100);
    double passed_ns = (double)(steady_clock_now() - clock) * 1e9 / (double)steady_clock_hz();
    tick_ns = passed_ns / (double)(bench_ticks() - ticks);
    return tick_ns;
}
