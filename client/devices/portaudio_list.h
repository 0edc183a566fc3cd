/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_PORTAUDIO_LIST_H
#define TAPEMAP_PORTAUDIO_LIST_H

#include "device_info.h"

/*
 * Lists the devices of one direction, between Pa_Initialize and Pa_Terminate, those of the best
 * host API first: WASAPI, DirectSound, MME, PortAudio's default one, the others, WDM-KS. Fills up
 * to `room` rows; *count receives how many there are, which may be more. `rows` may be NULL when
 * room is 0. Threads: one at a time. Blocks: never.
 */
void portaudio_list(enum device_direction direction, struct device_info *rows, size_t room,
                    size_t *count);

#endif
