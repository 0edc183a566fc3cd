/* SPDX-License-Identifier: MIT */
#include "bench_samples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench_clock.h"
#include "steady_clock.h"

void bench_samples_init(struct bench_samples *samples, size_t room)
{
    samples->values = calloc(room, sizeof *samples->values);
    samples->count = 0;
    samples->room = room;
    if (!samples->values) {
        fprintf(stderr, "measuring: no memory for %u samples; close other programs\n",
                (unsigned)room);
        exit(1);
    }
}

void bench_samples_deinit(struct bench_samples *samples)
{
    free(samples->values);
}

void bench_samples_add(struct bench_samples *samples, double value)
{
    if (samples->count < samples->room)
        samples->values[samples->count++] = value;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

double bench_samples_at(struct bench_samples *samples, double rank)
{
    if (samples->count == 0)
        return 0;
    qsort(samples->values, samples->count, sizeof *samples->values, compare);
    double place = ceil(rank * (double)samples->count);
    return samples->values[place < 1 ? 0 : (size_t)place - 1];
}

void bench_samples_print_head(const char *what, const char *unit)
{
    printf("%-34s %9s %9s %9s %9s %9s %9s  (%s)\n", what, "min", "p50", "p99", "p99.9", "max",
           "samples", unit);
}

void bench_samples_print(const char *name, struct bench_samples *samples, double unit)
{
    printf("%-34s %9.2f %9.2f %9.2f %9.2f %9.2f %9u\n", name, bench_samples_at(samples, 0) / unit,
           bench_samples_at(samples, 0.5) / unit, bench_samples_at(samples, 0.99) / unit,
           bench_samples_at(samples, 0.999) / unit, bench_samples_at(samples, 1) / unit,
           (unsigned)samples->count);
    fflush(stdout);
}

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
