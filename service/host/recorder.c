/* SPDX-License-Identifier: MIT */
#include "recorder.h"

#include <stdio.h>
#include <stdlib.h>

#include "atomic64.h"
#include "catalogue.h"
#include "deck_lock.h"
#include "identity.h"
#include "keeper_thread.h"
#include "keeper_timer.h"
#include "level_meter.h"
#include "object_names.h"
#include "pagefile_store.h"
#include "pcm.h"
#include "program.h"
#include "pump.h"
#include "steady_clock.h"
#include "wake_events.h"

/* Commands of a service come from another session than a user's; a later issue makes this a
   choice. */
#define RECORDER_SPACE OBJECT_SPACE_LOCAL

/* At full speed a ring is refilled once a tick: so much of it keeps the pump busy meanwhile. */
#define RECORDER_FULL_SPEED_AHEAD_BYTES 8388608u

struct recorder {
    const struct record_options *options;
    struct catalogue *catalogue;
    struct deck_lock *lock;
    struct source *source;
    struct deck_config config;
    struct store *audio;
    struct store *index;
    struct wake_events *events;
    struct deck *deck;
    struct keeper_timer *timer;
    struct pump *pump;
    struct keeper_thread *keeper;
    struct status_line line;
    struct tapemap_shared_u64 source_has_answered; /* 1: its start returned, and `pump` is set */
    bool has_ended;       /* deck_end was called */
    bool is_source_stuck; /* its thread did not come back; see pump_stop */
};

/* How often is asked whether a status line is due. */
#define RECORDER_SHOW_MS 100

/* Set by the handler of interrupts, on a thread of the system's; asked at every tick. */
static struct tapemap_shared_u64 interrupt_seen;

static void recorder_note_interrupt(void)
{
    store_release_u64(&interrupt_seen, 1);
}

static struct instant recorder_now(void)
{
    struct instant now = {steady_clock_now(), utc_now_ns()};
    return now;
}

/* ---- Opening: each step leaves what it made in the recorder, for recorder_close -------------- */

static enum tapemap_status recorder_take_deck(struct recorder *recorder, struct failure *failure)
{
    const char *deck = recorder->options->deck;
    enum tapemap_status status = catalogue_open(RECORDER_SPACE, &recorder->catalogue, failure);
    char who[40] = "another process";
    uint32_t pid;

    if (status != TAPEMAP_OK)
        return status;
    status = deck_lock_take(RECORDER_SPACE, deck, &recorder->lock, failure);
    if (status != TAPEMAP_E_BUSY)
        return status;
    /* The slot may be that of an earlier recorder while the present one is still starting. */
    pid = catalogue_find_pid(recorder->catalogue, deck);
    if (pid != 0 && identity_process_lives(pid))
        snprintf(who, sizeof who, "process %u", (unsigned)pid);
    return failure_set(failure, TAPEMAP_E_BUSY,
                       "it is being recorded by %s; stop that recorder or choose another name",
                       who);
}

static enum tapemap_status recorder_configure(struct recorder *recorder, struct failure *failure)
{
    const struct record_options *options = recorder->options;
    const struct source *source = recorder->source;
    struct tape_config *tape = &recorder->config.tape;
    uint32_t frame_bytes =
        pcm_sample_bytes(source->format.sample_format) * source->format.channels;

    tape->format = source->format;
    if (!record_options_capacity(options, &tape->format, &tape->capacity_frames, failure) ||
        !record_options_end_frame(options, tape->format.sample_rate_hz, &tape->end_frame, failure))
        return failure->status;
    snprintf(tape->deck_name, sizeof tape->deck_name, "%s", options->deck);
    snprintf(tape->source, sizeof tape->source, "%s", source->description);
    tape->is_ring = options->is_ring;
    tape->commit_limit_bytes = options->commit_limit_bytes;
    tape->clock_hz = steady_clock_hz();
    tape->input_latency_ns = source->input_latency_ns;
    tape->writer_pid = identity_pid();
    if (options->is_ring && source->ops->read && options->speed.thousandths == PACE_MAX) {
        uint64_t two_seconds = (uint64_t)tape->format.sample_rate_hz * 2;
        uint64_t ahead = RECORDER_FULL_SPEED_AHEAD_BYTES / frame_bytes;
        tape->ahead_frames = ahead > two_seconds ? ahead : two_seconds;
    }
    recorder->config.is_clocked = source->is_clocked;
    recorder->config.wake_readers = wake_events_signal;
    return identity_new_tape(&tape->tape_id, failure);
}

static enum tapemap_status recorder_make_objects(struct recorder *recorder,
                                                 struct failure *failure)
{
    const struct tape_config *tape = &recorder->config.tape;
    char name[OBJECT_NAME_BYTES];
    enum tapemap_status status;
    uint64_t audio_bytes;
    uint64_t index_bytes;

    tape_measure(tape, &audio_bytes, &index_bytes);
    object_name_audio(name, RECORDER_SPACE, tape->tape_id, 0);
    status = pagefile_store_create(name, audio_bytes, &recorder->audio, failure);
    if (status != TAPEMAP_OK)
        return status;
    object_name_index(name, RECORDER_SPACE, tape->tape_id);
    status = pagefile_store_create(name, index_bytes, &recorder->index, failure);
    if (status != TAPEMAP_OK)
        return status;
    status = wake_events_create(RECORDER_SPACE, tape->tape_id, &recorder->events, failure);
    recorder->config.wake_context = recorder->events;
    return status;
}

