/* SPDX-License-Identifier: MIT */
#include "deck_change.h"

#include <assert.h>

#include "atomic64.h"
#include "audio_format.h"
#include "deck_private.h"
#include "quantity.h"
#include "tape_change.h"

static bool is_joined(const struct deck *deck)
{
    return deck->next && tape_boundary(deck->tape) != TAPE_ENDLESS;
}

static void join(struct deck *deck)
{
    struct instant now = {deck->tick_clock, deck->tick_utc_ns};
    if (is_joined(deck))
        tape_join(deck->tape, deck->next, now);
}

bool deck_may_offer(const struct deck *deck)
{
    return !deck->next && !deck->left;
}

void deck_offer_next(struct deck *deck, struct tape *next, void *wake_context)
{
    assert(deck_may_offer(deck));
    deck->next = next;
    deck->next_wake_context = wake_context;
    join(deck);
}

uint64_t deck_set_boundary(struct deck *deck, uint64_t position)
{
    if (is_joined(deck))
        return TAPE_ENDLESS;
    uint64_t boundary = tape_set_boundary(deck->tape, position);
    join(deck);
    return boundary;
}

uint64_t deck_boundary(const struct deck *deck)
{
    return tape_boundary(deck->tape);
}

/* The present tape becomes the left one, `next` the present one. */
static void change(struct deck *deck, struct tape *next, void *wake_context)
{
    assert(!deck->left);
    deck->left = deck->tape;
    deck->tape = next;
    deck->config.wake_context = wake_context;
    deck->first_head = 0;
    deck->is_recording = false;
}

void deck_note_change(struct deck *deck, struct instant now)
{
    if (!deck->next || !tape_is_left(deck->tape))
        return;
    deck_write_marks(deck, now);
    tape_begin_after(deck->tape, deck->next, deck->time_from, now);
    change(deck, deck->next, deck->next_wake_context);
    deck->next = NULL;
    deck_carry_over(deck, now);
}

/* The next tape's first: what moves from one to the other may be missed so, never counted twice. */
uint64_t deck_silence_due(const struct deck *deck)
{
    uint64_t due = deck->next ? tape_silence_due(deck->next) : 0;
    return due + tape_silence_due(deck->tape);
}

struct tape *deck_take_left(struct deck *deck, struct instant now)
{
    struct tape *left = deck->left;
    if (left)
        deck_write_marks_on(deck, left, now);
    deck->left = NULL;
    return left;
}

struct tape *deck_take_unused(struct deck *deck)
{
    struct tape *unused = deck->next;
    deck->next = NULL;
    return unused;
}

bool deck_wants_format(const struct deck *deck, struct audio_format *format)
{
    uint64_t wanted = load_acquire_u64(&deck->format_wanted);
    if (wanted == 0 || wanted == load_relaxed_u64(&deck->format))
        return false;
    *format = audio_format_unpack(wanted);
    return true;
}

void deck_request_format(struct deck *deck, const struct audio_format *format)
{
    store_release_u64(&deck->format_wanted, audio_format_pack(format));
}

struct audio_format deck_format(const struct deck *deck)
{
    return audio_format_unpack(load_acquire_u64(&deck->format));
}

/* The keeper is the appending thread then. */
bool deck_may_replace(const struct deck *deck)
{
    return deck->link == DECK_LINK_LOST && deck->keeping.is_on && !deck->left;
}

void deck_replace_tape(struct deck *deck, struct tape *next, void *wake_context,
                       struct instant now)
{
    const struct tapemap_control *control = tape_control(next);
    uint32_t was_hz = deck->config.tape.format.sample_rate_hz;
    struct audio_format format = audio_format_of(control);

    assert(control->previous_tape_id == 0);
    assert(deck_may_replace(deck) && !deck->next);
    deck_write_marks(deck, now);
    tape_begin_anew(deck->tape, next, deck_keep_otherwise(deck, &format), now);
    change(deck, next, wake_context);
    deck->appender = tape_appender(next);
    deck_carry_over(deck, now);
    deck->quiet_before = quantity_scale(deck->quiet_before, format.sample_rate_hz, was_hz);
}

void deck_request_rotate(struct deck *deck)
{
    store_release_u64(&deck->rotate_wanted, 1);
}

bool deck_take_rotate_request(struct deck *deck)
{
    return load_relaxed_u64(&deck->rotate_wanted) != 0 &&
           exchange_u64(&deck->rotate_wanted, 0) != 0;
}
