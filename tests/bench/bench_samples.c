/* SPDX-License-Identifier: MIT */
#include "bench_samples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

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

void bench_figure(const char *table, const char *row, const char *column, double value)
{
    printf("%s\t%s\t%s\t%.9g\n", table, row, column, value);
    fflush(stdout);
}

void bench_figure_percentiles(const char *table, const char *row, struct bench_samples *samples,
                              double unit)
{
    bench_figure(table, row, "p50", bench_samples_at(samples, 0.5) / unit);
    bench_figure(table, row, "p99", bench_samples_at(samples, 0.99) / unit);
    bench_figure(table, row, "p99.9", bench_samples_at(samples, 0.999) / unit);
    bench_figure(table, row, "max", bench_samples_at(samples, 1) / unit);
}

unsigned bench_amount(unsigned full, unsigned brief)
{
    return getenv("BENCH_SHORT") ? brief : full;
}

uint64_t bench_random_below(uint64_t end)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % end;
}
