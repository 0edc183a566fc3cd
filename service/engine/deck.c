/* SPDX-License-Identifier: MIT */
#include "deck_private.h"

#include <stdlib.h>

#include "atomic64.h"
#include "utf8_text.h"

/* The deck around its tape, which it takes over. */
static enum tapemap_status make_deck(const struct deck_config *config, struct tape *tape,
                                     struct instant now, struct deck **deck,
                                     struct failure *failure)
{
    struct deck *made = calloc(1, sizeof *made);
    if (!made) {
        tape_destroy(tape);
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a deck; close other programs");
    }
    made->config = *config;
    made->tape = tape;
    made->first_head = load_acquire_u64(&tape_control(tape)->head);
    made->tick_clock = now.clock;
    gap_detector_init(&made->gaps, config->tape.format.sample_rate_hz, config->tape.clock_hz);
    *deck = made;
    return TAPEMAP_OK;
}

enum tapemap_status deck_create(const struct deck_config *config, struct store *audio,
                                struct store *index, struct instant now, struct deck **deck,
                                struct failure *failure)
{
    struct tape *tape;
    enum tapemap_status status = tape_create(&config->tape, audio, index, now, &tape, failure);
    return status == TAPEMAP_OK ? make_deck(config, tape, now, deck, failure) : status;
}

enum tapemap_status deck_resume(struct deck_config *config, struct store *audio,
                                struct store *index, struct instant now, struct deck **deck,
                                struct failure *failure)
{
    struct tape *tape;
    enum tapemap_status status = tape_resume(&config->tape, audio, index, now, &tape, failure);
    if (status != TAPEMAP_OK)
        return status;
    if (config->is_clocked)
        tape_append_expect(tape_appender(tape), now.clock, config->tape.format.sample_rate_hz,
                           config->tape.clock_hz);
    return make_deck(config, tape, now, deck, failure);
}

void deck_destroy(struct deck *deck)
{
    if (!deck)
        return;
    tape_destroy(deck->tape);
    free(deck);
}

struct tape *deck_tape(struct deck *deck)
{
    return deck->tape;
}

size_t deck_append(struct deck *deck, const void *frames, size_t count, uint64_t clock)
{
    return tape_append(tape_appender(deck->tape), frames, count, clock);
}

void deck_sink_frames(void *deck, const void *frames, size_t count, uint64_t clock)
{
    struct tape_appender *appender = tape_appender(((struct deck *)deck)->tape);
    size_t taken = tape_append(appender, frames, count, clock);
    if (taken < count)
        tape_append_lost(appender, count - taken);
}

void deck_sink_overflow(void *deck, uint64_t clock)
{
    tape_append_overflow(tape_appender(((struct deck *)deck)->tape), clock);
}

void deck_sink_lost(void *deck)
{
    store_release_u64(&((struct deck *)deck)->lost, 1);
}

void deck_request_end(struct deck *deck, enum tapemap_reason reason, const char *text)
{
    if (exchange_u64(&deck->end_claimed, 1) != 0)
        return;
    if (text)
        utf8_shorten(text, deck->end_text, sizeof deck->end_text);
    store_release_u64(&deck->end_reason, (uint64_t)reason);
}

static void note_first_frames(struct deck *deck, struct instant now)
{
    if (deck->is_recording || load_acquire_u64(&tape_control(deck->tape)->head) == deck->first_head)
        return;
    deck->is_recording = true;
    tape_set_state(deck->tape, TAPEMAP_STATE_RECORDING, "", now);
}

bool deck_tick(struct deck *deck, struct instant now)
{
    deck_count_unheard(deck, now.clock);
    if (deck->config.is_clocked)
        deck_watch_clock(deck, now);
    bool has_moved = tape_tick(deck->tape, now);
    note_first_frames(deck, now);
    deck_write_marks(deck, now);
    if (load_acquire_u64(&deck->lost) != 0)
        deck_note_lost_source(deck, "the source went away", now);
    if (has_moved && deck->config.wake_readers)
        deck->config.wake_readers(deck->config.wake_context);
    deck_watch_room(deck, now);
    deck_watch_waits(deck, now);
    return load_acquire_u64(&deck->end_reason) == TAPEMAP_REASON_NONE;
}

static const char *default_text(enum tapemap_reason reason)
{
    switch (reason) {
    case TAPEMAP_REASON_REQUESTED: return "stopped on request";
    case TAPEMAP_REASON_DURATION: return "the length asked for is recorded";
    case TAPEMAP_REASON_SOURCE_ENDED: return "the source is at its end";
    case TAPEMAP_REASON_CAPACITY: return "the tape is full; give it more --capacity, or use --ring";
    case TAPEMAP_REASON_COMMIT_LIMIT:
        return "no more memory can be committed; enlarge the pagefile, raise --commit-limit, or "
               "use --ring";
    case TAPEMAP_REASON_DISK_FULL: return "the disk is full; make room, or record elsewhere";
    case TAPEMAP_REASON_SOURCE_LOST:
        return "the source went away; reconnect it and record again";
    case TAPEMAP_REASON_FAILURE: return "the recorder failed";
    case TAPEMAP_REASON_ROTATED: return "the deck goes on with its next tape";
    case TAPEMAP_REASON_NONE: break;
    }
    return "";
}

void deck_end(struct deck *deck, struct instant now)
{
    deck_request_end(deck, TAPEMAP_REASON_REQUESTED, NULL);
    enum tapemap_reason reason = (enum tapemap_reason)load_acquire_u64(&deck->end_reason);
    if (deck->waits_untold > 0)
        deck_tell_of_waits(deck, now);
    const char *text = deck->end_text[0] ? deck->end_text : default_text(reason);
    deck_write_marks(deck, now);
    tape_end(deck->tape, reason, text, now);
}
