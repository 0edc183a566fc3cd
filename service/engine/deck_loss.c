/* SPDX-License-Identifier: MIT */
/*
 * A deck without its source.
 *
 *   up --lost--> lost --announced--> starting --its first frames--> up
 *                 ^                     | lost, or ten seconds without frames
 *                 +---------------------+
 *
 * From the loss to the first frames the gate is shut, and the keeper is the appending thread: at
 * each tick it appends the silence that the time since the newest frames of the lost source makes,
 * by the steady clock and the tape's nominal rate, counted as a whole each time, so that no error
 * adds up over hours. The first frames of the new source are not taken, but say when it began; what
 * its second ones find missing is counted by tape_append_expect.
 */
#include <string.h>

#include "atomic64.h"
#include "audio_format.h"
#include "deck_private.h"
#include "quantity.h"
#include "utf8_text.h"
#include "whole_numbers.h"

/* ---- The source's thread -------------------------------------------------------------------- */

/* The keeper holds `next_source` for no longer than a copy takes. */
uint64_t deck_source_starts(struct deck *deck, const struct deck_source *source)
{
    uint64_t number = load_relaxed_u64(&deck->announced) + 1;
    store_relaxed_u64(&deck->announced, number);
    while (exchange_u64(&deck->starts, DECK_START_BUSY) == DECK_START_BUSY) {
    }
    deck->next_source = *source;
    deck->next_number = number;
    store_release_u64(&deck->lost, DECK_NOT_LOST);
    store_release_u64(&deck->starts, DECK_START_ANNOUNCED);
    return number;
}

void deck_source_stops(struct deck *deck)
{
    store_release_u64(&deck->lost, DECK_LOST_ON_PURPOSE);
}

uint64_t deck_lost_source(const struct deck *deck)
{
    return load_acquire_u64(&deck->lost_source);
}

uint64_t deck_finds(const struct deck *deck)
{
    return load_acquire_u64(&deck->finds);
}

uint64_t deck_lost_at(const struct deck *deck)
{
    return load_acquire_u64(&deck->lost_at);
}

uint64_t deck_found_at(const struct deck *deck)
{
    return load_acquire_u64(&deck->found_at);
}

/* ---- The keeper ----------------------------------------------------------------------------- */

void deck_set_gate(struct deck *deck)
{
    enum deck_gate gate = deck->is_paused ? DECK_GATE_SHUT : DECK_GATE_OPEN;
    if (deck->config.keeps_time && deck->link == DECK_LINK_LOST)
        gate = DECK_GATE_SHUT;
    else if (deck->link == DECK_LINK_STARTING)
        gate = DECK_GATE_KNOCK;
    if (load_relaxed_u64(&deck->gate) != (uint64_t)gate)
        exchange_u64(&deck->gate, (uint64_t)gate);
}

bool deck_is_lost(const struct deck *deck)
{
    return deck->link != DECK_LINK_UP || deck->source.is_fallback;
}

bool deck_is_still(const struct deck *deck)
{
    return load_relaxed_u64(&deck->gate) != DECK_GATE_OPEN &&
           load_acquire_u64(&deck->is_inside) == 0;
}

bool deck_shut(struct deck *deck)
{
    exchange_u64(&deck->gate, DECK_GATE_SHUT);
    return deck_is_still(deck);
}

static uint64_t series_position_of(const struct deck *deck, uint64_t position)
{
    return tape_control(deck->tape)->series_position + position;
}

static void lose(struct deck *deck, const char *text, struct instant now)
{
    enum deck_link was = deck->link;
    deck->link = DECK_LINK_LOST;
    deck_set_gate(deck);
    if (was != DECK_LINK_UP)
        return;
    uint64_t head = load_acquire_u64(&tape_control(deck->tape)->head);
    store_release_u64(&deck->lost_at, series_position_of(deck, head));
    tape_journal(deck->tape, TAPEMAP_RECORD_SOURCE, head, 0, text, now);
    deck_show_state(deck, text, now);
    if (!deck->config.keeps_time)
        deck_request_end(deck, TAPEMAP_REASON_SOURCE_LOST, NULL);
}

