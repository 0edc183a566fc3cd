/* SPDX-License-Identifier: MIT */
/*
 * A thread that writes lines, for who must not wait until somebody takes them: a disk that hangs, a
 * pipe that nobody reads, a console in which somebody selects text. A thousand lines wait for it at
 * most; those after them are left out, and counted (waiting_lines.h).
 */
#ifndef TAPEMAP_LINE_WRITER_H
#define TAPEMAP_LINE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"
#include "waiting_lines.h"

struct line_writer;

/* Both are called on the thread. */
struct line_writer_ops {
    /* Returns false when it cannot be written now: it is tried again after a second, or with the
       next line. Blocks: may. */
    bool (*put)(const struct waiting_line *line);
    /* Is shown each line once, those behind one that cannot be written too. NULL: not. */
    void (*see)(const struct waiting_line *line);
};

/* Returns OK · E_MEMORY · E_SYSTEM, with failure filled.
   Memory: *writer is the caller's until line_writer_end; `ops` must last as long. */
enum tapemap_status line_writer_start(const struct line_writer_ops *ops,
                                      struct line_writer **writer, struct failure *failure);

/* Adds a line of this moment. Any thread; never blocks. */
void line_writer_add(struct line_writer *writer, unsigned kind, const char *text);

/* The same unless one is still to be written: for what is old by then. Any thread; never blocks. */
void line_writer_add_if_idle(struct line_writer *writer, unsigned kind, const char *text);

/* Any thread. Blocks: until all lines are written, but no longer than the timeout. */
void line_writer_await(struct line_writer *writer, uint32_t timeout_ms);

/*
 * Ends the thread once it has written what waits. Returns false when that takes longer than
 * timeout_ms: then the thread and all it has are left to the end of the process, and lines that are
 * added are left out.
 * Threads: one. Blocks: up to timeout_ms.
 */
bool line_writer_end(struct line_writer *writer, uint32_t timeout_ms);

#endif
