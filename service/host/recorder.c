/* SPDX-License-Identifier: MIT */
#include "recorder.h"

#include <inttypes.h>

#include "atomic64.h"
#include "level_meter.h"
#include "program.h"
#include "recorder_pipe.h"
#include "recorder_state.h"
#include "say.h"
#include "steady_clock.h"
#include "wake_events.h"

/* How often is asked whether a status line is due. */
#define RECORDER_SHOW_MS 100

/* How long another interrupt waits for what is said at the end to be taken. */
#define RECORDER_GRACE_MS 2000u
#define RECORDER_GRACE_STEP_MS 10u

/* A disk that slept needs some seconds; one that hangs never answers. */
#define RECORDER_DISK_PATIENCE_MS 10000u

/* How long a supervisor has to take hold of a tape in memory. */
#define RECORDER_HOLD_MS 2000u

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

    if (!recorder_path(recorder) || !recorder->has_ended || recorder->is_disk_stuck)
        return NULL;
    recorder->storage.path = NULL;
    return path;
}

struct tape_share *recorder_share(const struct recorder *recorder)
{
    return recorder->share;
}

const struct tapemap_control *recorder_control(const struct recorder *recorder)
{
    return tape_control(deck_tape(recorder->deck));
}

uint64_t recorder_silence_due(const struct recorder *recorder)
{
    return tape_silence_due(deck_tape(recorder->deck));
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

/* What became of marks that are kept. */
static void recorder_keep_marks(struct recorder *recorder)
{
    char text[1600];
    bool is_wrong;

    while (recorder->kept_marks &&
           keep_on_mark_turn(recorder->kept_marks, text, sizeof text, &is_wrong)) {
        status_line_finish(&recorder->line);
        if (is_wrong || !recorder->options->is_quiet)
            say("%s", text);
    }
}

/* The tape has ended and is still in memory: nobody else can keep what is not kept yet. */
static void recorder_keep_last_marks(struct recorder *recorder)
{
    recorder_keep_marks(recorder);
    while (recorder->kept_marks && keep_on_mark_wait(recorder->kept_marks))
        recorder_keep_marks(recorder);
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

void recorder_end_deck(struct recorder *recorder)
{
    if (recorder->interrupted.path && !recorder->has_started)
        return;
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

/* Once a second. */
static void recorder_count_readers(struct recorder *recorder, uint64_t clock)
{
    uint64_t second = clock / recorder->config.tape.clock_hz;

    if (second == recorder->counted_second)
        return;
    recorder->counted_second = second;
    wake_events_count_readers(recorder->events);
}

static void recorder_tick_to_the_end(struct recorder *recorder)
{
    for (;;) {
        struct instant now = recorder_now();
        bool goes_on;

        if (load_acquire_u64(&interrupt_seen) != 0)
            deck_request_end(recorder->deck, TAPEMAP_REASON_REQUESTED, NULL);
        goes_on = deck_tick(recorder->deck, now);
        recorder_count_readers(recorder, now.clock);
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
    program_on_interrupt(recorder_note_interrupt);
    recorder_tick_to_the_end(recorder);
    recorder_stop_source(recorder);
    recorder_end_deck(recorder);
    program_on_interrupt(recorder_insist);
}

/* The source starts on the thread that opened it, as COM demands; its stop demands nothing. */
static enum tapemap_status recorder_start(struct recorder *recorder, struct failure *failure)
{
    /* Before a frame is published somebody holds it, so that no end of this process loses it. A
       supervisor that is late or gone must not cost more audio than that. */
    if (recorder->options->supervised && recorder->share)
        (void)tape_share_wait(recorder->share, RECORDER_HOLD_MS);
    enum tapemap_status status = recorder_start_source(recorder, failure);

    recorder->has_started = status == TAPEMAP_OK; /* the store below publishes it */
    if (!recorder->has_started)
        deck_request_end(recorder->deck, TAPEMAP_REASON_FAILURE, failure->text);
    store_release_u64(&recorder->source_has_answered, 1);
    return status;
}

static void recorder_stop_flusher(struct recorder *recorder)
{
    recorder->is_disk_stuck = !flusher_stop(recorder->flusher, RECORDER_DISK_PATIENCE_MS);
    recorder->flusher = NULL;
}

/* The keeper comes last: once it runs, it ends the tape. */
static enum tapemap_status recorder_start_threads(struct recorder *recorder,
                                                  struct failure *failure)
{
    uint64_t flush_ns = file_options_flush_ns(&recorder->options->file);
    enum tapemap_status status = TAPEMAP_OK;

    if (recorder->storage.path && flush_ns != 0)
        status = flusher_start(deck_tape(recorder->deck), flush_ns, &recorder->flusher, failure);
    if (status == TAPEMAP_OK)
        status = keeper_thread_start(recorder_keep, recorder, &recorder->keeper, failure);
    if (status != TAPEMAP_OK)
        recorder_stop_flusher(recorder);
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
    status = recorder_start(recorder, failure);
    status_line_init(&recorder->line, recorder->options->is_quiet, steady_clock_now(),
                     recorder->config.tape.clock_hz);
    while (!keeper_thread_wait(recorder->keeper, RECORDER_SHOW_MS)) {
        recorder_tell_of_room(recorder);
        recorder_show(recorder);
        recorder_keep_marks(recorder);
        recorder_pipe_retry(recorder);
    }
    recorder_keep_last_marks(recorder);
    keeper_thread_destroy(recorder->keeper);
    recorder_stop_flusher(recorder);
    status_line_finish(&recorder->line);
    if (recorder->is_disk_stuck && status == TAPEMAP_OK)
        status = failure_set(failure, TAPEMAP_E_SYSTEM,
                             "the tape has ended, but its disk has not answered for %u seconds, "
                             "and only %" PRIu64 " of its %" PRIu64 " frames are known to be on "
                             "it; see whether it is well, and then let 'tapemap recover' complete "
                             "the file", RECORDER_DISK_PATIENCE_MS / 1000,
                             load_acquire_u64(&recorder_control(recorder)->durable_frames),
                             load_acquire_u64(&recorder_control(recorder)->head));
    return status;
}
