/* SPDX-License-Identifier: MIT */
/* A device of a test's own: a thread delivers its frames. A test's device begins with one. */
#ifndef TAPEMAP_DEVICE_RIG_H
#define TAPEMAP_DEVICE_RIG_H

#include "sleeper.h"
#include "source.h"
#include "tapemap/layout.h"

struct device_rig {
    struct source base;
    struct source_sink sink;
    struct sleeper *sleeper;
    struct tapemap_shared_u64 is_stopping; /* 1: `deliver` is to return */
};

/* For source_ops.start: runs `deliver`, with the device as its context, on a thread of its own. */
enum tapemap_status device_rig_start(struct source *source, const struct source_sink *sink,
                                     void (*deliver)(struct sleeper *sleeper, void *device),
                                     struct failure *failure);

/* For source_ops.stop and .close: ends the thread, if there is one. Blocks: for `deliver`. */
void device_rig_stop(struct source *source);

#endif
