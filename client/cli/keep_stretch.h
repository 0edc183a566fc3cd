/* SPDX-License-Identifier: MIT */
/* Which frames `keep` is to keep, and what the journal says of them. Pure. */
#ifndef TAPEMAP_KEEP_STRETCH_H
#define TAPEMAP_KEEP_STRETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "tapemap/layout.h"

struct keep_stretch {
    uint64_t from;
    uint64_t to;      /* past the last frame; may not be recorded yet */
    uint64_t unmade; /* wanted before frame 0: there never were any */
};

/* `before` frames before what came `ago` frames before a position, and `after` from it on. */
struct keep_stretch keep_around(uint64_t position, uint64_t ago, uint64_t before, uint64_t after);

/* A record of a tape of which the frames [from, to) are kept, `at` being the first of them in the
   file: makes of its position one in the file, and of a gap the part that is kept. false: it is no
   mark and no gap, or of other frames, or there are no such positions in a file. */
bool keep_stretch_take(struct tapemap_record *record, uint64_t from, uint64_t to, uint64_t at);

#endif
