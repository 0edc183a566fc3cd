/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_ERROR_TERMINAL_H
#define TAPEMAP_ERROR_TERMINAL_H

#include <stdbool.h>

/* Whether stderr is a terminal and not a file, a pipe or the null device. Never blocks. */
bool error_is_terminal(void);

#endif
