/* SPDX-License-Identifier: MIT */
#include "deck.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "atomic64.h"
#include "gap_detector.h"
#include "tapemap/tapemap.h"
#include "utf8_text.h"

/* DirectSound and MME just stop calling back when their device goes away; WASAPI gives up after
   the same time by itself. */
#define SILENT_SOURCE_SECONDS 10u
/* A tick that is later than this was asleep itself (suspend, a debugger): that says nothing of the
   source, which is given its ten seconds afterwards. */
#define AWAKE_TICK_MS 100u
/* A disk that has room for a moment again and again must not fill the journal. */
#define WAITS_TOLD_SECONDS 10u

struct deck {
    struct deck_config config;
    struct tape *tape;
    struct gap_detector gaps;
    uint64_t seen_stamp;  /* clock of the newest append that the gap detector saw */
    uint64_t tick_clock;  /* of the newest tick */
    uint64_t unheard;     /* ticks of the clock without a frame, as far as we were awake */
    uint64_t seen_due;    /* silence that was due at the newest tick */
    uint64_t first_head; /* a resumed tape's begins where the head was */
    bool is_recording;   /* the first frames came */
    bool is_waiting;     /* for room on the disk */
    uint64_t waits_at;   /* the head, since then */
    bool is_wait_told;   /* the newest record about it says that it waits */
    uint64_t waits_untold; /* times it came to wait since that record */
    uint64_t wait_told_clock; /* when such a record came last; 0: never */
    bool is_lost_noted;

    struct tapemap_shared_u64 lost;         /* 1: the source said that it is gone */
    struct tapemap_shared_u64 end_claimed;  /* 1: somebody is writing the two below, or has */
    struct tapemap_shared_u64 end_reason;   /* enum tapemap_reason; published last */
    char end_text[256];
};

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

/* The source is gone: say so, keep it, and ask for the end. */
static void note_lost_source(struct deck *deck, const char *text, struct instant now)
{
    if (deck->is_lost_noted)
        return;
    deck->is_lost_noted = true;
    tape_journal(deck->tape, TAPEMAP_RECORD_SOURCE,
                 load_acquire_u64(&tape_control(deck->tape)->head), 0, text, now);
    tape_set_state(deck->tape, TAPEMAP_STATE_SOURCE_LOST, text, now);
    deck_request_end(deck, TAPEMAP_REASON_SOURCE_LOST, NULL);
}

static void count_unheard(struct deck *deck, uint64_t clock)
{
    uint64_t most = deck->config.tape.clock_hz / 1000 * AWAKE_TICK_MS;
    uint64_t passed = clock - deck->tick_clock;
    deck->unheard += passed < most ? passed : most;
    deck->tick_clock = clock;
}

static void watch_the_clock(struct deck *deck, struct instant now)
{
    uint64_t head;
    uint64_t clock;
    uint64_t noticed;
    bool has_stamp = tape_append_stamp(tape_appender(deck->tape), &head, &clock);
    uint64_t due = tape_silence_due(deck->tape); /* after the head: see tape.h */
    if (due != deck->seen_due)
        deck->unheard = 0; /* frames come, although the tape has no room for them */
    deck->seen_due = due;
    if (!has_stamp || clock == deck->seen_stamp) {
        if (deck->unheard >= SILENT_SOURCE_SECONDS * deck->config.tape.clock_hz)
            note_lost_source(deck, "the source delivered nothing for ten seconds", now);
        return;
    }
    deck->seen_stamp = clock;
    deck->unheard = 0;
    /* Silence that is due counts as delivered: much of it is not on the tape at once. */
    uint64_t lost = gap_detector_observe(&deck->gaps, head + due, clock, &noticed);
    if (lost > 0)
        tape_insert_silence(deck->tape, lost, noticed);
}

static void note_first_frames(struct deck *deck, struct instant now)
{
    if (deck->is_recording || load_acquire_u64(&tape_control(deck->tape)->head) == deck->first_head)
        return;
    deck->is_recording = true;
    tape_set_state(deck->tape, TAPEMAP_STATE_RECORDING, "", now);
}

