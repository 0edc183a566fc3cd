/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic64.h"
#include "complete_file.h"
#include "daemon_help.h"
#include "daemon_verbs.h"
#include "error_output.h"
#include "last_words.h"
#include "log.h"
#include "object_names.h"
#include "program.h"
#include "quantity.h"
#include "recorder.h"
#include "say.h"
#include "source_thread.h"
#include "tapemap/tapemap.h"

/* Before there is a tape whose end is told. */
static int record_fail_early(const struct record_options *options, const struct failure *failure)
{
    const char *deck = options->deck;

    if (failure->status == TAPEMAP_E_ENDED && options->supervised) { /* it was asked to */
        say("recording deck '%s': %s", deck, failure->text);
        return DAEMON_DONE;
    }
    say_error("recording deck '%s': %s", deck, failure->text);
    last_words_leave(options->last_words, failure->text);
    return failure->status == TAPEMAP_E_SYNTAX ? DAEMON_MISUSED : DAEMON_FAILED;
}

static int record_fail(const struct record_options *options, const char *text)
{
    say("recording deck '%s': %s", options->deck, text);
    last_words_leave(options->last_words, text);
    return DAEMON_FAILED;
}

/* A gap may be longer than was thought of: it is told before it is made. */
static const char *record_goes_on(const struct recorder *recorder, char *text, size_t room)
{
    const struct tapemap_control *control = recorder_control(recorder);
    char gap[48];
    uint64_t ns = 0;

    text[0] = '\0';
    if (load_relaxed_u64(&control->resume_count) == 0)
        return text;
    quantity_ns_from_frames(recorder_silence_due(recorder), control->sample_rate_hz, &ns);
    if (ns == 0) { /* there is none, or at full speed it is made already, and told as news */
        snprintf(text, room, "going on in the ");
        return text;
    }
    quantity_print_duration(ns, gap, sizeof gap);
    snprintf(text, room, "going on after a gap of %s in the ", gap);
    return text;
}

static void record_print_start(const struct recorder *recorder)
{
    const struct tapemap_control *control = recorder_control(recorder);
    bool is_ring = (control->flags & TAPEMAP_FLAG_RING) != 0;
    char id[17];
    char room[48];
    char kind[96];
    const char *path = recorder_path(recorder);
    const char *where = is_ring ? "pagefile, a ring of" : "pagefile, up to";
    const char *what = room;

    tape_id_print(control->tape_id, id);
    quantity_print_bytes(control->section_bytes, room, sizeof room);
    if ((control->flags & TAPEMAP_FLAG_FILE) != 0) {
        where = "file";
        what = path ? path : "that is temporary";
    }
    /* The log has it as news of the deck. */
    say_without_log("recording deck '%s' on tape %s: %s, %s, %u Hz, %u channel%s, %s%s %s",
                    control->deck_name, id, control->source,
                    tapemap_format_name((enum tapemap_sample_format)control->sample_format),
                    (unsigned)control->sample_rate_hz, (unsigned)control->channels,
                    control->channels == 1 ? "" : "s",
                    record_goes_on(recorder, kind, sizeof kind), where, what);
}

static void record_print_end(struct recorder *recorder)
{
    const struct tapemap_control *control = recorder_control(recorder);
    enum tapemap_reason reason = (enum tapemap_reason)load_acquire_u64(&control->reason);
    struct status_facts facts;
    char duration[48];
    char frames[32];
    char gaps[80];
    uint64_t ns = 0;

    recorder_get_facts(recorder, &facts);
    quantity_ns_from_frames(facts.head, facts.sample_rate_hz, &ns);
    quantity_print_duration(ns, duration, sizeof duration);
    status_line_frames(facts.head, frames, sizeof frames);
    status_line_gaps(&facts, gaps, sizeof gaps);
    say("recorded %s (%s) of deck '%s', ended %s %s%s, %s", duration, frames, control->deck_name,
        reason == TAPEMAP_REASON_REQUESTED ? "as" : "by", tapemap_reason_name(reason),
        recorder_was_lost(recorder) ? " while its source was away" : "", gaps);
}

/* Time that passed without the source was counted, but it is not what was asked for: a length that
   ends so, and a recording of nothing, have failed. */