/* The tape is entered only when it is whole, so that a reader never finds half of one. */
static enum tapemap_status recorder_make_deck(struct recorder *recorder, struct failure *failure)
{
    const struct tape_config *tape = &recorder->config.tape;
    enum tapemap_status status = deck_create(&recorder->config, recorder->audio, recorder->index,
                                             recorder_now(), &recorder->deck, failure);

    if (status != TAPEMAP_OK)
        return status;
    wake_events_attach(recorder->events, tape_appender(deck_tape(recorder->deck))->control);
    status = keeper_timer_create(&recorder->timer, failure);
    if (status != TAPEMAP_OK)
        return status;
    return catalogue_enter(recorder->catalogue, tape->deck_name, tape->tape_id, tape->writer_pid,
                           failure);
}

enum tapemap_status recorder_open(const struct record_options *options,
                                  struct recorder **recorder, struct failure *failure)
{
    struct recorder *made = calloc(1, sizeof *made);
    enum tapemap_status status;

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a recorder; close other programs");
    made->options = options;
    status = recorder_take_deck(made, failure);
    if (status == TAPEMAP_OK)
        status = source_open(options->source, &options->wish, &made->source, failure);
    if (status == TAPEMAP_OK)
        status = recorder_configure(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_make_objects(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_make_deck(made, failure);
    if (status != TAPEMAP_OK) {
        recorder_close(made);
        return status;
    }
    *recorder = made;
    return TAPEMAP_OK;
}

/* ---- Recording ------------------------------------------------------------------------------ */

const struct tapemap_control *recorder_control(const struct recorder *recorder)
{
    return tape_control(deck_tape(recorder->deck));
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
    facts.levels = level_meter_read(recorder->audio, recorder_control(recorder), facts.peak,
                                    sizeof facts.peak / sizeof facts.peak[0]);
    status_line_show(&recorder->line, &facts, clock, recorder->config.tape.clock_hz);
}

static enum tapemap_status recorder_start_source(struct recorder *recorder,
                                                 struct failure *failure)
{
    struct source *source = recorder->source;
    struct pump_config pump = {
        .source = source,
        .deck = recorder->deck,
        .timer = recorder->timer,
        .speed_thousandths = recorder->options->speed.thousandths,
    };
    struct source_sink sink = {
        .context = recorder->deck,
        .frames = deck_sink_frames,
        .overflow = deck_sink_overflow,
        .lost = deck_sink_lost,
    };

    if (source->ops->read)
        return pump_start(&pump, &recorder->pump, failure);
    return source->ops->start(source, &sink, failure);
}

static void recorder_stop_source(struct recorder *recorder)
{
    if (recorder->pump)
        recorder->is_source_stuck = !pump_stop(recorder->pump);
    else if (recorder->source->ops->stop)
        recorder->source->ops->stop(recorder->source);
    recorder->pump = NULL;
}

/* The source has stopped, or never started. */
static void recorder_end_deck(struct recorder *recorder)
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
    while (load_acquire_u64(&recorder->source_has_answered) == 0) {
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
        if (recorder->pump)
            pump_go_on(recorder->pump);
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
    recorder_tick_to_the_end(recorder);
    recorder_stop_source(recorder);
    recorder_end_deck(recorder);
    /* Nothing is left to end in order, and the other thread may wait for a console for ever: the
       next interrupt ends the process. */
    program_on_interrupt(NULL);
}

/* The source starts on the thread that opened it, as COM demands; its stop demands nothing. */
static enum tapemap_status recorder_start(struct recorder *recorder, struct failure *failure)
{
    enum tapemap_status status = recorder_start_source(recorder, failure);

    if (status != TAPEMAP_OK)
        deck_request_end(recorder->deck, TAPEMAP_REASON_FAILURE, failure->text);
    store_release_u64(&recorder->source_has_answered, 1);
    return status;
}

enum tapemap_status recorder_run(struct recorder *recorder, struct failure *failure)
{
    enum tapemap_status status;

    program_on_interrupt(recorder_note_interrupt);
    status = keeper_thread_start(recorder_keep, recorder, &recorder->keeper, failure);
    if (status != TAPEMAP_OK) {
        deck_request_end(recorder->deck, TAPEMAP_REASON_FAILURE, failure->text);
        recorder_end_deck(recorder);
        return status;
    }
    status = recorder_start(recorder, failure);
    status_line_init(&recorder->line, recorder->options->is_quiet, steady_clock_now(),
                     recorder->config.tape.clock_hz);
    while (!keeper_thread_wait(recorder->keeper, RECORDER_SHOW_MS))
        recorder_show(recorder);
    keeper_thread_destroy(recorder->keeper);
    status_line_finish(&recorder->line);
    return status;
}

void recorder_close(struct recorder *recorder)
{
    if (!recorder)
        return;
    if (recorder->deck && !recorder->has_ended) {
        deck_request_end(recorder->deck, TAPEMAP_REASON_FAILURE, "the recorder could not start");
        recorder_end_deck(recorder);
    }
    /* The stuck thread still uses the source, and the end of the process frees the rest as well. */
    if (recorder->is_source_stuck)
        return;
    keeper_timer_destroy(recorder->timer);
    deck_destroy(recorder->deck);
    wake_events_destroy(recorder->events);
    store_destroy(recorder->index);
    store_destroy(recorder->audio);
    if (recorder->source)
        recorder->source->ops->close(recorder->source);
    deck_lock_release(recorder->lock);
    catalogue_close(recorder->catalogue);
    free(recorder);
}