/* Enters what is untold about waiting into the journal. */
static void tell_of_waits(struct deck *deck, struct instant now)
{
    const char *text = deck->is_waiting ? "the disk is full; make room, and recording goes on"
                                        : "there is room again";
    char counted[64];
    if (deck->waits_untold > 1 || (deck->waits_untold == 1 && !deck->is_waiting)) {
        snprintf(counted, sizeof counted, "the disk was full %" PRIu64 " more times%s",
                 deck->waits_untold, deck->is_waiting ? ", and is" : "; there is room");
        text = counted;
    }
    if (deck->waits_untold > 0)
        deck->wait_told_clock = now.clock;
    deck->is_wait_told = deck->is_waiting;
    deck->waits_untold = 0;
    tape_journal(deck->tape, TAPEMAP_RECORD_STATE,
                 load_acquire_u64(&tape_control(deck->tape)->head),
                 deck->is_waiting ? TAPEMAP_STATE_WAITING : TAPEMAP_STATE_RECORDING, text, now);
}

/* The control block says at once what is so, the journal only so often. */
static void watch_waits(struct deck *deck, struct instant now)
{
    bool may_tell = deck->wait_told_clock == 0 ||
                    now.clock - deck->wait_told_clock >=
                        WAITS_TOLD_SECONDS * deck->config.tape.clock_hz;
    if (deck->waits_untold > 0 ? may_tell : deck->is_wait_told != deck->is_waiting)
        tell_of_waits(deck, now);
}

static void wait_for_room(struct deck *deck, struct instant now)
{
    if (!deck->is_waiting) {
        deck->waits_untold++;
        tape_set_state(deck->tape, TAPEMAP_STATE_WAITING, NULL, now);
    }
    deck->is_waiting = true;
    deck->waits_at = load_acquire_u64(&tape_control(deck->tape)->head);
}

static void note_room(struct deck *deck, struct instant now)
{
    if (!deck->is_waiting || load_acquire_u64(&tape_control(deck->tape)->head) == deck->waits_at)
        return;
    deck->is_waiting = false;
    tape_set_state(deck->tape, TAPEMAP_STATE_RECORDING, NULL, now);
}

static void watch_the_room(struct deck *deck, struct instant now)
{
    enum tapemap_reason reason;
    enum tapemap_status status = tape_grant_status(deck->tape);
    struct failure failure;
    if (!tape_is_full(deck->tape, &reason)) {
        note_room(deck, now);
        return;
    }
    if (reason == TAPEMAP_REASON_DISK_FULL && deck->config.waits_for_room) {
        wait_for_room(deck, now);
        return;
    }
    if (reason == TAPEMAP_REASON_FAILURE)
        failure_set(&failure, status, "the tape has no room for more: %s; %s",
                    tapemap_status_text(status), tapemap_status_remedy(status));
    deck_request_end(deck, reason, reason == TAPEMAP_REASON_FAILURE ? failure.text : NULL);
}

bool deck_tick(struct deck *deck, struct instant now)
{
    count_unheard(deck, now.clock);
    if (deck->config.is_clocked)
        watch_the_clock(deck, now);
    bool has_moved = tape_tick(deck->tape, now);
    note_first_frames(deck, now);
    if (load_acquire_u64(&deck->lost) != 0)
        note_lost_source(deck, "the source went away", now);
    if (has_moved && deck->config.wake_readers)
        deck->config.wake_readers(deck->config.wake_context);
    watch_the_room(deck, now);
    watch_waits(deck, now);
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
    case TAPEMAP_REASON_NONE: break;
    }
    return "";
}

void deck_end(struct deck *deck, struct instant now)
{
    deck_request_end(deck, TAPEMAP_REASON_REQUESTED, NULL);
    enum tapemap_reason reason = (enum tapemap_reason)load_acquire_u64(&deck->end_reason);
    if (deck->waits_untold > 0)
        tell_of_waits(deck, now);
    const char *text = deck->end_text[0] ? deck->end_text : default_text(reason);
    tape_end(deck->tape, reason, text, now);
}
