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

/* Frames since the newest sound; silence that stands for a gap is no input. */
static uint64_t quiet_frames(const struct deck *deck, const struct tape *tape)
{
    const struct tapemap_control *control = tape_control(tape);
    uint64_t since = load_acquire_u64(&control->head) - deck->sound_end;
    uint64_t gaps = load_relaxed_u64(&control->gap_frames) - deck->gaps_at_sound;
    return deck->quiet_before + (since > gaps ? since - gaps : 0);
}

void deck_carry_quiet(struct deck *deck, const struct tape *left)
{
    deck->quiet_before = quiet_frames(deck, left);
    deck->sound_end = 0;
    deck->gaps_at_sound = 0;
}

void deck_watch_sound(struct deck *deck, struct instant now)
{
    uint64_t sound_end = tape_sound_end(deck->tape);
    if (!deck->config.is_clocked)
        return;
    if (sound_end != deck->sound_end) {
        deck->has_sound = true;
        deck->quiet_before = 0;
        deck->sound_end = sound_end;
        deck->gaps_at_sound = load_relaxed_u64(&tape_control(deck->tape)->gap_frames);
        deck_warn(deck, TAPEMAP_WARNING_SILENT_INPUT, false, "there is sound again", now);
        return;
    }
    if (deck->has_sound && quiet_frames(deck, deck->tape) >=
                               (uint64_t)QUIET_SECONDS * deck->config.tape.format.sample_rate_hz)
        deck_warn(deck, TAPEMAP_WARNING_SILENT_INPUT, true,
                  deck->config.tape.silence_level > 0
                      ? "below --silence-below for ten seconds, where there was sound"
                      : "nothing but zeros for ten seconds, where there was sound",
                  now);
}
