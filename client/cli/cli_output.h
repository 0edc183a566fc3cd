/* SPDX-License-Identifier: MIT */
/* Where a verb writes to: a file, or "-", stdout; and what is said when that is not possible. */
#ifndef TAPEMAP_CLI_OUTPUT_H
#define TAPEMAP_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "file_output.h"
#include "tapemap/tapemap.h"

/* Whether the path means stdout. */
bool cli_output_is_stdout(const char *path);

/* Refuses what nothing can be written to: no name, a device. Touches no file. Returns an enum
   cli_exit; a failure has been said. */
int cli_output_check_path(const char *verb, const char *path);

/* The same, and a terminal, which shows no sound. */
int cli_output_check(const char *verb, const char *path);

/* Refuses to replace the file that the tape is recorded into, its index, or a copy of it. replaces:
   an existing file would be. Returns an enum cli_exit; a failure has been said. */
int cli_output_check_tape(const char *path, bool replaces, const struct tapemap_info *tape);

/* Says why something of file_output could not be done: "cannot write 'out.wav': ...". Returns
   CLI_FAILED. */
int cli_output_fail(const char *tried, const char *path, uint32_t code);

/* The same of a file, not stdout, whose sound is written already: leaves that where it is, says
   where, and frees the output. */
int cli_output_leave(const char *tried, const char *path, uint32_t code,
                     struct file_output *output);

#endif
