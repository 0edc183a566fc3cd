/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_INHERITANCE_H
#define TAPEMAP_INHERITANCE_H

#include <stdbool.h>

/* Says whether child processes, if they inherit handles at all, get this one too; under the same
   number. Returns false: this process has no such handle. Threads: any. Blocks: never. */
bool inheritance_set(void *handle, bool is_inherited);

#endif
