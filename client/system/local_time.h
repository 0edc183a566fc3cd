/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_LOCAL_TIME_H
#define TAPEMAP_LOCAL_TIME_H

#include <stdint.h>

/* How far the local clock is ahead of UTC at a moment, by the rules that its zone has in that year:
   it may be summer time then and not now. 0 when the system does not say. Any thread; never
   blocks. */
int64_t local_time_offset_ns(uint64_t utc_ns);

#endif
