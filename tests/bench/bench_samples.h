/* SPDX-License-Identifier: MIT */
/* Figures and what is said about them. One thread at a time. */
#ifndef TAPEMAP_BENCH_SAMPLES_H
#define TAPEMAP_BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct bench_samples {
    double *values;
    size_t count;
    size_t room;
};

/* Makes room for `room` samples; ends the program with a line on stderr when there is no memory. */
void bench_samples_init(struct bench_samples *samples, size_t room);
void bench_samples_deinit(struct bench_samples *samples);

/* Adds one; what no longer fits is left out. */
void bench_samples_add(struct bench_samples *samples, double value);

/* The smallest value that at least the part `rank` (0 .. 1) of all does not exceed; 0 when there
   are none. Sorts the samples. */
double bench_samples_at(struct bench_samples *samples, double rank);

/*
 * Prints one figure of one run, for tests/bench/report.py: table, row, column and value, with tabs
 * between. Figures with the same names are runs of the same thing.
 */
void bench_figure(const char *table, const char *row, const char *column, double value);

/* The same for the percentiles of one run, each divided by `unit`: p50, p99, p99.9 and max. */
void bench_figure_percentiles(const char *table, const char *row, struct bench_samples *samples,
                              double unit);

/* How much is to be done: `brief` when the environment has BENCH_SHORT, to try a benchmark out. */
unsigned bench_amount(unsigned full, unsigned brief);

/* A number below `end`, from a sequence that is the same in every run. */
uint64_t bench_random_below(uint64_t end);

#endif
