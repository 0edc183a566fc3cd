/* SPDX-License-Identifier: MIT */
/* A deck that stands still on request, and the state that it shows. */
#include "atomic64.h"
#include "deck_private.h"

void deck_request_pause(struct deck *deck, bool is_wanted)
{
    store_release_u64(&deck->pause_wanted, is_wanted);
}

static void begin_pause(struct deck *deck, struct instant now)
{
    deck_keep_time(deck, now.clock, now);
    deck->keeping.is_on = false;
    deck->is_paused = true;
    deck->paused_clock = now.clock;
    deck->is_pause_untold = true;
    deck_set_gate(deck);
    deck_show_state(deck, "paused on request", now);
}

/* The time that was paused is nobody's loss: neither silence nor the gap detector counts it, nor do
   frames that were expected before. Nobody is inside yet. */
static void go_on(struct deck *deck, struct instant now)
{
    uint64_t expected;
    if (tape_append_expect_no_more(deck->appender, &expected))
        tape_append_expect(deck->appender, expected + (now.clock - deck->paused_clock));
    deck->is_paused = false;
    deck->time_from = now.clock;
    deck_begin_watch(deck);
    tape_anchor_again(deck->tape, now);
    deck_show_state(deck, "going on after a pause", now);
    deck_set_gate(deck);
}

void deck_follow_pause(struct deck *deck, struct instant now)
{
    bool is_wanted = load_acquire_u64(&deck->pause_wanted) != 0;
    if (is_wanted && !deck->is_paused)
        begin_pause(deck, now);
    else if (!is_wanted && deck->is_paused && !deck->is_pause_untold)
        go_on(deck, now);
}

/* The anchor comes once nobody is inside, and after the records of what was appended by then. */
void deck_settle_pause(struct deck *deck, struct instant now)
{
    if (!deck->is_pause_untold || !deck_is_still(deck))
        return;
    if (deck->is_still_seen) {
        tape_close_gap(deck->tape, now);
        deck->is_closing_gap = false;
        if (tape_silence_due(deck->tape) > 0) /* of a sleep; it comes when the deck goes on */
            deck_expect_gap(deck);
        tape_anchor(deck->tape, now);
        deck->is_pause_untold = false;
    }
    deck->is_still_seen = !deck->is_still_seen;
}

static enum tapemap_state state_of(const struct deck *deck)
{
    if (deck->is_paused)
        return TAPEMAP_STATE_PAUSED;
    if (deck->is_waiting)
        return TAPEMAP_STATE_WAITING;
    if (deck->link != DECK_LINK_UP)
        return TAPEMAP_STATE_SOURCE_LOST;
    return deck->is_recording ? TAPEMAP_STATE_RECORDING : TAPEMAP_STATE_STARTING;
}

void deck_show_state(struct deck *deck, const char *why, struct instant now)
{
    enum tapemap_state state = state_of(deck);
    if (state == deck->state)
        return;
    deck->state = state;
    tape_set_state(deck->tape, state, why, now);
}
