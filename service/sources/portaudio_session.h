/* SPDX-License-Identifier: MIT */
/* PortAudio's life and its failures. For files of this folder that use PortAudio. */
#ifndef TAPEMAP_PORTAUDIO_SESSION_H
#define TAPEMAP_PORTAUDIO_SESSION_H

#include <portaudio.h>

#include "portaudio_devices.h"
#include "source.h"

/* Pa_Initialize and Pa_Terminate; PortAudio counts nested sessions. Its device list is that of the
   moment when the outermost one began. Blocks: may, for seconds. */
enum tapemap_status portaudio_session_begin(struct failure *failure);
void portaudio_session_end(void);

/* Says what `error` means for `device` when somebody wanted to record it in `wanted`. */
enum tapemap_status portaudio_failure(PaError error, const struct device_info *device,
                                      const struct audio_format *wanted, struct failure *failure);

#endif
