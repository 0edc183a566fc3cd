/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CONTROL_LINE_H
#define TAPEMAP_CONTROL_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* The longest line, its '\n' included. */
#define CONTROL_LINE_BYTES 4096u

/* Collects what comes in, in pieces of any size, to lines. All zero: empty. */
struct control_line {
    char bytes[CONTROL_LINE_BYTES];
    size_t length;
};

enum control_line_state {
    CONTROL_LINE_PART,     /* all bytes are taken, and the line goes on */
    CONTROL_LINE_WHOLE,    /* line->bytes[0 .. length) is it, a zero behind it in place of '\n' */
    CONTROL_LINE_TOO_LONG, /* it will never be whole */
};

/*
 * Takes bytes up to the end of the line. After WHOLE, control_line_clear comes before the next.
 * Returns: see above; *taken is how many of the `count` bytes were used.
 * Threads: one at a time. Blocks: never.
 */
enum control_line_state control_line_take(struct control_line *line, const char *bytes,
                                          size_t count, size_t *taken);

/* Forgets the line, for the next one. */
void control_line_clear(struct control_line *line);

#endif
