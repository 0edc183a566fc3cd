/* SPDX-License-Identifier: MIT */
/* Making a recorder: each step leaves what it made in it, for recorder_close. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "catalogue.h"
#include "deck_lock.h"
#include "identity.h"
#include "local_time.h"
#include "pcm.h"
#include "recorder_pipe.h"
#include "say.h"
#include "security.h"
#include "steady_clock.h"
#include "tape_path.h"
#include "tapemap/tapemap.h"

/* At full speed a ring is refilled once a tick: so much of it keeps the pump busy meanwhile. */
#define RECORDER_FULL_SPEED_AHEAD_BYTES 8388608u

enum tapemap_status recorder_say_who_may(const struct record_options *options,
                                         struct failure *failure)
{
    struct access_policy policy;
    enum tapemap_status status =
        access_policy_init(&policy, options->readers, options->controllers, failure);

    return status == TAPEMAP_OK ? security_use(&policy, failure) : status;
}

static enum tapemap_status recorder_take_deck(struct recorder *recorder, struct failure *failure)
{
    const char *deck = recorder->options->deck;
    const char *space = recorder->options->space;
    enum tapemap_status status = catalogue_open(space, &recorder->catalogue, failure);
    char who[40] = "another process";
    uint32_t pid;

    if (status != TAPEMAP_OK)
        return status;
    status = deck_lock_take(space, deck, &recorder->lock, failure);
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

/* A duration is that of all tapes together; how long the first is, as far as that is known. */
static bool recorder_plan_tapes(struct recorder *recorder, struct failure *failure)
{
    struct tape_config *tape = &recorder->config.tape;
    uint64_t before = recorder->interrupted.series_position;
    bool is_pulled = recorder->source->ops->read != NULL && !recorder->interrupted.path;
    struct rotation_facts facts = {
        .sample_rate_hz = tape->format.sample_rate_hz,
        .frame_bytes = pcm_sample_bytes(tape->format.sample_format) * tape->format.channels,
        .utc_ns = recorder_now().utc_ns,
        .utc_offset_ns = local_time_offset_ns,
    };

    if (tape->end_frame != 0)
        tape->end_frame = tape->end_frame > before ? tape->end_frame - before : 1;
    if (rotation_is_fixed(&recorder->options->rotation) || is_pulled)
        tape->boundary_frame = rotation_boundary(&recorder->options->rotation, &facts);
    return rotation_suits(&recorder->options->rotation, &facts, failure);
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
    recorder_count_waiting(recorder, tape->format.sample_rate_hz, &tape->end_frame);
    snprintf(tape->deck_name, sizeof tape->deck_name, "%s", options->deck);
    snprintf(tape->source, sizeof tape->source, "%s", source->description);
    tape->is_ring = options->is_ring;
    tape_storage_configure(&options->file, tape);
    tape->commit_limit_bytes = options->commit_limit_bytes;
    tape->silence_level = options->silence_level;
    tape->clock_hz = steady_clock_hz();
    tape->input_latency_ns = source->input_latency_ns;
    tape->writer_pid = identity_pid();
    tape->gap_by_clock = options->is_same_boot;
    if (!recorder_plan_tapes(recorder, failure))
        return failure->status;
    if (options->is_ring && source->ops->read && options->speed.thousandths == PACE_MAX) {
        uint64_t two_seconds = (uint64_t)tape->format.sample_rate_hz * 2;
        uint64_t ahead = RECORDER_FULL_SPEED_AHEAD_BYTES / frame_bytes;
        tape->ahead_frames = ahead > two_seconds ? ahead : two_seconds;
    }
    recorder->config.is_clocked = source->is_clocked;
    recorder->config.keeps_time = options->waits_for_source;
    recorder->config.waits_for_room = options->file.waits_for_room ||
                                      record_options_retention(options).keep_free_bytes != 0;
    recorder->config.wake_readers = wake_events_signal;
    return TAPEMAP_OK;
}

/* Audio that is there already, at full speed. Standard input is read so without being asked to, but
   may come from something that must not wait for a disk. */
static bool recorder_is_in_a_hurry(const struct recorder *recorder)
{
    const struct pace_speed *speed = &recorder->options->speed;

    return recorder->source->ops->read && speed->is_given && speed->thousandths == PACE_MAX;
}

/* What going on with a tape returns when trying again would not help. */
static bool is_lasting(enum tapemap_status status)
{
    return status == TAPEMAP_E_ARGUMENT || status == TAPEMAP_E_CORRUPT ||
           status == TAPEMAP_E_FOREIGN || status == TAPEMAP_E_DISK_FULL;
}

/* A path that was given in full is expected to be the one. */
static void recorder_say_beside(const struct recorder *recorder, const struct recorded_tape *made)
{
    const char *output = recorder->options->file.output;
    const char *path = made->storage.path;

    if (recorder->place.is_beside && path && tape_path_is_file(output) && strcmp(path, output) != 0)
        say("recording deck '%s': the name '%s' is taken; the new tape is '%s'",
            recorder->options->deck, output, path);
}

/* Returns false when no old tapes may go for it. */
static bool recorder_make_room(const struct recorder *recorder)
{
    struct retention_config config = recorder_retention(recorder);
    uint64_t told_utc_ns = 0;

    if (!file_options_may_rotate(&recorder->options->file) || !retention_is_wanted(&config))
        return false;
    (void)retention_run(&config, recorder_now().utc_ns, &told_utc_ns);
    return true;
}

static enum tapemap_status recorder_try_tape(struct recorder *recorder, struct recorded_tape **made,
                                             struct failure *failure)
{
    struct tape_config *config = &recorder->config.tape;

