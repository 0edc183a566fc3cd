/* SPDX-License-Identifier: MIT */
/* Making a recorder: each step leaves what it made in it, for recorder_close. */
#include <stdio.h>
#include <stdlib.h>

#include "atomic64.h"
#include "catalogue.h"
#include "deck_lock.h"
#include "identity.h"
#include "local_time.h"
#include "object_names.h"
#include "pcm.h"
#include "recorder_state.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"
#include "wake_events.h"

/* Commands of a service come from another session than a user's; a later issue makes this a
   choice. */
#define RECORDER_SPACE OBJECT_SPACE_LOCAL

/* At full speed a ring is refilled once a tick: so much of it keeps the pump busy meanwhile. */
#define RECORDER_FULL_SPEED_AHEAD_BYTES 8388608u

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

static enum tapemap_status recorder_refuse_format(const struct recorder *recorder,
                                                  const char *what, struct failure *failure)
{
    const struct layout_tape *facts = &recorder->interrupted.facts;

    return failure_set(failure, TAPEMAP_E_ARGUMENT,
                       "the interrupted tape '%s' is %s, %u Hz, %u channel%s, and %s",
                       recorder->interrupted.path, tapemap_format_name(facts->sample_format),
                       (unsigned)facts->sample_rate_hz, (unsigned)facts->channels,
                       facts->channels == 1 ? "" : "s", what);
}

/* True unless a wish, where there is one, differs from what `has` is. */
static bool formats_agree(const struct audio_format *wish, const struct audio_format *has)
{
    return (wish->sample_format == 0 || wish->sample_format == has->sample_format) &&
           (wish->channels == 0 || wish->channels == has->channels) &&
           (wish->sample_rate_hz == 0 || wish->sample_rate_hz == has->sample_rate_hz);
}

/* A tape has one format, so that of an interrupted one is what the source is asked for. */
static enum tapemap_status recorder_find_interrupted(struct recorder *recorder,
                                                     struct failure *failure)
{
    const struct record_options *options = recorder->options;
    struct interrupted_tape *found = &recorder->interrupted;

    recorder->wish = options->wish;
    if (!options->file.resumes)
        return TAPEMAP_OK;
    if (interrupted_tape_find(options->file.output, options->deck, found) != TAPEMAP_OK)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a path; close other programs");
    if (!found->path)
        return failure_set(failure, TAPEMAP_E_NO_TAPE,
                           "there is no interrupted tape of it at or below '%s'; leave --resume "
                           "out, or give the --output of that recording", options->file.output);
    recorder->wish.format = (struct audio_format){found->facts.sample_format,
                                                  found->facts.channels,
                                                  found->facts.sample_rate_hz};
    if (formats_agree(&options->wish.format, &recorder->wish.format))
        return TAPEMAP_OK;
    return recorder_refuse_format(recorder, "another format was asked for; leave out --format, "
                                            "--rate and --channels", failure);
}

static enum tapemap_status recorder_open_source(struct recorder *recorder,
                                                struct failure *failure)
{
    const struct audio_format *wish = &recorder->wish.format;
    enum tapemap_status status =
        source_open(recorder->options->source, &recorder->wish, &recorder->source, failure);
    bool resumes = recorder->interrupted.path != NULL;

