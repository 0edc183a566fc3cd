/* SPDX-License-Identifier: MIT */
/*
 * What runs on PortAudio's own threads. portaudio_callback.c calls nothing but the steady clock
 * and the sink, which never block.
 */
#ifndef TAPEMAP_PORTAUDIO_CALLBACK_H
#define TAPEMAP_PORTAUDIO_CALLBACK_H

#include <portaudio.h>

#include "source.h"

/* Between the source and the callback; filled before the stream starts. */
struct portaudio_tap {
    struct source_sink sink;
    bool has_delivered;                 /* the callback's own */
    struct tapemap_shared_u64 stopping; /* 1 once the source itself stops the stream */
    struct tapemap_shared_u64 finished; /* 1 once the stream has ended */
};

/* PaStreamCallback; `tap` is a struct portaudio_tap. */
int portaudio_callback(const void *input, void *output, unsigned long frame_count,
                       const PaStreamCallbackTimeInfo *times, PaStreamCallbackFlags flags,
                       void *tap);

/* PaStreamFinishedCallback. */
void portaudio_finished(void *tap);

#endif