    if (recorder->goes_on)
        return recorded_tape_resume(&recorder->place, &recorder->interrupted, config, made,
                                    failure);
    return recorded_tape_create(&recorder->place, config, made, failure);
}

/* Since it was found, and its source waited for, somebody has opened it. */
static enum tapemap_status recorder_try_again(struct recorder *recorder,
                                              struct recorded_tape **made,
                                              struct failure *failure)
{
    enum tapemap_status status = recorder_await_interrupted(recorder, failure);

    return status == TAPEMAP_OK ? recorder_try_tape(recorder, made, failure) : status;
}

static enum tapemap_status recorder_make_tape(struct recorder *recorder,
                                              struct recorded_tape **made,
                                              struct failure *failure)
{
    recorder->goes_on = recorder->interrupted.path != NULL;
    recorder->is_unfit = false;
    enum tapemap_status status = recorder_try_tape(recorder, made, failure);
    if (status == TAPEMAP_E_DISK_FULL && recorder_make_room(recorder))
        status = recorder_try_tape(recorder, made, failure);
    if (status == TAPEMAP_E_BUSY && recorder->goes_on)
        status = recorder_try_again(recorder, made, failure);
    recorder->is_unfit = recorder->is_unfit || is_lasting(status);
    if (status == TAPEMAP_OK && !recorder->goes_on)
        recorder_say_beside(recorder, *made);
    return status;
}

/* false: the tape that was handed over does not go on, and is forgotten. */
static bool recorder_take_inherited(struct recorder *recorder, struct recorded_tape **made)
{
    struct tape_config config = recorder->config.tape;
    struct failure failure;

    /* Who handed it over has held it since it was recorded. */
    config.gap_by_clock = true;
    if (recorded_tape_adopt(&recorder->inherited, &config, made, &failure) != TAPEMAP_OK) {
        recorder_forget_inherited(recorder, &failure);
        return false;
    }
    recorder->config.tape = config;
    recorder->goes_on = true;
    return true;
}

static enum tapemap_status recorder_offer(struct recorder *recorder, bool is_held,
                                          struct failure *failure)
{
    const struct recorded_tape *tape = recorder_tape(recorder);

    if (recorder->config.tape.is_file)
        return TAPEMAP_OK;
    recorder->share = tape_share_create();
    if (!recorder->share)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory to share a tape; close other programs");
    struct tape_handles handles = inherited_tape_handles(recorder->config.tape.tape_id,
                                                         &tape->storage, tape->events);
    tape_share_offer(recorder->share, &handles, is_held);
    return TAPEMAP_OK;
}

static enum tapemap_status recorder_find_tape(struct recorder *recorder, struct failure *failure)
{
    struct recorded_tape *made;

    recorder->place = (struct tape_place){
        .options = &recorder->options->file,
        .space = recorder->options->space,
        .utc_ns = recorder_now().utc_ns,
        .is_beside = recorder->options->file.resumes_or_new,
        .is_written = recorder_is_in_a_hurry(recorder),
    };
    bool is_held = recorder->inherited.is_there && recorder_take_inherited(recorder, &made);
    enum tapemap_status status =
        is_held ? TAPEMAP_OK : recorder_make_tape(recorder, &made, failure);
    if (status != TAPEMAP_OK)
        return status;
    present_tape_set(&recorder->present, made);
    recorder->config.wake_context = made->events;
    return recorder_offer(recorder, is_held, failure);
}

static enum tapemap_status recorder_keep_marks(struct recorder *recorder, struct failure *failure)
{
    const struct record_options *options = recorder->options;
    struct keep_on_mark_config config = {options->deck, options->keep_to ? options->keep_to : ".",
                                         options->keep_before_ns, options->keep_after_ns};

    if (options->keep_before_ns + options->keep_after_ns == 0)
        return TAPEMAP_OK;
    return keep_on_mark_create(&config, &recorder->kept_marks, failure);
}

/* The tape is entered only when it is whole, so that a reader never finds half of one. */
static enum tapemap_status recorder_make_deck(struct recorder *recorder, struct failure *failure)
{
    const struct tape_config *config = &recorder->config.tape;
    struct source *source = recorder->source;
    enum tapemap_status status = recorder_find_tape(recorder, failure);

