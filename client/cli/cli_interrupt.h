/* SPDX-License-Identifier: MIT */
/* Ctrl+C, Ctrl+Break and the closing of the terminal, as a question that a loop asks. */
#ifndef TAPEMAP_CLI_INTERRUPT_H
#define TAPEMAP_CLI_INTERRUPT_H

#include <stdbool.h>

/*
 * From here on an interrupt does not end the program, it makes cli_interrupted true. With
 * `is_to_stdout`, a program that has not ended two seconds later is stuck in a write that nobody
 * reads: it is then ended with CLI_FAILED. Writing a file is never cut short.
 */
void cli_interrupt_watch(bool is_to_stdout);

/* Whether one has come since. Any thread; never blocks. */
bool cli_interrupted(void);

#endif
