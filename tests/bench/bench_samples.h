/* SPDX-License-Identifier: MIT */
/* Figures and what is said about them. One thread at a time. */
#ifndef TAPEMAP_BENCH_SAMPLES_H
#define TAPEMAP_BENCH_SAMPLES_H

#include <stddef.h>

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

/* Prints a row of percentiles, each divided by `unit`; and the head of such rows. */
void bench_samples_print(const char *name, struct bench_samples *samples, double unit);
void bench_samples_print_head(const char *what, const char *unit);

#endif