static int record_conclude_lost(const struct record_options *options,
                                const struct recorder *recorder)
{
    const struct tapemap_control *control = recorder_control(recorder);
    enum tapemap_reason reason = (enum tapemap_reason)load_acquire_u64(&control->reason);
    uint64_t frames = load_acquire_u64(&control->head) - load_acquire_u64(&control->gap_frames);
    char text[400];

    if (reason == TAPEMAP_REASON_REQUESTED && frames > 0)
        return DAEMON_DONE;
    snprintf(text, sizeof text, "%s was away at the end; the %" PRIu64
             " frames that are missing are silence; reconnect it and record again",
             control->source, load_acquire_u64(&control->gap_frames));
    return record_fail(options, text);
}

/* The exit code of a recording that has ended; says what went wrong. */
static int record_conclude(const struct record_options *options, const struct recorder *recorder)
{
    const struct tapemap_control *control = recorder_control(recorder);
    uint64_t head = load_acquire_u64(&control->head);
    char text[400];

    switch ((enum tapemap_reason)load_acquire_u64(&control->reason)) {
    case TAPEMAP_REASON_REQUESTED:
    case TAPEMAP_REASON_DURATION:
    case TAPEMAP_REASON_SOURCE_ENDED:
        return recorder_was_lost(recorder) ? record_conclude_lost(options, recorder) : DAEMON_DONE;
    case TAPEMAP_REASON_SOURCE_LOST:
        if (recorder_was_lost(recorder))
            return record_fail(options, control->reason_text);
        snprintf(text, sizeof text,
                 "%s went away at frame %" PRIu64 "; reconnect it and record again",
                 control->source, head);
        return record_fail(options, text);
    default:
        return record_fail(options, control->reason_text);
    }
}

/* The exit code when a file is not complete, which somebody was told. All is recorded: a supervisor
   must not have it recorded again. */
static int record_incomplete(const struct record_options *options, int code)
{
    if (code != DAEMON_DONE || !options->supervised)
        return DAEMON_FAILED;
    last_words_leave(options->last_words, "a file of it is not complete; 'tapemap recover' "
                                          "completes it, or says why not");
    return DAEMON_DONE;
}

static int record_run(const struct record_options *options)
{
    struct recorder *recorder;
    struct failure failure;
    struct finished_hook *hook;
    char *path;
    int code;

    if (recorder_open(options, &recorder, &failure) != TAPEMAP_OK)
        return record_fail_early(options, &failure);
    if (!options->is_quiet)
        record_print_start(recorder);
    if (recorder_run(recorder, &failure) == TAPEMAP_OK) {
        if (!options->is_quiet)
            record_print_end(recorder);
        code = record_conclude(options, recorder);
    } else {
        code = record_fail(options, failure.text);
    }
    path = recorder_take_path(recorder);
    hook = recorder_take_hook(recorder);
    bool is_complete = recorder_close(recorder);
    if (path && complete_file(path, options->is_quiet))
        finished_hook_add(hook, path);
    else if (path)
        is_complete = false;
    if (!is_complete)
        code = record_incomplete(options, code);
    finished_hook_stop(hook);
    free(path);
    return code;
}

/* A recorder that a supervisor started is seen by nobody: the event log has its news. */
static int record_run_logged(const struct record_options *options)
{
    struct failure failure;
    struct failure unknown;
    char who[TAPEMAP_NAME_BYTES + 8];

    snprintf(who, sizeof who, "deck %s", options->deck);
    enum tapemap_status status = recorder_say_who_may(options, &unknown);
    if ((options->log || options->supervised) &&
        log_begin(options->log, who, &failure) != TAPEMAP_OK)
        say("logging deck '%s': %s", options->deck, failure.text);
    int code = status == TAPEMAP_OK ? record_run(options)
                                    : record_fail_early(options, &unknown);
    log_end();
    return code;
}

/* The options are not understood, but this one is a supervisor's own. */
static void record_leave_misuse(int argc, char **argv, const char *text)
{
    static const char option[] = "--last-words=";

    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], option, sizeof option - 1) == 0)
            last_words_leave(argv[i] + sizeof option - 1, text);
}

int record_verb(int argc, char **argv)
{
    struct record_options options;
    struct failure failure;
    int code;

    error_output_aside();
    if (!record_options_parse(argc, argv, &options, &failure)) {
        say("record: %s", failure.text);
        record_leave_misuse(argc, argv, failure.text);
        return DAEMON_MISUSED;
    }
    if (options.wants_help)
        return daemon_help("record");
    code = record_run_logged(&options);
    if (code == DAEMON_DONE && options.supervised)
        code = program_session_ends() ? DAEMON_SESSION_ENDED : DAEMON_DONE_SUPERVISED;
    /* The end of a process waits for locks that a thread may hold which is stuck with a device. */
    if (source_thread_was_left()) {
        error_output_end();
        program_give_up("", code);
    }
    return code;
}
