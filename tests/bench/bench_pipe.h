/* SPDX-License-Identifier: MIT */
/* Pipes to as many processes, each of which reads one. One thread at a time. */
#ifndef TAPEMAP_BENCH_PIPE_H
#define TAPEMAP_BENCH_PIPE_H

#include <stdbool.h>
#include <stddef.h>

#define BENCH_MAX_PIPES 64u

/* What a reading process does; returns its exit code. */
typedef int bench_pipe_reader(const char *kind, unsigned count);

/* Starts `count` processes that run `reader`, each with a pipe from this one. `kind`: named as on
   the command line. Returns false when the system refuses, or has no such kind. */
bool bench_pipes_start(const char *kind, unsigned count, bench_pipe_reader *reader);

/* Writes all bytes to pipe `index`. Blocks until there is room. Returns false when nobody reads. */
bool bench_pipe_write(unsigned index, const void *bytes, size_t count);

/* Closes all pipes, and waits for their readers. */
void bench_pipes_stop(void);

/* For a process that was started with arguments: takes the pipe of this number. Returns false when
   there is none, or the system does not start readers so. */
bool bench_pipe_join(unsigned index);

/* In a reader: reads all bytes. Returns false at the end. Blocks. */
bool bench_pipe_read(void *bytes, size_t count);

#endif
