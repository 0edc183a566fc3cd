/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_BENCH_ENVIRONMENT_H
#define TAPEMAP_BENCH_ENVIRONMENT_H

/* Prints where the figures that follow come from: program, build, processor, system, date. */
void bench_environment_print(const char *program);

#endif
