/* SPDX-License-Identifier: MIT */
/* The terminal behind stdout or stderr, if there is one. */
#ifndef TAPEMAP_TERMINAL_H
#define TAPEMAP_TERMINAL_H

enum terminal_stream {
    TERMINAL_OUTPUT,
    TERMINAL_ERROR,
};

/*
 * The columns of a line that does not wrap on the stream's terminal, which people may have resized
 * since the last call.
 * Returns 0 when the stream is a file, a pipe or the null device; 79 when a terminal does not tell.
 * Threads: any. Blocks: as long as the console takes to answer.
 */
unsigned terminal_columns(enum terminal_stream stream);

#endif
