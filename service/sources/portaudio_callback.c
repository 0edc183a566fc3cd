/* SPDX-License-Identifier: MIT */
#include "portaudio_callback.h"

#include "atomic64.h"
#include "steady_clock.h"

/* PortAudio's own time of the first sample is wrong for WASAPI (19.7.0) and 0 for MME. */
int portaudio_callback(const void *input, void *output, unsigned long frame_count,
                       const PaStreamCallbackTimeInfo *times, PaStreamCallbackFlags flags,
                       void *user)
{
    uint64_t clock = steady_clock_now();
    struct portaudio_tap *tap = user;
    const struct source_sink *sink = &tap->sink;

    (void)output;
    (void)times;
    /* The first buffer of a stream is often flagged, though nothing was lost. */
    if ((flags & paInputOverflow) && tap->has_delivered)
        sink->overflow(sink->context, clock);
    tap->has_delivered = true;
    if (input && frame_count > 0)
        sink->frames(sink->context, input, frame_count, clock);
    return paContinue;
}

void portaudio_finished(void *user)
{
    struct portaudio_tap *tap = user;

    if (exchange_u64(&tap->finished, 1) == 0 && load_acquire_u64(&tap->stopping) == 0)
        tap->sink.lost(tap->sink.context);
}
