/* SPDX-License-Identifier: MIT */
/* The terminal behind stdout or stderr, if there is one. */
#ifndef TAPEMAP_TERMINAL_H
#define TAPEMAP_TERMINAL_H

#include <stdbool.h>

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

/* How many lines of the terminal are seen at once; 0 when the stream is none, 24 when it does not
   tell. Threads and blocking: as above. */
unsigned terminal_lines(enum terminal_stream stream);

/* Whether characters beyond ASCII are shown there as they are: everywhere but on a console that did
   not change to UTF-8. Threads and blocking: as above. */
bool terminal_is_utf8(enum terminal_stream stream);

/* Moves to the beginning of the line so many lines above the present one, or to the topmost. What
   was printed before is to be flushed first. Threads and blocking: as above. */
void terminal_move_up(enum terminal_stream stream, unsigned lines);

#endif