void deck_lose_source(struct deck *deck, const char *text, struct instant now)
{
    if (deck->link == DECK_LINK_LOST)
        return;
    lose(deck, text, now);
    store_release_u64(&deck->lost_source, deck->source_number);
}

static void take_start(struct deck *deck, struct instant now)
{
    if (load_acquire_u64(&deck->starts) != DECK_START_ANNOUNCED ||
        exchange_u64(&deck->starts, DECK_START_BUSY) != DECK_START_ANNOUNCED)
        return;
    struct deck_source source = deck->next_source;
    deck->source_number = deck->next_number;
    store_release_u64(&deck->starts, DECK_NO_START);
    if (!audio_formats_are_equal(&source.format, &deck->config.tape.format)) {
        store_release_u64(&deck->lost_source, deck->source_number);
        return; /* it found the tape as it was before deck_replace_tape */
    }
    deck->source = source;
    store_relaxed_u64(&deck->format_wanted, 0);
    if (deck->link == DECK_LINK_UP)
        lose(deck, "another source takes its place", now);
    store_release_u64(&deck->knock_clock, 0);
    deck->is_clocked = deck->source.is_clocked;
    deck->unheard = 0;
    deck->link = DECK_LINK_STARTING;
    deck_set_gate(deck);
}

static void take_loss(struct deck *deck, struct instant now)
{
    uint64_t lost = exchange_u64(&deck->lost, DECK_NOT_LOST);
    if (lost == DECK_LOST_BY_ITSELF)
        deck_lose_source(deck, "the source went away", now);
    else if (lost == DECK_LOST_ON_PURPOSE)
        lose(deck, "the source was left for another", now);
}

/* Silence begins at the time of the newest frames, be they taken or owed. A source of which frames
   are still expected has delivered none since then. */
static uint64_t keeping_begins_at(struct deck *deck)
{
    uint64_t head;
    uint64_t clock = 0;
    if (tape_append_expect_no_more(deck->appender, &clock))
        return clock;
    tape_append_stamp(deck->appender, &head, &clock);
    return max_u64(max_u64(clock, deck->owed_clock), deck->time_from);
}

static void begin_keeping(struct deck *deck, struct instant now)
{
    deck_note_change(deck, now); /* the source may have gone over in this very tick */
    uint64_t clock = keeping_begins_at(deck);
    deck->keeping = (struct deck_keeping){true, clock, clock, 0};
    deck->is_closing_gap = false;
    tape_gather_gap(deck->tape);
    /* A machine that slept, and whose device delivered once more before it went. */
    tape_append_lost(deck->appender, gap_detector_unreported(&deck->gaps));
}

void deck_keep_time(struct deck *deck, uint64_t clock, struct instant now)
{
    struct deck_keeping *keeping = &deck->keeping;
    const struct tape_config *tape = &deck->config.tape;
    static const unsigned char nothing = 0;
    if (!keeping->is_on)
        return;
    uint64_t passed = clock > keeping->from_clock ? clock - keeping->from_clock : 0;
    uint64_t frames = quantity_scale(passed, tape->format.sample_rate_hz, tape->clock_hz);
    if (frames > keeping->frames) {
        tape_append_lost(deck->appender, frames - keeping->frames);
        keeping->frames = frames;
    }
    keeping->until_clock = max_u64(keeping->until_clock, clock);
    tape_append_on(&deck->appender, &nothing, 0, clock);
    deck_note_change(deck, now);
}

/* How long it was silent, as the next found_at is to be read. */
static void rebase_loss(struct deck *deck, uint32_t from_hz, uint32_t to_hz)
{
    uint64_t head = load_acquire_u64(&tape_control(deck->tape)->head);
    uint64_t silent = series_position_of(deck, head) - load_relaxed_u64(&deck->lost_at);
    store_release_u64(&deck->lost_at, 0 - quantity_scale(silent, to_hz, from_hz));
}

