/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_LOG_LINE_H
#define TAPEMAP_LOG_LINE_H

#include <stddef.h>
#include <stdint.h>

#define LOG_LINE_BYTES 2304

/*
 * Writes "2026-11-21T14:05:30.123Z deck studio: the disk is full\n" into `out` of LOG_LINE_BYTES;
 * `who` is the "deck studio". It stays one line: a control character becomes a space, and a longer
 * text is cut. Returns its length. Any thread; never blocks.
 */
size_t log_line_format(uint64_t utc_ns, const char *who, const char *text, char *out);

/* `text` without a beginning that says once more what `who` does: "deck 'studio': " or "recording
   deck 'studio': " of "deck studio". Memory: a part of `text`. Any thread; never blocks. */
const char *log_line_body(const char *who, const char *text);

#endif
