/* SPDX-License-Identifier: MIT */
#include "deck_private.h"

#include <stdlib.h>

#include "atomic64.h"
#include "audio_format.h"
#include "utf8_text.h"

/* The first frames after an interruption say how long it was. */
static void expect_frames(const struct deck_config *config, struct tape *tape, struct instant now)
{
    if (config->is_clocked && load_relaxed_u64(&tape_control(tape)->resume_count) != 0)
        tape_append_expect(tape_appender(tape), now.clock);
}

enum tapemap_status deck_adopt(const struct deck_config *config, struct tape *tape,
                               struct instant now, struct deck **deck, struct failure *failure)
{
    struct deck *made = calloc(1, sizeof *made);
    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a deck; close other programs");
    bool is_paused = load_acquire_u64(&tape_control(tape)->state) == TAPEMAP_STATE_PAUSED;
    if (!is_paused)
        expect_frames(config, tape, now);
    made->config = *config;
    made->tape = tape;
    made->appender = tape_appender(tape);
    made->first_head = load_acquire_u64(&tape_control(tape)->head);
    made->tick_clock = now.clock;
    made->tick_utc_ns = now.utc_ns;
    made->time_from = now.clock;
    made->is_clocked = config->is_clocked;
    made->source_number = 1;
    store_relaxed_u64(&made->announced, 1);
    store_relaxed_u64(&made->format, audio_format_pack(&config->tape.format));
    made->state = is_paused ? TAPEMAP_STATE_PAUSED : TAPEMAP_STATE_STARTING;
    made->is_paused = is_paused;
    store_relaxed_u64(&made->pause_wanted, is_paused);
    if (!is_paused && load_relaxed_u64(&tape_control(tape)->resume_count) != 0)
        deck_expect_gap(made);
    deck_set_gate(made);
    gap_detector_init(&made->gaps, config->tape.format.sample_rate_hz, config->tape.clock_hz);
    *deck = made;
    return TAPEMAP_OK;
}

/* The tape has been made for this alone. */
static enum tapemap_status adopt_or_destroy(const struct deck_config *config, struct tape *tape,
                                            struct instant now, struct deck **deck,
                                            struct failure *failure)
{
    enum tapemap_status status = deck_adopt(config, tape, now, deck, failure);
    if (status != TAPEMAP_OK)
        tape_destroy(tape);
    return status;
}

enum tapemap_status deck_create(const struct deck_config *config, struct store *audio,
                                struct store *index, struct instant now, struct deck **deck,
                                struct failure *failure)
{
    struct tape *tape;
    enum tapemap_status status = tape_create(&config->tape, audio, index, now, &tape, failure);
    return status == TAPEMAP_OK ? adopt_or_destroy(config, tape, now, deck, failure) : status;
}

enum tapemap_status deck_resume(struct deck_config *config, struct store *audio,
                                struct store *index, struct instant now, struct deck **deck,
                                struct failure *failure)
{
    struct tape *tape;
    enum tapemap_status status = tape_resume(&config->tape, audio, index, now, &tape, failure);
    return status == TAPEMAP_OK ? adopt_or_destroy(config, tape, now, deck, failure) : status;
}

void deck_destroy(struct deck *deck)
{
    if (!deck)
        return;
    deck_abandon(deck);
    free(deck);
}

void deck_abandon(struct deck *deck)
{
    tape_destroy(deck->left);
    tape_destroy(deck->next);
    tape_destroy(deck->tape);
    deck->left = deck->next = deck->tape = NULL;
}

struct tape *deck_tape(struct deck *deck)
{
    return deck->tape;
}

void deck_request_end(struct deck *deck, enum tapemap_reason reason, const char *text)
{
    if (exchange_u64(&deck->end_claimed, 1) != 0)
        return;
    if (text)
        utf8_shorten(text, deck->end_text, sizeof deck->end_text);
    store_release_u64(&deck->end_reason, (uint64_t)reason);
}

bool deck_is_to_end(const struct deck *deck)
{
    return load_acquire_u64(&deck->end_claimed) != 0;
}

static void note_first_frames(struct deck *deck, struct instant now)
{
    if (deck->is_recording || deck->link != DECK_LINK_UP ||
        load_acquire_u64(&tape_control(deck->tape)->head) == deck->first_head)
        return;
    deck->is_recording = true;
    deck_show_state(deck, "", now);
}

/* Every tick that has seen the head move wakes: the next one sees it where it is. */
static void wake_readers(struct deck *deck, bool has_moved)
{
    if (has_moved && deck->config.wake_readers)
        deck->config.wake_readers(deck->config.wake_context);
}

void deck_tick_early(struct deck *deck, struct instant now)
{
    deck_note_change(deck, now);
    deck->tick_clock = now.clock;
    deck->tick_utc_ns = now.utc_ns;
    bool has_moved = tape_tick(deck->tape, now);
    deck_write_marks(deck, now);
    wake_readers(deck, has_moved);
}

bool deck_tick(struct deck *deck, struct instant now)
{
    deck_note_change(deck, now);
    deck_count_unheard(deck, now.clock);
    deck->tick_utc_ns = now.utc_ns;
    deck_watch_clock(deck, now); /* its newest frames, before what becomes of the source */
    deck_follow_pause(deck, now);
    deck_follow_source(deck, now);
    bool has_moved = tape_tick(deck->tape, now);
    deck_settle_gap(deck, now);
    deck_settle_pause(deck, now);
    note_first_frames(deck, now);
    deck_write_marks(deck, now);
    deck_watch_sound(deck, now);
    wake_readers(deck, has_moved);
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
    deck_keep_time(deck, now.clock, now);
    deck_note_change(deck, now);
    deck_request_end(deck, TAPEMAP_REASON_REQUESTED, NULL);
    enum tapemap_reason reason = (enum tapemap_reason)load_acquire_u64(&deck->end_reason);
    if (deck->waits_untold > 0)
        deck_tell_of_waits(deck, now);
    const char *text = deck->end_text[0] ? deck->end_text : default_text(reason);
    deck_close_marks(deck, now);
    tape_end(deck->tape, reason, text, now);
}

void deck_leave(struct deck *deck, struct instant now)
{
    deck_close_marks(deck, now);
}
