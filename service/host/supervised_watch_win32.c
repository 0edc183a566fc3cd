/* SPDX-License-Identifier: MIT */
/* Whether a deck's recorder still moves. It is looked at in memory: who hangs answers nothing, and
   who answers nothing may only have many clients. A device that hangs does not stop it, and it has
   no tape at all while that is opened first: of its device each recorder takes care itself. */
#include <stdio.h>

#include <windows.h>

#include "atomic64.h"
#include "daemon_verbs.h"
#include "object_names.h"
#include "say.h"
#include "supervisor_state.h"
#include "tape_view.h"
#include "wide.h"

#define WATCH_SECONDS 5u
/* As many looks one after the other, so that a machine that slept is no recorder that hangs. */
#define WATCH_TELLS_AT 2u
#define WATCH_ENDS_AT 6u
#define WATCH_END_MS 5000u

/* Returns false when there is no tape that somebody records: nothing can be said then. */
static bool read_beat(const struct supervisor *supervisor, uint64_t tape_id, uint64_t *beat)
{
    char name[OBJECT_NAME_BYTES];
    wchar_t wide_name[OBJECT_NAME_BYTES];
    const struct tapemap_control *control;
    struct layout_tape facts;
    struct failure failure;
    bool is_recorded = false;

    object_name_audio(name, supervisor->space, tape_id, 0);
    wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES);
    HANDLE section = OpenFileMappingW(FILE_MAP_READ, FALSE, wide_name);
    if (!section)
        return false;
    if (tape_view_open(section, &control, &facts, &failure) == TAPEMAP_OK) {
        *beat = load_relaxed_u64(&control->heartbeat_clock);
        is_recorded = load_acquire_u64(&control->state) != TAPEMAP_STATE_ENDED;
        tape_view_close(control);
    }
    CloseHandle(section);
    return is_recorded;
}

bool supervised_end(struct supervised *deck)
{
    deck->was_ended = TerminateProcess(deck->process.handle, DAEMON_FAILED);
    return deck->was_ended &&
           WaitForSingleObject(deck->process.handle, WATCH_END_MS) == WAIT_OBJECT_0;
}

static void tell(struct supervised *deck, const char *what)
{
    char text[300];

    snprintf(text, sizeof text, "process %u has shown no sign of life for %u s; %s",
             (unsigned)deck->process.pid, deck->missed_beats * WATCH_SECONDS, what);
    supervised_note_failure(deck, text);
    say_error("deck '%s': %s", deck->name, text);
}

static void judge(struct supervised *deck)
{
    if (deck->missed_beats == WATCH_TELLS_AT)
        tell(deck, "it is ended and started again unless it moves; see whether its disk hangs");
    else if (deck->missed_beats == WATCH_ENDS_AT)
        tell(deck, supervised_end(deck) ? "it was ended, and is started again"
                                        : "it cannot be ended; end it by hand");
}

static void look(struct supervisor *supervisor, struct supervised *deck)
{
    uint64_t tape_id =
        catalogue_find_tape_id(supervisor->catalogue, deck->name, deck->process.pid);
    uint64_t beat = 0;
    bool is_seen = tape_id != 0 && read_beat(supervisor, tape_id, &beat);

    if (is_seen)
        deck->seen_hash = deck->running_hash;
    if (!is_seen || beat != deck->beat) {
        if (deck->missed_beats >= WATCH_TELLS_AT)
            say("deck '%s': process %u moves again", deck->name, (unsigned)deck->process.pid);
        deck->missed_beats = 0;
        deck->beat = beat;
        return;
    }
    deck->missed_beats++;
    judge(deck);
}

void supervised_watch(struct supervisor *supervisor, struct supervised *deck, uint64_t *due_ns)
{
    uint64_t now_ns = supervisor_now_ns();

    if (!deck->process.handle || deck->life.state != SUPERVISION_RUNNING)
        return;
    if (now_ns >= deck->look_due_ns) {
        look(supervisor, deck);
        deck->look_due_ns = now_ns + WATCH_SECONDS * UINT64_C(1000000000);
    }
    if (deck->look_due_ns < *due_ns)
        *due_ns = deck->look_due_ns;
}
