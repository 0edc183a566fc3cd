/* SPDX-License-Identifier: MIT */
/* Where the words of `keep` lie in the series of a tape, whichever of its tapes that is on. */
#ifndef TAPEMAP_KEEP_PLACE_H
#define TAPEMAP_KEEP_PLACE_H

#include <stdint.h>

#include "cli_tape.h"

/* So many frames before a position that counts from the beginning of the series: perhaps before its
   frame 0. */
struct keep_place {
    uint64_t position;
    uint64_t ago;
};

/* Understands the value of --around on the newest tape of a series. A time that is none of this
   tape's, or on this one is yet to come, and a mark that it has not are looked for on the tapes
   before it, the last one first; -30s counts from the head wherever that leads. Returns an enum
   cli_exit; a failure has been said. Blocks: for the disk. */
int keep_place_find(const struct cli_tape *tape, const char *text, struct keep_place *place);

/* Understands a length such as 90s in frames; NULL is 0. Returns and says as keep_place_find. */
int keep_place_length(const struct cli_tape *tape, const char *option, const char *text,
                      uint64_t *frames);

#endif
