/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_SUPERVISOR_PRESENCE_H
#define TAPEMAP_SUPERVISOR_PRESENCE_H

#include <stdbool.h>

/* Whether a supervisor of that namespace (object_names.h) answers that this process is the recorder
   of one of its decks: then it starts another one when this has ended. Threads: any. Blocks: up to
   two seconds. */
bool supervisor_has_this_recorder(const char *space);

#endif
