/* SPDX-License-Identifier: MIT */
/* The tape to go on with, when there is one, and a source that delivers what it holds. */
#include "audio_format.h"
#include "file_access.h"
#include "recorder_state.h"
#include "say.h"
#include "tapemap/tapemap.h"

/* A code of file_access_open. */
#define SOMEBODY_WRITES 32u

static enum tapemap_status recorder_refuse_format(struct recorder *recorder, const char *what,
                                                  struct failure *failure)
{
    char has[AUDIO_FORMAT_BYTES];

    recorder->is_unfit = true;
    audio_format_print(&recorder->wish.format, has);
    return failure_set(failure, TAPEMAP_E_ARGUMENT, "the interrupted tape '%s' is %s, and %s",
                       recorder->interrupted.path, has, what);
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
