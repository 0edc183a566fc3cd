/* SPDX-License-Identifier: MIT */
#include "recorder.h"

#include <inttypes.h>

#include "atomic64.h"
#include "error_output.h"
#include "level_meter.h"
#include "pcm.h"
#include "recorder_pipe.h"
#include "recorder_state.h"
#include "say.h"
#include "steady_clock.h"
#include "tell_news.h"
#include "whole_numbers.h"

/* How often is asked whether a status line is due. */
#define RECORDER_SHOW_MS 100

/* How long the first words may wait to be taken. */
#define RECORDER_WORDS_MS 30000u

/* How long a supervisor has to take hold of a tape in memory. */
#define RECORDER_HOLD_MS 2000u

struct instant recorder_now(void)
{
    struct instant now = {steady_clock_now(), utc_now_ns()};
    return now;
}

struct recorded_tape *recorder_tape(const struct recorder *recorder)
{
    return (struct recorded_tape *)(uintptr_t)load_acquire_u64(&recorder->present.present);
}

const char *recorder_path(const struct recorder *recorder)
{
    const struct tape_storage *storage = &recorder_tape(recorder)->storage;

    return storage->is_temporary ? NULL : storage->path;
}

/* The recorder needs it no more: it is about to be closed. */
char *recorder_take_path(struct recorder *recorder)
{
    struct tape_storage *storage = &recorder_tape(recorder)->storage;
    char *path = storage->path;

    if (!recorder_path(recorder) || !recorder->has_ended || recorder->is_disk_stuck)
        return NULL;
    storage->path = NULL;
    return path;
}

struct finished_hook *recorder_take_hook(struct recorder *recorder)
{
    struct finished_hook *hook = recorder->hook;

    if (recorder->is_disk_stuck)
        return NULL;
    recorder->hook = NULL;
    return hook;
}

struct tape_share *recorder_share(const struct recorder *recorder)
{
    return recorder->share;
}

const struct tapemap_control *recorder_control(const struct recorder *recorder)
{
    return tape_control(recorder_tape(recorder)->tape);
}

uint64_t recorder_silence_due(const struct recorder *recorder)
{
    return tape_silence_due(recorder_tape(recorder)->tape);
}

bool recorder_was_lost(const struct recorder *recorder)
{
    return recorder->options->waits_for_source && deck_is_lost(recorder->deck);
}

void recorder_get_facts(struct recorder *recorder, struct status_facts *facts)
{
    struct recorded_tape *tape = present_tape_hold(&recorder->present, HOLDER_MAIN);
    const struct tapemap_control *control = tape_control(tape->tape);
    const struct tapes_before *before = &tape->before;

    facts->head = before->frames + control->series_position + load_acquire_u64(&control->head);
    facts->sample_rate_hz = control->sample_rate_hz;
    facts->channels = control->channels;
    facts->committed_bytes = load_acquire_u64(&control->committed_bytes);
    facts->gap_count = before->gap_count + load_acquire_u64(&control->gap_count);
    facts->gap_frames = before->gap_frames + load_acquire_u64(&control->gap_frames);
    facts->levels = level_meter_read(tape->storage.audio, control, facts->peak,
                                     sizeof facts->peak / sizeof facts->peak[0]);
    present_tape_release(&recorder->present, HOLDER_MAIN);
}

static void recorder_show(struct recorder *recorder)
{
    struct status_facts facts;
    uint64_t clock = steady_clock_now();

    if (!status_line_is_due(&recorder->line, clock))
        return;
    recorder_get_facts(recorder, &facts);
    status_line_show(&recorder->line, &facts, clock, recorder->config.tape.clock_hz);
}

/* What happens to the deck is told while it is so, and not in the end. Of a tape that was left the
   finisher tells the rest. */
static void recorder_tell_news(struct recorder *recorder)
{
    struct news news;

    for (;;) {
        struct recorded_tape *tape = present_tape_hold(&recorder->present, HOLDER_MAIN);
        bool is_new = deck_news_next(&tape->news, tape->tape, tape->storage.index, &news);

        present_tape_release(&recorder->present, HOLDER_MAIN);
        if (!is_new)
            return;
        tell_news(&news, recorder->options->deck);
    }
}

static void recorder_tell_of_changer(struct recorder *recorder)
{
    struct failure failure;

    if (!recorder->changer || !changer_take_failure(recorder->changer, &failure))
        return;
    say("recording deck '%s': the next tape cannot be made: %s; recording goes on, and it is tried "
        "again every two seconds", recorder->options->deck, failure.text);
}

