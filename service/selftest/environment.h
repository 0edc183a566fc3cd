/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_ENVIRONMENT_H
#define TAPEMAP_ENVIRONMENT_H

#include <stdbool.h>

#include "selftest_report.h"

/* Says what this machine is, and the volume of `folder` (UTF-8). What the system does not tell is
   left out. Threads: one. Blocks: for the disk. */
void environment_read(const char *folder, struct environment *environment);

/* Whether there is such a folder. Any thread; blocks for the disk. */
bool environment_has_folder(const char *folder);

#endif
