/* SPDX-License-Identifier: MIT */
#include "recorder.h"

#include <inttypes.h>

#include "atomic64.h"
#include "level_meter.h"
#include "program.h"
#include "recorder_state.h"
#include "say.h"
#include "steady_clock.h"
#include "wake_events.h"

/* How often is asked whether a status line is due. */
#define RECORDER_SHOW_MS 100

/* How long another interrupt waits for what is said at the end to be taken. */
#define RECORDER_GRACE_MS 2000u
#define RECORDER_GRACE_STEP_MS 10u

/* Set by the handler of interrupts, on a thread of the system's; asked at every tick. */
static struct tapemap_shared_u64 interrupt_seen;
/* 1: the end is said, and what is left to do waits for nobody outside. */
static struct tapemap_shared_u64 is_closing;

static void recorder_note_interrupt(void)
{
    store_release_u64(&interrupt_seen, 1);
}

/* The tape has ended. Ctrl+C pressed twice must not cost a file its completion; but the thread that
   says how it went may wait for a console or pipe for ever, and then this ends the process. */
static void recorder_insist(void)
{
    for (uint32_t waited = 0; waited < RECORDER_GRACE_MS; waited += RECORDER_GRACE_STEP_MS) {
        if (load_acquire_u64(&is_closing) != 0)
            return;
        steady_clock_sleep_ms(RECORDER_GRACE_STEP_MS);
    }
    program_give_up("tapemapd: cannot finish: it was interrupted and nobody reads what it says; "
                    "the tape has ended, and 'tapemap recover' completes its file\n", 1);
}

void recorder_note_closing(void)
{
    store_release_u64(&is_closing, 1);
}

struct instant recorder_now(void)
{
    struct instant now = {steady_clock_now(), utc_now_ns()};
    return now;
}

const char *recorder_path(const struct recorder *recorder)
{
    return recorder->storage.is_temporary ? NULL : recorder->storage.path;
}

/* The recorder needs it no more: it is about to be closed. */
char *recorder_take_path(struct recorder *recorder)
{
    char *path = recorder->storage.path;

    if (!recorder_path(recorder))
        return NULL;
    recorder->storage.path = NULL;
    return path;
}

const struct tapemap_control *recorder_control(const struct recorder *recorder)
{
    return tape_control(deck_tape(recorder->deck));
}

uint64_t recorder_silence_due(const struct recorder *recorder)
{
    return tape_silence_due(deck_tape(recorder->deck));
}

bool recorder_was_lost(const struct recorder *recorder)
{
    return recorder->options->waits_for_source && deck_is_lost(recorder->deck);
}

void recorder_get_facts(const struct recorder *recorder, struct status_facts *facts)
{
    const struct tapemap_control *control = recorder_control(recorder);

    facts->head = load_acquire_u64(&control->head);
    facts->sample_rate_hz = control->sample_rate_hz;
    facts->channels = control->channels;
    facts->committed_bytes = load_acquire_u64(&control->committed_bytes);
    facts->gap_count = load_acquire_u64(&control->gap_count);
    facts->gap_frames = load_acquire_u64(&control->gap_frames);
    facts->levels = 0;
}

/* Waits for the console as long as that takes: not for the keeper. */
static void recorder_show(struct recorder *recorder)
{
    struct status_facts facts;
    uint64_t clock = steady_clock_now();

    if (!status_line_is_due(&recorder->line, clock))
        return;
    recorder_get_facts(recorder, &facts);
    facts.levels = level_meter_read(recorder->storage.audio, recorder_control(recorder), facts.peak,
                                    sizeof facts.peak / sizeof facts.peak[0]);
    status_line_show(&recorder->line, &facts, clock, recorder->config.tape.clock_hz);
}

/* That nothing is recorded is told while it is so, and not in the end. */
static void recorder_tell_of_room(struct recorder *recorder)
{
    const struct tapemap_control *control = recorder_control(recorder);
    bool waits = load_acquire_u64(&control->state) == TAPEMAP_STATE_WAITING;

    if (waits == recorder->is_told_to_wait)
        return;
    recorder->is_told_to_wait = waits;
    status_line_finish(&recorder->line);
    if (waits)
        say("recording deck '%s': the disk is full at frame %" PRIu64
            "; make room, and recording goes on", control->deck_name,
            load_acquire_u64(&control->head));
    else
        say("recording deck '%s': there is room again", control->deck_name);
}

