/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_STATUS_LINE_H
#define TAPEMAP_STATUS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a recording stands, for one line of text. */
struct status_facts {
    uint64_t head;
    uint32_t sample_rate_hz;
    uint32_t channels;
    uint64_t committed_bytes;
    uint64_t gap_count;
    uint64_t gap_frames;
    uint32_t levels; /* how many of `peak` are known: 0, 1 or 2 */
    float peak[2];   /* of the first channels, full scale 1 */
};

#define STATUS_LINE_BYTES 256

/* "0:12.3  590400 frames  -12.0 -11.8 dBFS  no gaps  4.0 MiB committed" in `out` of
   STATUS_LINE_BYTES. Pure. */
void status_line_format(const struct status_facts *facts, char *out);

/* Leaves out the last facts of a line that has more than `columns`, and returns how many it then
   has: one that wraps cannot be rewritten in place, and each would push the screen up. Nothing is
   left where not even the first fact fits. Pure. */
size_t status_line_fit(char *text, size_t columns);

/* "1 frame", "590400 frames". Pure. */
void status_line_frames(uint64_t frames, char *out, size_t room);

/* "no gaps", "1 gap of 9 ms", "3 gaps, 0:01.0 in all". Pure. */
void status_line_gaps(const struct status_facts *facts, char *out, size_t room);

/* The live line on stderr: rewritten in place on a terminal, else a line now and then. */
struct status_line {
    bool is_terminal;
    bool is_quiet;
    uint64_t next_clock; /* not before it is the next one shown */
};

/* Begins with nothing shown; the first line comes after one period. Threads: one for all three.
   Blocks: never. */
void status_line_init(struct status_line *line, bool is_quiet, uint64_t clock_now,
                      uint64_t clock_hz);

/* True when a new line is due at this moment. Blocks: never. */
bool status_line_is_due(const struct status_line *line, uint64_t clock_now);

/* Shows a line, quiet or not; ask status_line_is_due first. Blocks: as error_output_status. */
void status_line_show(struct status_line *line, const struct status_facts *facts,
                      uint64_t clock_now, uint64_t clock_hz);

#endif
