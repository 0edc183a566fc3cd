/* SPDX-License-Identifier: MIT */
/*
 * How the program says what went wrong: one sentence on stderr,
 * "tapemap: <what was tried>: <what is wrong>; <what to do>", and an exit code that is not 0.
 */
#ifndef TAPEMAP_CLI_FAIL_H
#define TAPEMAP_CLI_FAIL_H

#include <stdbool.h>

#include "printf_format.h"
#include "tapemap/status.h"

enum cli_exit {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_MISUSED = 2, /* the command line was wrong; nothing was tried */
};

/* Says a whole sentence (without "tapemap: ") and returns CLI_FAILED. */
int cli_fail(const char *format, ...) PRINTF_FORMAT(1, 2);

/* Says what was tried, given like printf, and why and what to do by `status`. Returns
   CLI_FAILED. */
int cli_fail_status(enum tapemap_status status, const char *tried, ...) PRINTF_FORMAT(2, 3);

/* Whether one of the two has said something. */
bool cli_has_failed(void);

/* Says what is wrong with the command line of `verb`. Returns CLI_MISUSED. */
int cli_misuse(const char *verb, const char *wrong, ...) PRINTF_FORMAT(2, 3);

/* Says something that a person should know and that is no failure by itself. */
void cli_note(const char *format, ...) PRINTF_FORMAT(1, 2);

/* Shows a line on stderr, a terminal, that the next of these calls replaces; NULL wipes it. What
   the functions above say wipes it too, so that no sentence is written over a half of it. */
void cli_live_line(const char *line);

#endif
