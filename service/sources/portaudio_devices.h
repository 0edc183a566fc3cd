/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_PORTAUDIO_DEVICES_H
#define TAPEMAP_PORTAUDIO_DEVICES_H

#include "device_info.h"
#include "failure.h"

/*
 * Lists the input devices as portaudio_list does. Fills up to `room` rows; *count receives how many
 * there are, which may be more (or 0: that is no failure). `rows` may be NULL when room is 0.
 * Returns OK · E_SYSTEM with failure filled · E_UNSUPPORTED: built without PortAudio.
 * Threads: one at a time. Blocks: may, for seconds.
 */
enum tapemap_status devices_list(struct device_info *rows, size_t room, size_t *count,
                                 struct failure *failure);

#endif
