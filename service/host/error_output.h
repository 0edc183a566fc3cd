/* SPDX-License-Identifier: MIT */
/*
 * What people read while a program works: lines on stderr, each in one piece, and below them on a
 * terminal one that tells how it stands, rewritten in place. At first they are written by whoever
 * has them, and that waits as long as nobody takes them: a pipe that is full and not read, or a
 * console in which somebody selects text. A program that must go on all the same has a thread write
 * them.
 */
#ifndef TAPEMAP_ERROR_OUTPUT_H
#define TAPEMAP_ERROR_OUTPUT_H

#include <stdint.h>

#define ERROR_OUTPUT_BYTES 2048u /* of a line's text, with its end; more is cut */

/*
 * Makes stderr hand over whole lines of UTF-8, as they are: without a buffer the C library writes
 * byte by byte, and in text mode it takes the bytes for another character set, of which a console
 * then shows scraps. From here on, whoever writes to stderr flushes it. Call it once, from main.
 */
void error_output_begin(void);

/* From here on a thread writes, up to error_output_end. Where none can be started all stays as it
   was. Threads: before others write. Blocks: never. */
void error_output_aside(void);

/*
 * Writes "tapemapd: <text>" as a line. Where a thread writes, a thousand lines wait for it; those
 * that come then are left out, and a line in their place says how many they were.
 * Threads: any. Blocks: never once error_output_aside was called; else while nobody takes it.
 */
void error_output_line(const char *text);

/* Shows how it stands now: on a terminal in place of the last one, and shortened to its width;
   elsewhere as a line. Left out while older text waits to be taken. Threads and blocking: as
   above. */
void error_output_status(const char *text);

/* Waits until all is written, where a thread does that. Threads: the one that ends it. Blocks:
   while nobody takes it, but no longer than the timeout. */
void error_output_await(uint32_t timeout_ms);

/* Writes what waits, for two seconds at most: what nobody takes by then is lost, and so is what
   comes after. Threads: one. Blocks: so long. */
void error_output_end(void);

#endif
