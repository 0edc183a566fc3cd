/* SPDX-License-Identifier: MIT */
/* What program.h tells of stdout, for stderr. */
#ifndef TAPEMAP_CLI_TERMINAL_H
#define TAPEMAP_CLI_TERMINAL_H

#include <stdbool.h>

/* Whether stderr is a terminal and not a file, a pipe or the null device. */
bool cli_terminal_is_error(void);

#endif
