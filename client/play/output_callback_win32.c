/* SPDX-License-Identifier: MIT */
#include "output_callback_win32.h"

#include "atomic64.h"
#include "steady_clock.h"

int output_callback(const void *input, void *output, unsigned long frame_count,
                    const PaStreamCallbackTimeInfo *times, PaStreamCallbackFlags flags, void *user)
{
    struct output_tap *tap = user;

    (void)input;
    (void)times;
    (void)flags;
    play_queue_take(&tap->queue, output, frame_count, steady_clock_now());
    return paContinue;
}

void output_finished(void *user)
{
    struct output_tap *tap = user;

    store_release_u64(&tap->is_finished, 1);
}
