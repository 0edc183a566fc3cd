/* SPDX-License-Identifier: MIT */
/* Making a recorder: each step leaves what it made in it, for recorder_close. */
#include <stdio.h>
#include <stdlib.h>

#include "atomic64.h"
#include "catalogue.h"
#include "deck_lock.h"
#include "file_access.h"
#include "identity.h"
#include "pcm.h"
#include "recorder_pipe.h"
#include "recorder_state.h"
#include "say.h"
#include "security.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"
#include "wake_events.h"

/* A code of file_access_open. */
#define SOMEBODY_WRITES 32u

/* At full speed a ring is refilled once a tick: so much of it keeps the pump busy meanwhile. */
#define RECORDER_FULL_SPEED_AHEAD_BYTES 8388608u

/* Before anything is made, also the catalogue. */
static enum tapemap_status recorder_say_who_may(const struct record_options *options,
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

static enum tapemap_status recorder_refuse_format(struct recorder *recorder, const char *what,
                                                  struct failure *failure)
{
    const struct layout_tape *facts = &recorder->interrupted.facts;

    recorder->is_unfit = true;
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

/* No new tape is begun beside one that somebody is still recording or completing. */
static bool is_being_written(const char *path)
{
    struct file_access *file;
    uint32_t code = file_access_open(path, FILE_ACCESS_CHANGE, &file);

    if (code == 0)
        file_access_close(file);
    return code == SOMEBODY_WRITES;
}

static enum tapemap_status recorder_judge_found(struct recorder *recorder, struct failure *failure)
{
    const struct interrupted_tape *found = &recorder->interrupted;

    if (recorder->options->file.resumes_or_new && is_being_written(found->path))
        return failure_set(failure, TAPEMAP_E_BUSY,
                           "another process is recording or completing '%s'; wait until it has "
                           "ended, or record to another --output", found->path);
    recorder->is_unfit = found->is_outdated;
    if (!recorder->is_unfit)
        return TAPEMAP_OK;
    return failure_set(failure, TAPEMAP_E_ARGUMENT,
                       "the interrupted tape '%s' is older than one that has ended properly; "
                       "complete it with 'tapemap recover', and record a new one without --resume",
                       found->path);
}

static void recorder_wish_for(struct recorder *recorder, const struct layout_tape *facts)
{
    recorder->wish.format =
        (struct audio_format){facts->sample_format, facts->channels, facts->sample_rate_hz};
}

/* Without the tape that was handed over there is a new one: a deck that goes on with a seam is
   better than one that does not. */
static void recorder_forget_inherited(struct recorder *recorder, const struct failure *failure)
{
    inherited_tape_drop(&recorder->inherited);
    recorder->wish = recorder->options->wish;
    say("recording deck '%s': the tape that was handed over does not go on, and a new one begins: "
        "%s", recorder->options->deck, failure->text);
}

static void recorder_find_inherited(struct recorder *recorder)
{
    struct failure failure;

    if (inherited_tape_find(recorder->options, &recorder->inherited, &failure) != TAPEMAP_OK)
        recorder_forget_inherited(recorder, &failure);
    if (recorder->inherited.is_there)
        recorder_wish_for(recorder, &recorder->inherited.facts);
}

/* A tape has one format, so that of an interrupted one is what the source is asked for. */
static enum tapemap_status recorder_find_interrupted(struct recorder *recorder,
                                                     struct failure *failure)
{
    const struct record_options *options = recorder->options;
    struct interrupted_tape *found = &recorder->interrupted;

    recorder->wish = options->wish;
    recorder_find_inherited(recorder);
    if (!recorder->resumes)
        return TAPEMAP_OK;
    if (interrupted_tape_find(options->file.output, options->file.pattern, options->deck, found) !=
        TAPEMAP_OK)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a path; close other programs");
    if (!found->path && options->file.resumes_or_new)
        return TAPEMAP_OK;
    if (!found->path)
        return failure_set(failure, TAPEMAP_E_NO_TAPE,
                           "there is no interrupted tape of it at or below '%s'; leave --resume "
                           "out, or give the --output of that recording", options->file.output);
    if (recorder_judge_found(recorder, failure) != TAPEMAP_OK)
        return failure->status;
    recorder_wish_for(recorder, &found->facts);
    if (formats_agree(&options->wish.format, &recorder->wish.format))
        return TAPEMAP_OK;
    return recorder_refuse_format(recorder, "another format was asked for; leave out --format, "
                                            "--rate and --channels", failure);
}

/* True unless there is a tape that was handed over and a source that does not deliver what it
   holds; the tape is then forgotten, and the source closed. */
static bool recorder_fits_inherited(struct recorder *recorder, enum tapemap_status status)
{
    const struct audio_format *wish = &recorder->wish.format;
    struct failure failure;

    if (!recorder->inherited.is_there ||
        (status != TAPEMAP_E_UNSUPPORTED &&
         (status != TAPEMAP_OK || formats_agree(wish, &recorder->source->format))))
        return true;
    failure_set(&failure, TAPEMAP_E_ARGUMENT,
                "the source does not deliver its format; give the source it was recorded from");
    if (recorder->source)
        recorder->source->ops->close(recorder->source);
    recorder->source = NULL;
    recorder_forget_inherited(recorder, &failure);
    return false;
}

static enum tapemap_status recorder_open_source(struct recorder *recorder,
                                                struct failure *failure)
{
    const struct audio_format *wish = &recorder->wish.format;
    enum tapemap_status status =
        source_open(recorder->options->source, &recorder->wish, &recorder->source, failure);
    bool resumes = recorder->interrupted.path != NULL;

    if (!recorder_fits_inherited(recorder, status))
        return source_open(recorder->options->source, &recorder->wish, &recorder->source, failure);
    if (resumes && (status == TAPEMAP_E_UNSUPPORTED ||
                    (status == TAPEMAP_OK && !formats_agree(wish, &recorder->source->format))))
        return recorder_refuse_format(recorder, "the source does not deliver that; resume with "
                                                "the source it was recorded from", failure);
    return status;
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
    tape->gap_by_clock = options->is_same_boot;
    if (options->is_ring && source->ops->read && options->speed.thousandths == PACE_MAX) {
        uint64_t two_seconds = (uint64_t)tape->format.sample_rate_hz * 2;
        uint64_t ahead = RECORDER_FULL_SPEED_AHEAD_BYTES / frame_bytes;
        tape->ahead_frames = ahead > two_seconds ? ahead : two_seconds;
    }
    recorder->config.is_clocked = source->is_clocked;
    recorder->config.waits_for_room = options->file.waits_for_room;
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

static enum tapemap_status recorder_make_objects(struct recorder *recorder,
                                                 struct failure *failure)
{
    struct tape_config *tape = &recorder->config.tape;
    const struct record_options *options = recorder->options;
    struct tape_place place = {&options->file, options->space, recorder_now().utc_ns,
                               recorder_is_in_a_hurry(recorder)};
    bool resumes = recorder->interrupted.path != NULL;
    enum tapemap_status status;

    if (resumes) {
        tape->tape_id = recorder->interrupted.facts.tape_id;
        status = tape_storage_reopen(&place, &recorder->interrupted, &recorder->storage, failure);
        recorder->is_unfit = is_lasting(status);
    } else {
        status = identity_new_tape(&tape->tape_id, failure);
        if (status == TAPEMAP_OK)
            status = tape_storage_create(&place, tape, &recorder->storage, failure);
    }
    if (status != TAPEMAP_OK)
        return status;
    status = wake_events_create(place.space, tape->tape_id, resumes, &recorder->events,
                                failure);
    return status;
}

static enum tapemap_status recorder_make_tape(struct recorder *recorder, struct failure *failure)
{
    struct tape_storage *storage = &recorder->storage;
    enum tapemap_status status = recorder_make_objects(recorder, failure);

    recorder->config.wake_context = recorder->events;
    recorder->goes_on = recorder->interrupted.path != NULL;
    if (status != TAPEMAP_OK)
        return status;
    if (recorder->goes_on) {
        status = deck_resume(&recorder->config, storage->audio, storage->index, recorder_now(),
                             &recorder->deck, failure);
        recorder->is_unfit = is_lasting(status);
        return status;
    }
    return deck_create(&recorder->config, storage->audio, storage->index, recorder_now(),
                       &recorder->deck, failure);
}

/* false: the tape that was handed over does not go on, and is forgotten. */
static bool recorder_take_inherited(struct recorder *recorder)
{
    struct deck_config config = recorder->config;
    struct tape_storage *storage = &recorder->storage;
    struct failure failure;
    enum tapemap_status status = inherited_tape_adopt(&recorder->inherited, storage,
                                                      &recorder->events, &failure);

    if (status == TAPEMAP_OK) {
        /* Who handed it over has held it since it was recorded. */
        config.tape.gap_by_clock = true;
        config.wake_context = recorder->events;
        status = deck_resume(&config, storage->audio, storage->index, recorder_now(),
                             &recorder->deck, &failure);
    }
    if (status == TAPEMAP_OK) {
        recorder->config = config;
        recorder->goes_on = true;
        return true;
    }
    wake_events_destroy(recorder->events);
    recorder->events = NULL;
    tape_storage_close(storage);
    recorder_forget_inherited(recorder, &failure);
    return false;
}

static enum tapemap_status recorder_offer(struct recorder *recorder, bool is_held,
                                          struct failure *failure)
{
    if (recorder->config.tape.is_file)
        return TAPEMAP_OK;
    recorder->share = tape_share_create();
    if (!recorder->share)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory to share a tape; close other programs");
    struct tape_handles handles = inherited_tape_handles(
        recorder->config.tape.tape_id, &recorder->storage, recorder->events);
    tape_share_offer(recorder->share, &handles, is_held);
    return TAPEMAP_OK;
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
    const struct tape_config *tape = &recorder->config.tape;
    struct source *source = recorder->source;
    bool is_held = recorder->inherited.is_there && recorder_take_inherited(recorder);
    enum tapemap_status status = is_held ? TAPEMAP_OK : recorder_make_tape(recorder, failure);

    if (status == TAPEMAP_OK)
        status = recorder_offer(recorder, is_held, failure);
    if (status != TAPEMAP_OK)
        return status;
    struct tape *made = deck_tape(recorder->deck);
    if (source->ops->seek)
        source->ops->seek(source, load_acquire_u64(&tape_control(made)->head) +
                                                tape_silence_due(made));
    wake_events_attach(recorder->events, tape_appender(made)->control);
    status = keeper_timer_create(&recorder->timer, failure);
    if (status != TAPEMAP_OK)
        return status;
    return catalogue_enter(recorder->catalogue, tape->deck_name, tape->tape_id, tape->writer_pid,
                           failure);
}

/* Nothing was recorded: of a new tape nothing is to be left. */
static void recorder_give_up(struct recorder *recorder)
{
    bool is_new = !recorder->goes_on;
    struct tape_storage storage = recorder->storage;

    if (is_new)
        recorder->storage = (struct tape_storage){0};
    recorder_close(recorder);
    if (is_new)
        tape_storage_discard(&storage);
}

static enum tapemap_status recorder_open_all(struct recorder *made, struct failure *failure)
{
    enum tapemap_status status = recorder_say_who_may(made->options, failure);

    if (status == TAPEMAP_OK)
        status = recorder_take_deck(made, failure);
    if (status == TAPEMAP_OK)
        status = recorder_find_interrupted(made, failure);
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
    enum tapemap_status status = recorder_open_all(made, failure);
    if (status != TAPEMAP_OK) {
        *is_unfit = made->interrupted.path && made->is_unfit;
        recorder_give_up(made);
        return status;
    }
    recorder_pipe_open(made);
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

void recorder_close(struct recorder *recorder)
{
    if (!recorder)
        return;
    recorder_note_closing();
    recorder_pipe_close(recorder);
    /* A tape that somebody holds is left for another try. */
    bool is_left = recorder->goes_on && recorder->share;
    if (recorder->deck && !recorder->has_ended && !is_left) {
        deck_request_end(recorder->deck, TAPEMAP_REASON_FAILURE, "the recorder could not start");
        recorder_end_deck(recorder);
    }
    keep_on_mark_destroy(recorder->kept_marks);
    keeper_timer_destroy(recorder->timer);
    /* A thread that is stuck with the disk still uses the tape, until the end of the process. */
    if (!recorder->is_disk_stuck) {
        deck_destroy(recorder->deck);
        tape_storage_close(&recorder->storage);
    }
    tape_share_destroy(recorder->share);
    wake_events_destroy(recorder->events);
    inherited_tape_drop(&recorder->inherited);
    free(recorder->interrupted.path);
    /* A stuck thread still uses the source, until the end of the process. */
    if (recorder->source && !recorder->is_source_stuck)
        recorder->source->ops->close(recorder->source);
    deck_lock_release(recorder->lock);
    catalogue_close(recorder->catalogue);
    free(recorder);
}