    if (status != TAPEMAP_OK)
        return status;
    struct tape *tape = recorder_tape(recorder)->tape;
    const struct tapemap_control *control = tape_control(tape);
    status = deck_adopt(&recorder->config, tape, recorder_now(), &recorder->deck, failure);
    if (status != TAPEMAP_OK)
        return status;
    if (source->ops->seek)
        source->ops->seek(source, control->series_position + load_acquire_u64(&control->head) +
                                      tape_silence_due(tape));
    status = keeper_timer_create(&recorder->timer, failure);
    if (status != TAPEMAP_OK)
        return status;
    return catalogue_enter(recorder->catalogue, config->deck_name, config->tape_id,
                           config->writer_pid, failure);
}

/* The present tape is the deck's, when there is a deck. */
static void recorder_let_tape_go(struct recorder *recorder, bool is_discarded,
                                 bool is_source_back)
{
    struct recorded_tape *tape = recorder_tape(recorder);

    if (tape && !recorded_tape_stop_flusher(tape))
        recorder->is_disk_stuck = true;
    /* A thread that is stuck with the disk still uses the tape, until the end of the process. */
    if (recorder->is_disk_stuck)
        return;
    if (tape && recorder->deck)
        tape->tape = NULL;
    if (is_source_back)
        deck_destroy(recorder->deck);
    else if (recorder->deck)
        deck_abandon(recorder->deck);
    if (is_discarded)
        recorded_tape_discard(tape);
    else
        recorded_tape_close(tape);
}

static bool recorder_let_go(struct recorder *recorder, bool is_discarded)
{
    bool is_complete;

    recorder_note_closing();
    recorder_pipe_close(recorder);
    /* The next recorder goes on with a tape that was left as it is, as after a death; but what was
       left before it is completed, and told to the hook, while this one lives. The threads that
       change and complete tapes may be stuck with the same disk as the flusher, or an append: the
       end of the process takes them, and what they use. */
    if (recorder->was_left || recorder->is_disk_stuck) {
        source_thread_leave();
        if (!recorder->is_disk_stuck)
            (void)finisher_stop(recorder->finisher);
        return false;
    }
    /* A tape that was there before is left as it is. */
    if (recorder->deck && !recorder->has_ended) {
        deck_request_end(recorder->deck, TAPEMAP_REASON_FAILURE, "the recorder could not start");
        recorder_end_deck(recorder);
    }
    changer_stop(recorder->changer);
    /* A thread that is stuck with its source keeps what it may still touch. */
    bool is_source_back = source_thread_close(recorder->sources);
    recorder_let_tape_go(recorder, is_discarded, is_source_back);
    if (recorder->is_disk_stuck)
        return false;
    is_complete = finisher_stop(recorder->finisher);
    keep_on_mark_destroy(recorder->kept_marks);
    finished_hook_stop(recorder->hook);
    tape_share_destroy(recorder->share);
    inherited_tape_drop(&recorder->inherited);
    power_request_destroy(recorder->awake);
    if (is_source_back)
        keeper_timer_destroy(recorder->timer);
    interrupted_tape_free(&recorder->interrupted);
    deck_lock_release(recorder->lock);
    catalogue_close(recorder->catalogue);
    free(recorder);
    return is_complete;
}

bool recorder_close(struct recorder *recorder)
{
    return !recorder || recorder_let_go(recorder, false);
}

static enum tapemap_status recorder_start_hook(struct recorder *recorder,
                                               struct failure *failure)
{
    const char *command = recorder->options->file.on_finished;

    if (!command)
        return TAPEMAP_OK;
    return finished_hook_start(command, recorder->options->deck, &recorder->hook, failure);
}

static enum tapemap_status recorder_open_all(struct recorder *made, struct failure *failure)
{
    enum tapemap_status status = recorder_start_hook(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_take_deck(made, failure);
    if (status == TAPEMAP_OK) {
        recorder_stay_awake(made);
        recorder_pipe_open(made);
        status = recorder_find_interrupted(made, failure);
    }
    if (status == TAPEMAP_OK)
        status = recorder_open_source(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_configure(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_keep_marks(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_make_deck(made, failure);
    return status;
}

/* *is_unfit: a new tape is to be begun instead. */
static enum tapemap_status recorder_try(const struct record_options *options, bool resumes,
                                        struct recorder **recorder, bool *is_unfit,
                                        struct failure *failure)
{
    struct recorder *made = calloc(1, sizeof *made);

    *is_unfit = false;
    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a recorder; close other programs");
    made->options = options;
    made->resumes = resumes;
    made->began = steady_clock_now();
    recorder_watch_begin(made);
    enum tapemap_status status = recorder_open_all(made, failure);
    if (status != TAPEMAP_OK) {
        *is_unfit = made->interrupted.path && made->is_unfit;
        /* Nothing was recorded: of a new tape nothing is to be left. */
        recorder_let_go(made, !made->goes_on);
        return status;
    }
    recorder_pipe_begin(made);
    *recorder = made;
    return TAPEMAP_OK;
}

enum tapemap_status recorder_open(const struct record_options *options,
                                  struct recorder **recorder, struct failure *failure)
{
    bool is_unfit;
    enum tapemap_status status =
        recorder_try(options, options->file.resumes, recorder, &is_unfit, failure);

    if (!is_unfit || !options->file.resumes_or_new)
        return status;
    say("recording deck '%s': a new tape is begun: %s", options->deck, failure->text);
    return recorder_try(options, false, recorder, &is_unfit, failure);
}
