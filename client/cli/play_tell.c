/* SPDX-License-Identifier: MIT */
/* What `tapemap play` has to say beside its line. */
#include <inttypes.h>

#include "atomic64.h"
#include "cli_fail.h"
#include "play_session.h"
#include "program.h"
#include "quantity.h"
#include "steady_clock.h"

#define TELL_EVERY_NS 1000000000u

void play_tell_start(const struct play *play)
{
    const struct output_facts *facts = output_facts(play->output);
    uint64_t first = load_relaxed_u64(&play->queue->first_clock);
    uint64_t since_ns = quantity_scale(steady_clock_now() - first, 1000000000u, steady_clock_hz());
    uint64_t age_ns = program_age_ns();

    cli_note("%s: sound began %" PRIu64 " ms after the program; %s: %s, %u channels, %u Hz",
             play->tape.label, (age_ns > since_ns ? age_ns - since_ns : 0) / 1000000u,
             facts->device.host_api, facts->device.name, (unsigned)facts->channels,
             (unsigned)facts->rate_hz);
}

void play_tell_end(const struct play *play)
{
    cli_note("%s: the device took %" PRIu64 " frames; %" PRIu64 " underruns of %" PRIu64
             " frames in all, %" PRIu64 " waits for the head", play->tape.label,
             load_relaxed_u64(&play->queue->played), load_relaxed_u64(&play->queue->underruns),
             load_relaxed_u64(&play->queue->missing), play->waits);
}

/* Who plays slower than a ring is filled loses something many times a second. */
void play_tell_overwritten(struct play *play, bool is_last)
{
    uint64_t now_ns = play_now_ns();
    uint64_t new_frames = play->overwritten.frames - play->overwritten.said;
    bool is_early = play->overwritten.said_ns != 0 &&
                    now_ns - play->overwritten.said_ns < TELL_EVERY_NS;

    if (new_frames == 0 || (is_early && !is_last))
        return;
    cli_note("%s: the ring overwrote %" PRIu64 " frames before they were played, %" PRIu64
             " in all; going on at frame %" PRIu64, play->tape.label, new_frames,
             play->overwritten.frames, play->position);
    play->overwritten.said = play->overwritten.frames;
    play->overwritten.said_ns = now_ns;
}
