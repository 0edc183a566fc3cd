/* SPDX-License-Identifier: MIT */
/* Ctrl+C, Ctrl+Break and the closing of the terminal, as a question that a loop asks. */
#ifndef TAPEMAP_CLI_INTERRUPT_H
#define TAPEMAP_CLI_INTERRUPT_H

#include <stdbool.h>

/* From here on an interrupt does not end the program, it makes cli_interrupted true. */
void cli_interrupt_watch(void);

/* Whether one has come since. Any thread; never blocks. */
bool cli_interrupted(void);

#endif
