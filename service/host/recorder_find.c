/* SPDX-License-Identifier: MIT */
/* The tape to go on with, when there is one, and a source that delivers what it holds. */
#include <stdlib.h>

#include "audio_format.h"
#include "file_use.h"
#include "finish_tape.h"
#include "recorder_state.h"
#include "say.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"

/* How long those are waited for who open a file for a moment, such as virus scanners. */
#define HELD_TRIES 10u
#define HELD_PAUSE_MS 100u

static enum tapemap_status recorder_refuse_format(struct recorder *recorder, const char *what,
                                                  struct failure *failure)
{
    char has[AUDIO_FORMAT_BYTES];

    recorder->is_unfit = true;
    audio_format_print(&recorder->wish.format, has);
    return failure_set(failure, TAPEMAP_E_ARGUMENT, "the interrupted tape '%s' is %s, and %s",
                       recorder->interrupted.path, has, what);
}

/* Of its two files: who writes one of them counts more than who holds the other. */
static enum file_use tape_use_now(const char *path, const char *index_path, bool *is_index)
{
    enum file_use audio = file_use_now(path);
    enum file_use index = audio == FILE_USE_WRITTEN ? FILE_USE_FREE : file_use_now(index_path);

    *is_index = index == FILE_USE_WRITTEN || audio == FILE_USE_FREE;
    return *is_index ? index : audio;
}

static enum file_use await_tape(const char *path, const char *index_path, bool *is_index)
{
    enum file_use use = tape_use_now(path, index_path, is_index);

    for (unsigned tries = 1; use != FILE_USE_FREE && tries < HELD_TRIES; tries++) {
        steady_clock_sleep_ms(HELD_PAUSE_MS);
        use = tape_use_now(path, index_path, is_index);
    }
    return use;
}

static const char *remedy_for_held(const struct file_options *options)
{
    if (!options->resumes_or_new)
        return "close that program, or record without --resume";
    return file_options_may_rotate(options)
               ? "it is completed when that program has closed it"
               : "complete it with 'tapemap recover' when that program has closed it";
}

/* No new tape is begun beside one that somebody is still recording or completing, in another
   namespace (in ours the deck's lock keeps him out): he has its files open for writing from before
   he records until he has ended. Who only reads one must not keep the deck from recording. */
enum tapemap_status recorder_await_interrupted(struct recorder *recorder, struct failure *failure)
{
    const char *path = recorder->interrupted.path;
    char *index_path = finish_index_path(path);
    bool is_index = false;

    recorder->is_unfit = false;
    if (!index_path)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a path; close other programs");
    enum file_use use = await_tape(path, index_path, &is_index);
    free(index_path);
    if (use == FILE_USE_FREE)
        return TAPEMAP_OK;
    if (use == FILE_USE_WRITTEN)
        return failure_set(failure, TAPEMAP_E_BUSY,
                           "another process is recording or completing '%s'; wait until it has "
                           "ended, or record to another --output", path);
    recorder->is_unfit = true;
    return failure_set(failure, TAPEMAP_E_BUSY,
                       "the interrupted tape '%s' cannot be gone on with: another program has %s "
                       "open and lets nobody write it; %s", path,
                       is_index ? "its index file" : "it",
                       remedy_for_held(&recorder->options->file));
}

static enum tapemap_status recorder_judge_found(struct recorder *recorder, struct failure *failure)
{
    const struct interrupted_tape *found = &recorder->interrupted;

    if (recorder_await_interrupted(recorder, failure) != TAPEMAP_OK)
        return failure->status;
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
void recorder_forget_inherited(struct recorder *recorder, const struct failure *failure)
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
enum tapemap_status recorder_find_interrupted(struct recorder *recorder, struct failure *failure)
{
    const struct record_options *options = recorder->options;
    struct interrupted_tape *found = &recorder->interrupted;

    recorder->wish = options->wish;
    recorder_find_inherited(recorder);
    if (!options->file.resumes)
        return TAPEMAP_OK;
    enum tapemap_status status = interrupted_tape_find(options->file.output, options->file.pattern,
                                                       options->deck, found);
    if (status == TAPEMAP_OK && !recorder->resumes) /* it was found before, and is unfit */
        status = interrupted_tape_leave(found);
    if (status != TAPEMAP_OK)
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
    if (audio_formats_agree(&options->wish.format, &recorder->wish.format))
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
         (status != TAPEMAP_OK || audio_formats_agree(wish, &recorder->source->format))))
        return true;
    failure_set(&failure, TAPEMAP_E_ARGUMENT,
                "the source does not deliver its format; give the source it was recorded from");
    source_thread_close(recorder->sources);
    recorder->sources = NULL;
    recorder->source = NULL;
    recorder_forget_inherited(recorder, &failure);
    return false;
}

static enum tapemap_status recorder_open_wish(struct recorder *recorder, struct failure *failure)
{
    struct source_plan plan = {
        .source = recorder->options->source,
        .fallback = recorder->options->fallback,
        .wish = recorder->wish,
        .wish_again = recorder->options->wish,
        .speed_thousandths = recorder->options->speed.thousandths,
        .waits = recorder->options->waits_for_source,
        .waits_at_start = recorder->options->waits_at_start,
        .may_change_format = file_options_may_rotate(&recorder->options->file),
    };
    struct source_waiting waiting = {recorder, recorder_tell_waiting, recorder_goes_on_waiting};
    enum tapemap_status status =
        source_thread_open(&plan, &waiting, &recorder->sources, failure);

    if (status == TAPEMAP_OK)
        recorder->source = source_thread_source(recorder->sources);
    return status;
}

enum tapemap_status recorder_open_source(struct recorder *recorder, struct failure *failure)
{
    const struct audio_format *wish = &recorder->wish.format;
    enum tapemap_status status = recorder_open_wish(recorder, failure);
    bool resumes = recorder->interrupted.path != NULL;

    if (!recorder_fits_inherited(recorder, status))
        return recorder_open_wish(recorder, failure);
    if (resumes && (status == TAPEMAP_E_UNSUPPORTED ||
                    (status == TAPEMAP_OK &&
                     !audio_formats_agree(wish, &recorder->source->format))))
        return recorder_refuse_format(recorder, "the source does not deliver that; resume with "
                                                "the source it was recorded from", failure);
    return status;
}
