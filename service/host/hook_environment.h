/* SPDX-License-Identifier: MIT */
/* What a program that is started for a finished tape learns of it. Any thread; never blocks. */
#ifndef TAPEMAP_HOOK_ENVIRONMENT_H
#define TAPEMAP_HOOK_ENVIRONMENT_H

#include "layout_check.h"

#define HOOK_ENTRIES 10u
#define HOOK_ENTRY_BYTES 4200u

/* The facts of a tape, and NAME=VALUE texts made of them. */
struct hook_environment {
    char texts[HOOK_ENTRIES][HOOK_ENTRY_BYTES];
    const char *entries[HOOK_ENTRIES + 1]; /* ends with NULL */
};

/* Fills it: control and facts are the tape's, path is that of its file, end_utc_ns when it ended. A
   longer path is cut. */
void hook_environment_fill(struct hook_environment *environment,
                           const struct tapemap_control *control, const struct layout_tape *facts,
                           const char *path, uint64_t end_utc_ns);

#endif
