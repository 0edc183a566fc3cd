/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_LEVEL_METER_H
#define TAPEMAP_LEVEL_METER_H

#include "store.h"
#include "tapemap/layout.h"

/*
 * The largest absolute sample of each of the first `room` channels in the newest 200 ms (less at
 * the end of a ring), read through a small view of its own. Returns how many channels were
 * measured: 0 when nothing is recorded or no view is to be had.
 * Threads: any. Blocks: never for long.
 */
uint32_t level_meter_read(struct store *audio, const struct tapemap_control *control, float *peaks,
                          uint32_t room);

#endif
