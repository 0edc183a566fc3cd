/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_SINK_VALVE_H
#define TAPEMAP_SINK_VALVE_H

#include <stdbool.h>

#include "atomic64.h"
#include "source.h"

/* Between a source and its sink. Shut, it lets nothing through and notes what came: so a source is
   known to deliver before it takes another's place. */
struct sink_valve {
    struct source_sink to;
    struct tapemap_shared_u64 is_open;
    struct tapemap_shared_u64 has_come;  /* frames */
    struct tapemap_shared_u64 has_ended; /* the source delivers no more */
    struct tapemap_shared_u64 has_told;  /* the sink was told so */
};

/* A shut one in front of `to`, which is copied. No source uses the valve; never blocks. */
void sink_valve_init(struct sink_valve *valve, const struct source_sink *to);

/* What to give to the source: it is good as long as the valve. Never blocks. */
struct source_sink sink_valve_sink(struct sink_valve *valve);

/* Whether frames have come, and the source has not ended since. Any thread; never blocks. */
bool sink_valve_flows(const struct sink_valve *valve);

/* From now on all goes through; that the source has ended before, too. One thread; never blocks. */
void sink_valve_open(struct sink_valve *valve);

#endif
