/* SPDX-License-Identifier: MIT */
/* Where a verb writes to: a file, or "-", stdout; and what is said when that is not possible. */
#ifndef TAPEMAP_CLI_OUTPUT_H
#define TAPEMAP_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "tapemap/tapemap.h"

/* Whether the path means stdout. */
bool cli_output_is_stdout(const char *path);

/* Refuses what no sound can be written to: no name, a device, a terminal. Touches no file. Returns
   an enum cli_exit; a failure has been said. */
int cli_output_check(const char *verb, const char *path);

/* Whether it is the file that the tape is recorded into, or a copy of it. */
bool cli_output_is_tape(const char *path, const struct tapemap_info *tape);

/* Says why something of file_output could not be done: "cannot write 'out.wav': ...". Returns
   CLI_FAILED. */
int cli_output_fail(const char *tried, const char *path, uint32_t code);

#endif
