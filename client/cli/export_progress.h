/* SPDX-License-Identifier: MIT */
/* The progress of an export, as text and on stderr. */
#ifndef TAPEMAP_EXPORT_PROGRESS_H
#define TAPEMAP_EXPORT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* " 42 %  310.5 MB/s  0:12.0 left". Pure. out: 64 bytes are always enough. */
void export_progress_text(uint64_t done_bytes, uint64_t all_bytes, uint64_t elapsed_ns, char *out,
                          size_t room);

struct export_progress {
    bool is_shown; /* stderr is a terminal and nobody asked for quiet */
    uint64_t all_bytes;
    uint64_t began;   /* clock */
    uint64_t next_ns; /* when to show it again, since it began */
};

/* Starts the clock for an export of `all_bytes` bytes. */
void export_progress_begin(struct export_progress *progress, uint64_t all_bytes, bool is_quiet);

/* Rewrites the line, at most ten times a second. */
void export_progress_show(struct export_progress *progress, uint64_t done_bytes);

/* Wipes the line and returns the time it took in nanoseconds. */
uint64_t export_progress_end(struct export_progress *progress);

#endif