/* What became of marks that are kept. */
static void recorder_keep_marks(struct recorder *recorder)
{
    char text[1600];
    bool is_wrong;

    while (recorder->kept_marks &&
           keep_on_mark_turn(recorder->kept_marks, text, sizeof text, &is_wrong)) {
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

/* What is done about a lost source; the log has it from the journal. */
static void recorder_tell_of_source(struct recorder *recorder)
{
    char text[400];

    while (source_thread_take_news(recorder->sources, text, sizeof text)) {
        say_without_log("recording deck '%s': %s", recorder->options->deck, text);
    }
}

/* Room for the extents that the present tape and the next one take, or for a minute. */
struct retention_config recorder_retention(const struct recorder *recorder)
{
    const struct record_options *options = recorder->options;
    const struct audio_format *format = &recorder->config.tape.format;
    uint64_t minute = UINT64_C(60) * format->sample_rate_hz * format->channels *
                      pcm_sample_bytes(format->sample_format);

    return (struct retention_config){
        .deck = options->deck,
        .options = &options->file,
        .policy = record_options_retention(options),
        .headroom_bytes = max_u64(minute, 2 * options->file.extent_bytes),
        .hook = recorder->hook,
        .is_quiet = options->is_quiet,
    };
}

/* Only files change: memory would be gone with its recorder, before anybody has read it. */
static enum tapemap_status recorder_start_changer(struct recorder *recorder,
                                                  struct failure *failure)
{
    const struct record_options *options = recorder->options;
    struct finisher_config finisher = {
        .deck = options->deck,
        .catalogue = recorder->catalogue,
        .present = &recorder->present,
        .present_id = recorder_control(recorder)->tape_id,
        .left_behind = recorder->interrupted.others,
        .retention = recorder_retention(recorder),
        .hook = recorder->hook,
    };
    struct changer_config changer = {
        .deck = recorder->deck,
        .timer = recorder->timer,
        .present = &recorder->present,
        .policy = options->rotation,
        .place = recorder->place,
        .tape = recorder->config.tape,
        .is_pulled = recorder->source->ops->read != NULL,
        .speed_thousandths = options->speed.thousandths,
    };

    if (!file_options_may_rotate(&options->file))
        return TAPEMAP_OK;
    enum tapemap_status status = finisher_start(&finisher, &recorder->finisher, failure);
    changer.finisher = recorder->finisher;
    if (status == TAPEMAP_OK)
        status = changer_start(&changer, &recorder->changer, failure);
    return status;
}

/* The keeper comes last: once it runs, it ends the tape. */
static enum tapemap_status recorder_start_threads(struct recorder *recorder,
                                                  struct failure *failure)
{
    enum tapemap_status status = recorder_start_changer(recorder, failure);

    if (status == TAPEMAP_OK)
        status = keeper_thread_start(recorder_keep, recorder, &recorder->keeper, failure);
    return status;
}

static enum tapemap_status recorder_tell_of_disk(const struct recorder *recorder,
                                                 struct failure *failure)
{
    const struct tapemap_control *control = recorder_control(recorder);

    return failure_set(failure, TAPEMAP_E_SYSTEM,
                       "the tape %s, but its disk has not answered for %u seconds, and only "
                       "%" PRIu64 " of its %" PRIu64 " frames are known to be on it; see whether "
                       "it is well, and then let 'tapemap recover' complete the file",
                       recorder->is_append_stuck ? "should end" : "has ended",
                       RECORDED_TAPE_PATIENCE_MS / 1000, load_acquire_u64(&control->durable_frames),
                       load_acquire_u64(&control->head));
}

/* While the keeper records: the heart of the tape beats on whatever its device does. */
static void recorder_watch_source(struct recorder *recorder)
{
    struct device_call call = source_thread_call(recorder->sources);

    if (recorder_is_given_up(recorder) ||
        recorder_watch_device(recorder, &call, &recorder->device_failure))
        return;
    store_release_u64(&recorder->is_given_up, 1);
    keeper_timer_nudge(recorder->timer);
}

/* What became of it; the keeper has ended. */
static enum tapemap_status recorder_conclude(struct recorder *recorder, struct failure *failure)
{
    enum tapemap_status status;

    if (recorder->was_left) {
        *failure = recorder->device_failure;
        return failure->status;
    }
    status = source_thread_answer(recorder->sources, failure);
    if (recorder->is_disk_stuck && status == TAPEMAP_OK)
        status = recorder_tell_of_disk(recorder, failure);
    return status;
}

enum tapemap_status recorder_run(struct recorder *recorder, struct failure *failure)
{
    enum tapemap_status status;

    /* Whoever reads what is said has it before the first frame, if he takes it; but a source that
       was waited for is not kept waiting. */
    if (load_relaxed_u64(&recorder->is_waiting) == 0)
        error_output_await(RECORDER_WORDS_MS);
    recorder_hear_interrupts();
    deck_news_begin(&recorder_tape(recorder)->news, deck_tape(recorder->deck));
    status = recorder_start_threads(recorder, failure);
    if (status != TAPEMAP_OK) {
        deck_request_end(recorder->deck, TAPEMAP_REASON_FAILURE, failure->text);
        recorder_end_deck(recorder);
        return status;
    }
    /* Before a frame is published somebody holds it, so that no end of this process loses it. A
       supervisor that is late or gone must not cost more audio than that. */
    if (recorder->options->supervised && recorder->share)
        (void)tape_share_wait(recorder->share, RECORDER_HOLD_MS);
    source_thread_start(recorder->sources, recorder->deck, recorder->timer);
    status_line_init(&recorder->line, recorder->options->is_quiet, steady_clock_now(),
                     recorder->config.tape.clock_hz);
    while (!keeper_thread_wait(recorder->keeper, RECORDER_SHOW_MS)) {
        recorder_tell_news(recorder);
        recorder_tell_of_changer(recorder);
        recorder_tell_of_source(recorder);
        recorder_watch_source(recorder);
        recorder_watch_keeper(recorder, RECORDER_SHOW_MS,
                              recorder_is_stopped(recorder) || deck_is_to_end(recorder->deck));
        recorder_show(recorder);
        recorder_keep_marks(recorder);
        recorder_pipe_retry(recorder);
        recorder_stay_awake_or_not(recorder);
    }
    keeper_thread_destroy(recorder->keeper);
    if (!recorder->has_ended)
        deck_leave(recorder->deck, recorder_now());
    /* It may have ended the tape in time. */
    recorder->was_left = recorder_is_given_up(recorder) && !recorder->has_ended &&
                         !recorder->is_append_stuck;
    if (!recorder->was_left)
        recorder_keep_last_marks(recorder);
    recorder->is_disk_stuck = recorder->is_append_stuck ||
                              !recorded_tape_stop_flusher(recorder_tape(recorder));
    recorder_tell_news(recorder);
    recorder_tell_of_source(recorder);
    return recorder_conclude(recorder, failure);
}
