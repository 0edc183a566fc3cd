/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_METER_JSON_H
#define TAPEMAP_METER_JSON_H

#include "meter_line.h"
#include "tapemap/tapemap.h"

/* What `tapemap meter --json` adds to what the other forms show. */
struct meter_place {
    const struct tapemap_now *now;
    uint64_t measured; /* up to here the loudness and the clips count */
    uint64_t missed_frames;
};

/* Prints one line: an object. dB and LUFS of silence are null. Returns an enum cli_exit. */
int meter_print_json(const struct meter_picture *picture, const struct meter_place *place);

#endif
