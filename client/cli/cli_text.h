/* SPDX-License-Identifier: MIT */
/* Pure helpers that turn what a tape says into text. */
#ifndef TAPEMAP_CLI_TEXT_H
#define TAPEMAP_CLI_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/tapemap.h"

#define CLI_TEXT_UTC_BYTES 40u

/*
 * Copies `text` so that it may be printed: whatever is not valid UTF-8, and every control
 * character, becomes '?', because a tape's texts are another program's and a terminal obeys some
 * of them. Cuts at a character when `room` is too small. Returns `out`.
 */
char *cli_text_clean(const char *text, char *out, size_t room);

/* The columns that a clean text takes, one for each character. */
size_t cli_text_columns(const char *text);

/* "2025-11-21T08:14:00.123Z" with 0 to 9 `digits` of the second's fraction. Returns `out`. */
char *cli_text_utc(uint64_t utc_ns, unsigned digits, char out[CLI_TEXT_UTC_BYTES]);

#define CLI_TEXT_WARNINGS_BYTES 160u

/* The names of TAPEMAP_WARNING_* bits, with a comma between; "" for none. Returns `out`. */
char *cli_text_warnings(uint32_t warnings, char out[CLI_TEXT_WARNINGS_BYTES]);

/* The state in one word: that of the control block, or "stalled". */
const char *cli_text_state(const struct tapemap_now *now);

/* "0:10.0" for a number of frames at a rate; "480000 frames" where that is a rate of no tape, as
   another program may have said it. Returns `out`. */
char *cli_text_length(uint64_t frames, uint64_t rate_hz, char *out, size_t room);

#endif
