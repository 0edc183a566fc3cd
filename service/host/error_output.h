/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_ERROR_OUTPUT_H
#define TAPEMAP_ERROR_OUTPUT_H

/*
 * Makes stderr hand over whole lines of UTF-8, as they are: without a buffer the C library writes
 * byte by byte, and in text mode it takes the bytes for another character set, of which a console
 * then shows scraps. From here on, whoever writes to stderr flushes it. Call it once, from main.
 */
void error_output_begin(void);

#endif