/* So is what becomes of the source. */
static void recorder_tell_of_source(struct recorder *recorder)
{
    char text[400];

    while (source_thread_take_news(recorder->sources, text, sizeof text)) {
        status_line_finish(&recorder->line);
        say("recording deck '%s': %s", recorder->options->deck, text);
    }
}

/* A device that does not answer its stop cannot hold up the tape's end: it finds the gate shut. */
static void recorder_stop_source(struct recorder *recorder)
{
    source_thread_stop(recorder->sources);
    while (!deck_shut(recorder->deck))
        steady_clock_sleep_ms(1);
}

void recorder_end_deck(struct recorder *recorder)
{
    deck_end(recorder->deck, recorder_now());
    wake_events_end(recorder->events);
    recorder->has_ended = true;
}

/*
 * Starting a device may take seconds: the tape beats meanwhile, and takes what comes already. The
 * deck does not tick, because it counts how long its source has been silent.
 */
static void recorder_await_source(struct recorder *recorder)
{
    while (!source_thread_has_answered(recorder->sources)) {
        tape_tick(deck_tape(recorder->deck), recorder_now());
        /* The device may never answer: then only the next interrupt can end this. */
        if (load_acquire_u64(&interrupt_seen) != 0)
            program_on_interrupt(NULL);
        keeper_timer_wait(recorder->timer);
    }
}

static void recorder_tick_to_the_end(struct recorder *recorder)
{
    for (;;) {
        struct instant now = recorder_now();
        bool goes_on;

        if (load_acquire_u64(&interrupt_seen) != 0)
            deck_request_end(recorder->deck, TAPEMAP_REASON_REQUESTED, NULL);
        goes_on = deck_tick(recorder->deck, now);
        source_thread_tick(recorder->sources);
        if (!goes_on)
            return;
        keeper_timer_wait(recorder->timer);
    }
}

/* The keeper's thread, which must not wait for a console or pipe: audio is lost meanwhile. */
static void recorder_keep(void *context)
{
    struct recorder *recorder = context;

    recorder_await_source(recorder);
    program_on_interrupt(recorder_note_interrupt);
    recorder_tick_to_the_end(recorder);
    recorder_stop_source(recorder);
    recorder_end_deck(recorder);
    program_on_interrupt(recorder_insist);
}

/* The keeper comes last: once it runs, it ends the tape. */
static enum tapemap_status recorder_start_threads(struct recorder *recorder,
                                                  struct failure *failure)
{
    uint64_t flush_ns = recorder->options->file.flush_ns;
    enum tapemap_status status = TAPEMAP_OK;

    if (recorder->storage.path && flush_ns != 0)
        status = flusher_start(deck_tape(recorder->deck), flush_ns, &recorder->flusher, failure);
    if (status == TAPEMAP_OK)
        status = keeper_thread_start(recorder_keep, recorder, &recorder->keeper, failure);
    if (status != TAPEMAP_OK)
        flusher_stop(recorder->flusher);
    return status;
}

enum tapemap_status recorder_run(struct recorder *recorder, struct failure *failure)
{
    enum tapemap_status status;

    program_on_interrupt(recorder_note_interrupt);
    status = recorder_start_threads(recorder, failure);
    if (status != TAPEMAP_OK) {
        deck_request_end(recorder->deck, TAPEMAP_REASON_FAILURE, failure->text);
        recorder_end_deck(recorder);
        return status;
    }
    source_thread_start(recorder->sources, recorder->deck, recorder->timer);
    status_line_init(&recorder->line, recorder->options->is_quiet, steady_clock_now(),
                     recorder->config.tape.clock_hz);
    while (!keeper_thread_wait(recorder->keeper, RECORDER_SHOW_MS)) {
        recorder_tell_of_room(recorder);
        recorder_tell_of_source(recorder);
        recorder_show(recorder);
    }
    keeper_thread_destroy(recorder->keeper);
    flusher_stop(recorder->flusher);
    recorder_tell_of_source(recorder);
    status_line_finish(&recorder->line);
    return source_thread_answer(recorder->sources, failure);
}
