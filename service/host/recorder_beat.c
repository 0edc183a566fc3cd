/* SPDX-License-Identifier: MIT */
/* What a recorder does about its keeper when that hangs, as it may at a file's disk: says so, and
   lets whoever asks for an end have one. */
#include <stdio.h>

#include "atomic64.h"
#include "daemon_verbs.h"
#include "last_words.h"
#include "program.h"
#include "recorder_state.h"
#include "say.h"

#define PATIENCE_MS 10000u

/* For what the keeper waits, as far as anybody knows. */
struct culprit {
    const char *wrong;
    const char *remedy;
    const char *rest; /* what becomes of the tape when nobody waits any longer */
};

static const struct culprit disk = {
    "its disk has not answered", "see whether it is well",
    "see whether it is well, and then let 'tapemap recover' complete the file"};
static const struct culprit memory = {
    "the system has given it no memory", "close other programs",
    "close other programs; of the tape is left what readers hold"};

static const struct culprit *culprit_of(const struct recorder *recorder)
{
    return recorder->config.tape.is_file ? &disk : &memory;
}

static unsigned still_seconds(const struct recorder *recorder)
{
    return (unsigned)(recorder->still_ms / 1000);
}

static void tell(const struct recorder *recorder)
{
    say_error("recording deck '%s': %s for %u s%s; %s", recorder->options->deck,
              culprit_of(recorder)->wrong, still_seconds(recorder),
              recorder->config.is_clocked ? ", and what its device delivers now is lost" : "",
              culprit_of(recorder)->remedy);
}

static void give_up(const struct recorder *recorder)
{
    char text[300];
    char line[400];

    snprintf(text, sizeof text, "it cannot end: %s for %u s; %s", culprit_of(recorder)->wrong,
             still_seconds(recorder), culprit_of(recorder)->rest);
    last_words_leave(recorder->options->last_words, text);
    snprintf(line, sizeof line, "tapemapd: recording deck '%s': %s\n", recorder->options->deck,
             text);
    program_give_up(line, DAEMON_FAILED);
}

void recorder_beat(struct recorder *recorder)
{
    store_relaxed_u64(&recorder->beats, load_relaxed_u64(&recorder->beats) + 1);
}

void recorder_watch_keeper(struct recorder *recorder, uint32_t passed_ms, bool is_to_end)
{
    uint64_t beats = load_relaxed_u64(&recorder->beats);
    bool was_told = recorder->still_ms >= PATIENCE_MS;

    if (beats != recorder->seen_beats) {
        if (was_told)
            say("recording deck '%s': it goes on, after %u s", recorder->options->deck,
                still_seconds(recorder));
        recorder->seen_beats = beats;
        recorder->still_ms = 0;
        return;
    }
    recorder->still_ms += passed_ms;
    if (recorder->still_ms < PATIENCE_MS)
        return;
    if (!was_told)
        tell(recorder);
    if (is_to_end)
        give_up(recorder);
}
