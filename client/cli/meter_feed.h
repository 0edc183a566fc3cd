/* SPDX-License-Identifier: MIT */
/* What of a meter has to see every frame: loudness, true peak and clips. */
#ifndef TAPEMAP_METER_FEED_H
#define TAPEMAP_METER_FEED_H

#include "cli_tape.h"
#include "level_hold.h"
#include "loudness.h"

struct meter_feed {
    struct cli_tape *tape;
    uint64_t position;          /* of the next frame to see */
    uint64_t missed_frames;     /* a ring overwrote them before they were seen */
    struct loudness *loudness;  /* NULL: of such a tape it cannot be measured */
    struct clip_counter *clips; /* one per channel */
    float *block;
};

/* Begins at `position`. Returns OK or E_MEMORY; meter_feed_close ends it in either case. */
enum tapemap_status meter_feed_open(struct meter_feed *feed, struct cli_tape *tape,
                                    uint64_t position);
void meter_feed_close(struct meter_feed *feed);

/* Sees all frames up to `head`, or as many as it can in about `budget_ms`. Returns OK, also when it
   was overtaken by a ring and went on behind · E_MEMORY · as tapemap_read_float. */
enum tapemap_status meter_feed_until(struct meter_feed *feed, uint64_t head, uint32_t budget_ms);

#endif
