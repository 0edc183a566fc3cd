/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_LOCAL_OFFSET_H
#define TAPEMAP_LOCAL_OFFSET_H

#include <stdint.h>

/* The seconds by which this machine's local time is ahead of UTC at a moment, given in seconds
   since 1970-01-01T00:00:00Z; 0 where the system does not say. By the rules of that moment's year.
   Any thread; reads the system's settings, so not for an audio callback. */
int32_t local_offset_s(uint64_t utc_s);

#endif
