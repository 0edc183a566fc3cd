/* SPDX-License-Identifier: MIT */
/* Whether somebody looks at stderr; program.h knows it of stdout. */
#ifndef TAPEMAP_CLI_TERMINAL_H
#define TAPEMAP_CLI_TERMINAL_H

#include <stdbool.h>

bool cli_terminal_is_error(void);

#endif