    if (resumes && (status == TAPEMAP_E_UNSUPPORTED ||
                    (status == TAPEMAP_OK && !formats_agree(wish, &recorder->source->format))))
        return recorder_refuse_format(recorder, "the source does not deliver that; resume with "
                                                "the source it was recorded from", failure);
    return status;
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
    snprintf(tape->deck_name, sizeof tape->deck_name, "%s", options->deck);
    snprintf(tape->source, sizeof tape->source, "%s", source->description);
    tape->is_ring = options->is_ring;
    tape_storage_configure(&options->file, tape);
    tape->commit_limit_bytes = options->commit_limit_bytes;
    tape->clock_hz = steady_clock_hz();
    tape->input_latency_ns = source->input_latency_ns;
    tape->writer_pid = identity_pid();
    if (!recorder_plan_tapes(recorder, failure))
        return failure->status;
    if (options->is_ring && source->ops->read && options->speed.thousandths == PACE_MAX) {
        uint64_t two_seconds = (uint64_t)tape->format.sample_rate_hz * 2;
        uint64_t ahead = RECORDER_FULL_SPEED_AHEAD_BYTES / frame_bytes;
        tape->ahead_frames = ahead > two_seconds ? ahead : two_seconds;
    }
    recorder->config.is_clocked = source->is_clocked;
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

static enum tapemap_status recorder_make_tape(struct recorder *recorder, struct failure *failure)
{
    struct tape_config *tape = &recorder->config.tape;
    struct recorded_tape *made;
    enum tapemap_status status;

    recorder->place = (struct tape_place){&recorder->options->file, RECORDER_SPACE,
                                          recorder_now().utc_ns,
                                          recorder_is_in_a_hurry(recorder)};
    if (recorder->interrupted.path)
        status = recorded_tape_resume(&recorder->place, &recorder->interrupted, tape, &made,
                                      failure);
    else
        status = recorded_tape_create(&recorder->place, tape, &made, failure);
    if (status != TAPEMAP_OK)
        return status;
    present_tape_set(&recorder->present, made);
    recorder->config.wake_context = made->events;
    return TAPEMAP_OK;
}

/* The tape is entered only when it is whole, so that a reader never finds half of one. */
static enum tapemap_status recorder_make_deck(struct recorder *recorder, struct failure *failure)
{
    const struct tape_config *config = &recorder->config.tape;
    struct source *source = recorder->source;
    struct tape *tape = recorder_tape(recorder)->tape;
    const struct tapemap_control *control = tape_control(tape);
    enum tapemap_status status =
        deck_adopt(&recorder->config, tape, recorder_now(), &recorder->deck, failure);

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
static void recorder_let_tape_go(struct recorder *recorder, bool is_discarded)
{
    struct recorded_tape *tape = recorder_tape(recorder);

    if (tape)
        recorded_tape_stop_flusher(tape);
    if (tape && recorder->deck)
        tape->tape = NULL;
    deck_destroy(recorder->deck);
    if (is_discarded)
        recorded_tape_discard(tape);
    else
        recorded_tape_close(tape);
}

static bool recorder_let_go(struct recorder *recorder, bool is_discarded)
{
    bool is_complete;

    recorder_note_closing();
    if (recorder->deck && !recorder->has_ended) {
        deck_request_end(recorder->deck, TAPEMAP_REASON_FAILURE, "the recorder could not start");
        recorder_end_deck(recorder);
    }
    changer_stop(recorder->changer);
    recorder_let_tape_go(recorder, is_discarded);
    is_complete = finisher_stop(recorder->finisher);
    finished_hook_stop(recorder->hook);
    keeper_timer_destroy(recorder->timer);
    interrupted_tape_free(&recorder->interrupted);
    /* A stuck thread still uses the source, until the end of the process. */
    if (recorder->source && !recorder->is_source_stuck)
        recorder->source->ops->close(recorder->source);
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

enum tapemap_status recorder_open(const struct record_options *options,
                                  struct recorder **recorder, struct failure *failure)
{
    struct recorder *made = calloc(1, sizeof *made);
    enum tapemap_status status;

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a recorder; close other programs");
    made->options = options;
    status = recorder_start_hook(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_take_deck(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_find_interrupted(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_open_source(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_configure(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_make_tape(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_make_deck(made, failure);
    if (status != TAPEMAP_OK) {
        /* Nothing was recorded: of a new tape nothing is to be left. */
        recorder_let_go(made, !made->interrupted.path);
        return status;
    }
    *recorder = made;
    return TAPEMAP_OK;
}
