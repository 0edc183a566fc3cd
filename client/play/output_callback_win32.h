/* SPDX-License-Identifier: MIT */
/* What runs on PortAudio's own threads: calls nothing but the steady clock and the queue. */
#ifndef TAPEMAP_OUTPUT_CALLBACK_WIN32_H
#define TAPEMAP_OUTPUT_CALLBACK_WIN32_H

#include <portaudio.h>

#include "play_queue.h"

/* Between the output and the callback. */
struct output_tap {
    struct play_queue queue;
    struct tapemap_shared_u64 is_finished; /* 1 once the stream has ended */
};

/* PaStreamCallback; `tap` is a struct output_tap. Never blocks. */
int output_callback(const void *input, void *output, unsigned long frame_count,
                    const PaStreamCallbackTimeInfo *times, PaStreamCallbackFlags flags, void *tap);

/* PaStreamFinishedCallback. Never blocks. */
void output_finished(void *tap);

#endif
