/* SPDX-License-Identifier: MIT */
#include "complete_file.h"

#include <stdint.h>

#include "atomic64.h"
#include "finish_tape.h"
#include "program.h"
#include "say.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"

#define TRY_AGAIN_MS 200u
#define PATIENCE_TRIES 50
#define TELL_TRIES 5 /* who holds a file for a moment is not worth a word */

#define COMES_BACK "it is tried again later"

static struct tapemap_shared_u64 has_seen_enough;

static void stop_waiting(void)
{
    store_release_u64(&has_seen_enough, 1);
}

/* Somebody is in the way, and that alone: without room on the disk all would be written again. */
static bool may_pass(enum tapemap_status status, const struct finish_report *report)
{
    if (status == TAPEMAP_E_BUSY)
        return !report->is_room_missing;
    return status == TAPEMAP_OK && (report->is_tail_left || report->is_index_held);
}

static void say_waiting(const char *path, const struct finish_report *report, int tries)
{
    if (report->is_tail_left && tries == 0)
        say("waiting for the readers of '%s', to cut its reserved tail; Ctrl+C leaves it", path);
    else if (!report->is_tail_left && tries == TELL_TRIES)
        say("waiting for the programs that have '%s' or its index open, to complete it; Ctrl+C "
            "leaves it", path);
}

static enum tapemap_status try_to_finish(const char *path, int most_tries, bool is_quiet,
                                         struct finish_report *report)
{
    const struct finish_options options = {0};
    enum tapemap_status status = finish_tape(path, &options, report);

    for (int tries = 0; may_pass(status, report) && tries < most_tries &&
                        load_acquire_u64(&has_seen_enough) == 0;
         tries++) {
        if (!is_quiet)
            say_waiting(path, report, tries);
        steady_clock_sleep_ms(TRY_AGAIN_MS);
        status = finish_tape(path, &options, report);
    }
    return status;
}

/* Of a disk that does not answer nobody can say what it holds. */
static const char *remedy(enum tapemap_status status)
{
    if (status == TAPEMAP_E_NO_FILE || status == TAPEMAP_E_SYSTEM)
        return "see whether its disk is there and well, and then let 'tapemap recover' complete it";
    return "its audio is whole and readable, and 'tapemap recover' completes it later";
}

static void say_failure(const char *path, enum tapemap_status status,
                        const struct finish_report *report, const char *what_then)
{
    say("completing '%s': %s; %s", path,
        report->problem[0] ? report->problem : tapemap_status_text(status), what_then);
}

/* What of a complete file is not as it should be. `later`: who sees to what somebody holds; NULL:
   'tapemap recover'. */
static void say_rest(const char *path, const struct finish_report *report, const char *later)
{
    if (report->is_tail_left)
        say("completed '%s' but for its reserved tail, which readers hold; %s", path,
            later ? later : "'tapemap recover' cuts it when they are gone");
    if (report->is_index_left && report->is_room_missing)
        say("completed '%s'; its gaps, marks and peaks stay in the index file beside it; make "
            "room, and 'tapemap recover' takes them in", path);
    else if (report->is_index_held)
        say("completed '%s'; its index file stays beside it, because a program has it open; %s",
            path, later ? later : "'tapemap recover' takes it away when it can");
    else if (report->is_index_left)
        say("completed '%s'; its index file stays beside it, because its journal is damaged", path);
}

static enum completion completion_of(enum tapemap_status status, const struct finish_report *report)
{
    if (may_pass(status, report))
        return status == TAPEMAP_OK ? COMPLETION_REST : COMPLETION_HELD;
    return status == TAPEMAP_OK ? COMPLETION_DONE : COMPLETION_FAILED;
}

bool complete_file(const char *path, bool is_quiet)
{
    struct finish_report report;

    program_on_interrupt(stop_waiting);
    enum tapemap_status status = try_to_finish(path, PATIENCE_TRIES, is_quiet, &report);
    if (status != TAPEMAP_OK)
        say_failure(path, status, &report, remedy(status));
    else
        say_rest(path, &report, NULL);
    return status == TAPEMAP_OK;
}

/* A file of which it was said before that somebody holds it. */
static enum completion complete_again(const char *path, bool is_last)
{
    struct finish_report report;

    enum tapemap_status status = try_to_finish(path, 0, true, &report);
    enum completion completion = completion_of(status, &report);
    bool is_told = is_last || completion == COMPLETION_DONE || completion == COMPLETION_FAILED;
    if (status == TAPEMAP_E_NO_FILE)
        return COMPLETION_DONE;
    if (!is_told)
        return completion;
    if (status != TAPEMAP_OK)
        say_failure(path, status, &report, remedy(status));
    else if (completion == COMPLETION_DONE && !report.is_index_left)
        say("completed '%s', which nobody holds any more", path);
    else
        say_rest(path, &report, NULL);
    return completion;
}

enum completion complete_left_file(const char *path, enum completion_patience patience)
{
    struct finish_report report;

    if (patience == COMPLETION_RETURNS || patience == COMPLETION_LAST)
        return complete_again(path, patience == COMPLETION_LAST);
    int tries = patience == COMPLETION_WAITS ? PATIENCE_TRIES : 0;
    enum tapemap_status status = try_to_finish(path, tries, true, &report);
    enum completion completion = completion_of(status, &report);
    if (status != TAPEMAP_OK)
        say_failure(path, status, &report,
                    completion == COMPLETION_HELD ? "its audio is whole and readable, and "
                                                    COMES_BACK
                                                  : remedy(status));
    else
        say_rest(path, &report, COMES_BACK);
    return completion;
}