uint64_t deck_keep_otherwise(struct deck *deck, const struct audio_format *format)
{
    struct deck_keeping *keeping = &deck->keeping;
    struct tape_config *tape = &deck->config.tape;
    uint32_t was_hz = tape->format.sample_rate_hz;
    keeping->from_clock += quantity_scale(keeping->frames, tape->clock_hz, was_hz);
    keeping->frames = 0;
    rebase_loss(deck, was_hz, format->sample_rate_hz);
    tape->format = *format;
    store_release_u64(&deck->format, audio_format_pack(format));
    return keeping->from_clock;
}

/* The first frames came, captured until `clock`: what comes next is taken. */
static void find_source(struct deck *deck, uint64_t clock, struct instant now)
{
    if (deck->keeping.is_on) {
        deck_keep_time(deck, clock, now);
        tape_append_expect(deck->appender, deck->keeping.until_clock);
        deck->keeping.is_on = false;
        deck_expect_gap(deck);
    }
    deck->link = DECK_LINK_UP;
    deck->is_recording = true;
    deck_begin_watch(deck);
    uint64_t head = load_acquire_u64(&tape_control(deck->tape)->head);
    store_release_u64(&deck->found_at, series_position_of(deck, head));
    tape_journal(deck->tape, TAPEMAP_RECORD_SOURCE, head, 1, deck->source.description, now);
    deck_warn(deck, TAPEMAP_WARNING_FALLBACK, deck->source.is_fallback,
              deck->source.is_fallback ? "recorded from the fallback source"
                                       : "the source is back",
              now);
    deck_show_state(deck, "the source delivers", now);
    deck_set_gate(deck);
    store_release_u64(&deck->finds, load_relaxed_u64(&deck->finds) + 1);
}

void deck_follow_source(struct deck *deck, struct instant now)
{
    take_start(deck, now);
    take_loss(deck, now);
    if (!deck->config.keeps_time || deck->link == DECK_LINK_UP)
        return;
    if (!deck->keeping.is_on && !deck->is_paused && deck_is_still(deck))
        begin_keeping(deck, now);
    uint64_t knock = load_acquire_u64(&deck->knock_clock);
    if (deck->link == DECK_LINK_STARTING && knock != 0 &&
        (deck->keeping.is_on || deck->is_paused))
        find_source(deck, knock, now);
    else
        deck_keep_time(deck, now.clock, now);
}

void deck_carry_over(struct deck *deck, struct instant now)
{
    uint64_t head;
    uint64_t clock = 0;
    /* A source that is lost before it delivered anything for this tape delivered until then. */
    if (tape_append_stamp(tape_appender(deck->left), &head, &clock))
        deck->time_from = max_u64(deck->time_from, clock);
    deck->is_waiting = false;
    deck->state = TAPEMAP_STATE_STARTING;
    deck_show_state(deck, "still so on this tape", now);
    if (deck->keeping.is_on || deck->is_closing_gap)
        tape_gather_gap(deck->tape);
    deck->closing_stamp = 0;
    deck->is_gap_out = false;
    deck_carry_quiet(deck, deck->left);
    if (deck->warnings != 0)
        tape_set_warnings(deck->tape, deck->warnings, "still so on this tape", now);
}

void deck_expect_gap(struct deck *deck)
{
    tape_gather_gap(deck->tape);
    deck->is_closing_gap = true;
    deck->is_gap_out = false;
    deck->closing_stamp = load_relaxed_u64(&tape_appender(deck->tape)->stamp_count);
}

void deck_settle_gap(struct deck *deck, struct instant now)
{
    struct tape_appender *appender = tape_appender(deck->tape);
    if (!deck->is_closing_gap)
        return;
    /* In this order: the stamp is published after what its append left due, and its events. */
    bool is_out = load_acquire_u64(&appender->stamp_count) != deck->closing_stamp &&
                  tape_silence_due(deck->tape) == 0;
    if (is_out && deck->is_gap_out) { /* this tick took its last event */
        tape_close_gap(deck->tape, now);
        deck->is_closing_gap = false;
    }
    deck->is_gap_out = is_out; /* frames for which there was no room yet may owe more */
}
