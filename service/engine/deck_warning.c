/* SPDX-License-Identifier: MIT */
/* What somebody should look at, though recording goes on. */
#include "atomic64.h"
#include "deck_private.h"

#define QUIET_SECONDS 10u

void deck_warn(struct deck *deck, uint32_t warning, bool holds, const char *why,
               struct instant now)
{
    uint32_t warnings = holds ? deck->warnings | warning : deck->warnings & ~warning;
    if (warnings == deck->warnings)
        return;
    deck->warnings = warnings;
    tape_set_warnings(deck->tape, warnings, why, now);
}

/* Silence that stands for a gap is no input. */
void deck_watch_sound(struct deck *deck, struct instant now)
{
    const struct tapemap_control *control = tape_control(deck->tape);
    uint64_t gap_frames = load_relaxed_u64(&control->gap_frames);
    uint64_t sound_end = tape_sound_end(deck->tape);
    if (!deck->config.is_clocked)
        return;
    if (sound_end != deck->sound_end) {
        deck->sound_end = sound_end;
        deck->gaps_at_sound = gap_frames;
        deck_warn(deck, TAPEMAP_WARNING_SILENT_INPUT, false, "there is sound again", now);
        return;
    }
    uint64_t since = load_acquire_u64(&control->head) - sound_end;
    uint64_t gaps = gap_frames - deck->gaps_at_sound;
    if (sound_end != 0 && since >= gaps &&
        since - gaps >= (uint64_t)QUIET_SECONDS * deck->config.tape.format.sample_rate_hz)
        deck_warn(deck, TAPEMAP_WARNING_SILENT_INPUT, true,
                  "nothing but zeros for ten seconds, where there was sound", now);
}
