/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_SOURCE_PROBE_H
#define TAPEMAP_SOURCE_PROBE_H

#include <stdbool.h>

#include "source.h"

/*
 * Asks another process, `tapemapd devices --find`, whether the source could be opened now in this
 * format: in this one PortAudio's list of devices is that of its oldest session.
 * Threads: any. Blocks: for a second or so, four at most.
 */
bool source_probe(const char *spec, const struct audio_format *format);

#endif
