/* SPDX-License-Identifier: MIT */
/* What a deck notices of its source. */
#include "atomic64.h"
#include "deck_private.h"

/* DirectSound and MME just stop calling back when their device goes away; WASAPI gives up after
   the same time by itself. */
#define SILENT_SOURCE_SECONDS 10u
/* A tick that is later than this was asleep itself (suspend, a debugger): that says nothing of the
   source, which is given its ten seconds afterwards. */
#define AWAKE_TICK_MS 100u

void deck_note_lost_source(struct deck *deck, const char *text, struct instant now)
{
    if (deck->is_lost_noted)
        return;
    deck->is_lost_noted = true;
    tape_journal(deck->tape, TAPEMAP_RECORD_SOURCE,
                 load_acquire_u64(&tape_control(deck->tape)->head), 0, text, now);
    tape_set_state(deck->tape, TAPEMAP_STATE_SOURCE_LOST, text, now);
    deck_request_end(deck, TAPEMAP_REASON_SOURCE_LOST, NULL);
}

void deck_count_unheard(struct deck *deck, uint64_t clock)
{
    uint64_t most = deck->config.tape.clock_hz / 1000 * AWAKE_TICK_MS;
    uint64_t passed = clock - deck->tick_clock;
    deck->unheard += passed < most ? passed : most;
    deck->tick_clock = clock;
}

void deck_watch_clock(struct deck *deck, struct instant now)
{
    uint64_t head;
    uint64_t clock;
    uint64_t noticed;
    bool has_stamp = tape_append_stamp(tape_appender(deck->tape), &head, &clock);
    uint64_t due = deck_silence_due(deck); /* after the head: see tape.h */
    uint64_t begin = tape_control(deck->tape)->series_position;
    if (due != deck->seen_due)
        deck->unheard = 0; /* frames come, although the tape has no room for them */
    deck->seen_due = due;
    if (!has_stamp || clock == deck->seen_stamp) {
        if (deck->unheard >= SILENT_SOURCE_SECONDS * deck->config.tape.clock_hz)
            deck_note_lost_source(deck, "the source delivered nothing for ten seconds", now);
        return;
    }
    deck->seen_stamp = clock;
    deck->unheard = 0;
    /* Silence that is due counts as delivered: much of it is not on the tape at once. */
    uint64_t lost = gap_detector_observe(&deck->gaps, begin + head + due, clock, &noticed);
    if (lost > 0)
        tape_insert_silence(deck->tape, lost, noticed > begin ? noticed - begin : 0);
}
