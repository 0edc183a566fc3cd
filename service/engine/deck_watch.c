/* SPDX-License-Identifier: MIT */
/* What a deck notices of its source. */
#include "atomic64.h"
#include "deck_private.h"

/* DirectSound and MME just stop calling back when their device goes away; WASAPI gives up after
   the same time by itself. */
#define SILENT_SOURCE_SECONDS 10u
/* So much silence, as after a sleep, takes many appends. */
#define LONG_LOSS_SECONDS 1u
/* A tick that is later than this was asleep itself (suspend, a debugger): that says nothing of the
   source, which is given its ten seconds afterwards. */
#define AWAKE_TICK_MS 100u

void deck_count_unheard(struct deck *deck, uint64_t clock)
{
    uint64_t most = deck->config.tape.clock_hz / 1000 * AWAKE_TICK_MS;
    uint64_t passed = clock - deck->tick_clock;
    uint64_t heard = load_relaxed_u64(&deck->heard);
    deck->unheard += passed < most ? passed : most;
    deck->tick_clock = clock;
    if (heard != deck->seen_heard)
        deck->unheard = 0; /* also by frames that were dropped, or that the tape has no room for */
    deck->seen_heard = heard;
}

void deck_begin_watch(struct deck *deck)
{
    uint64_t head;
    gap_detector_init(&deck->gaps, deck->config.tape.format.sample_rate_hz,
                      deck->config.tape.clock_hz);
    tape_append_stamp(tape_appender(deck->tape), &head, &deck->seen_stamp);
}

void deck_watch_clock(struct deck *deck, struct instant now)
{
    uint64_t head;
    uint64_t clock;
    uint64_t noticed;
    if (!deck->is_clocked)
        return;
    if (deck->unheard >= SILENT_SOURCE_SECONDS * deck->config.tape.clock_hz)
        deck_lose_source(deck, "the source delivered nothing for ten seconds", now);
    if (deck->link != DECK_LINK_UP || deck->is_paused ||
        !tape_append_stamp(tape_appender(deck->tape), &head, &clock) || clock == deck->seen_stamp)
        return;
    uint64_t due = deck_silence_due(deck); /* after the head: see tape.h */
    uint64_t begin = tape_control(deck->tape)->series_position;
    deck->seen_stamp = clock;
    /* Silence that is due counts as delivered: much of it is not on the tape at once. */
    uint64_t lost = gap_detector_observe(&deck->gaps, begin + head + due, clock, &noticed);
    if (lost > LONG_LOSS_SECONDS * deck->config.tape.format.sample_rate_hz)
        deck_expect_gap(deck);
    if (lost > 0)
        tape_insert_silence(deck->tape, lost, noticed > begin ? noticed - begin : 0);
}
