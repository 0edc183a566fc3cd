/* SPDX-License-Identifier: MIT */
/*
 * The appending thread's side of a deck: what runs in an audio callback calls nothing but the
 * appender, and a lint test holds it to that.
 *
 * The gate has a full barrier on both sides: here somebody is inside first, then comes the look at
 * the gate; the keeper shuts the gate, then looks whether somebody is inside.
 */
#include "atomic64.h"
#include "deck_private.h"

static bool enter(struct deck *deck, uint64_t clock)
{
    exchange_u64(&deck->is_inside, 1);
    uint64_t gate = load_acquire_u64(&deck->gate);
    if (gate == DECK_GATE_OPEN)
        return true;
    if (gate == DECK_GATE_KNOCK)
        store_release_u64(&deck->knock_clock, clock);
    store_release_u64(&deck->is_inside, 0);
    return false;
}

static void leave(struct deck *deck)
{
    store_release_u64(&deck->is_inside, 0);
}

/* With `is_final` what does not fit is lost. */
static size_t take(struct deck *deck, const void *frames, size_t count, uint64_t clock,
                   bool is_final)
{
    store_relaxed_u64(&deck->heard, load_relaxed_u64(&deck->heard) + 1);
    if (!enter(deck, clock))
        return 0;
    size_t taken = tape_append_on(&deck->appender, frames, count, clock);
    if (is_final && taken < count) {
        tape_append_lost(deck->appender, count - taken);
        deck->owed_clock = clock;
    }
    leave(deck);
    return taken;
}

size_t deck_append(struct deck *deck, const void *frames, size_t count, uint64_t clock)
{
    return take(deck, frames, count, clock, false);
}

void deck_sink_frames(void *deck, const void *frames, size_t count, uint64_t clock)
{
    take(deck, frames, count, clock, true);
}

void deck_sink_overflow(void *deck, uint64_t clock)
{
    struct deck *self = deck;
    if (load_relaxed_u64(&self->gate) != DECK_GATE_OPEN || !enter(self, clock))
        return;
    tape_append_overflow(self->appender, clock);
    leave(self);
}

void deck_sink_lost(void *deck)
{
    store_release_u64(&((struct deck *)deck)->lost, DECK_LOST_BY_ITSELF);
}

bool deck_takes_frames(const struct deck *deck)
{
    return load_acquire_u64(&deck->gate) == DECK_GATE_OPEN;
}
