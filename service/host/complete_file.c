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

static struct tapemap_shared_u64 has_seen_enough;

static void stop_waiting(void)
{
    store_release_u64(&has_seen_enough, 1);
}

static enum tapemap_status try_to_finish(const char *path, bool is_quiet,
                                         struct finish_report *report)
{
    const struct finish_options options = {0};
    enum tapemap_status status = finish_tape(path, &options, report);

    if (status == TAPEMAP_OK && report->is_tail_left && !is_quiet)
        say("waiting for the readers of '%s', to cut its reserved tail; Ctrl+C leaves it", path);
    for (int tries = 0; status == TAPEMAP_OK && report->is_tail_left && tries < PATIENCE_TRIES &&
                        load_acquire_u64(&has_seen_enough) == 0;
         tries++) {
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

static bool complete(const char *path, bool is_quiet)
{
    struct finish_report report;

    enum tapemap_status status = try_to_finish(path, is_quiet, &report);
    if (status != TAPEMAP_OK) {
        say("completing '%s': %s; %s", path,
            report.problem[0] ? report.problem : tapemap_status_text(status), remedy(status));
        return false;
    }
    if (report.is_tail_left)
        say("completed '%s' but for its reserved tail, which readers hold; 'tapemap recover' cuts "
            "it when they are gone", path);
    if (report.is_index_left && report.is_room_missing)
        say("completed '%s'; its gaps, marks and peaks stay in the index file beside it; make "
            "room, and 'tapemap recover' takes them in", path);
    else if (report.is_index_left)
        say("completed '%s'; its index file stays beside it, because a program reads it, or its "
            "journal is damaged; 'tapemap recover' takes it away when it can", path);
    return true;
}

bool complete_file(const char *path, bool is_quiet)
{
    program_on_interrupt(stop_waiting);
    return complete(path, is_quiet);
}

bool complete_left_file(const char *path)
{
    return complete(path, true);
}
