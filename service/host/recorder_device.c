/* SPDX-License-Identifier: MIT */
/* What a recorder does about a device that does not answer: says so, and ends when that helps. */
#include <stdio.h>

#include "atomic64.h"
#include "calendar.h"
#include "quantity.h"
#include "recorder_state.h"
#include "say.h"
#include "steady_clock.h"
#include "supervisor_presence.h"

#define SENTENCE_BYTES 500
#define ASK_AGAIN_SECONDS 10u
#define NS_PER_SECOND UINT64_C(1000000000)

void recorder_watch_begin(struct recorder *recorder)
{
    bool is_supervised = recorder->options->supervised != NULL;

    device_watch_init(&recorder->watch, &device_patience, is_supervised, steady_clock_hz());
}

/* What comes of it, as far as anybody knows. */
static void print_outlook(const struct recorder *recorder, const struct device_call *call,
                          char *text, size_t room)
{
    const struct device_watch *watch = &recorder->watch;
    uint32_t waited_ms = device_watch_seconds(watch) * 1000;
    bool keeps_time = load_acquire_u64(&recorder->has_deck) != 0 &&
                      source_thread_has_answered(recorder->sources);

    if (call->is_covered)
        snprintf(text, room, "the fallback is recorded meanwhile");
    else if (watch->may_give_up && waited_ms < watch->patience.give_up_ms)
        snprintf(text, room, "unless it answers in %u s this recorder ends and another goes on",
                 (unsigned)((watch->patience.give_up_ms - waited_ms) / 1000));
    else
        snprintf(text, room, keeps_time ? "time goes on as silence"
                                        : "nothing is recorded until it answers");
}

static void tell(struct recorder *recorder, const struct device_call *call)
{
    char text[SENTENCE_BYTES];
    char outlook[100];

    uint64_t ago = quantity_scale(steady_clock_now() - call->since, NS_PER_SECOND,
                                  steady_clock_hz());
    store_release_u64(&recorder->hang_utc_ns, recorder_now().utc_ns - ago);
    store_release_u64(&recorder->hang, (uint64_t)call->kind);
    if (load_acquire_u64(&recorder->has_deck) == 0)
        recorder_note_waiting(recorder);
    device_watch_print(&recorder->watch, call, text, sizeof text);
    print_outlook(recorder, call, outlook, sizeof outlook);
    say_error("recording deck '%s': %s; %s", recorder->options->deck, text, outlook);
}

static void tell_end(struct recorder *recorder)
{
    store_release_u64(&recorder->hang, DEVICE_CALL_NONE);
    say("recording deck '%s': its device answers again, after %u s", recorder->options->deck,
        (unsigned)device_watch_seconds(&recorder->watch));
}

/* Whether another recorder could go on with what there is; of one that only opens its device there
   is nothing. */
static bool tape_can_go_on(const struct recorder *recorder, uint64_t now)
{
    if (load_acquire_u64(&recorder->has_deck) == 0)
        return true;
    if (recorder->share)
        return tape_share_has_holder(recorder->share, now, steady_clock_hz());
    return recorder->options->file.store == RECORD_STORE_FILE;
}

/* When nobody goes on with the tape, an end helps nobody, and a tape in memory would be gone. */
static bool may_end(struct recorder *recorder)
{
    uint64_t now = steady_clock_now();
    bool is_first = recorder->asked_to_end == 0;

    if (!is_first && now - recorder->asked_to_end < ASK_AGAIN_SECONDS * steady_clock_hz())
        return false;
    if (tape_can_go_on(recorder, now) && supervisor_has_this_recorder(recorder->options->space))
        return true;
    if (is_first) {
        say_error("recording deck '%s': it does not end for its device, because no supervisor "
                  "answers that would go on with its tape; see 'tapemapd status', and restart it",
                  recorder->options->deck);
    }
    recorder->asked_to_end = now;
    return false;
}

bool recorder_watch_device(struct recorder *recorder, const struct device_call *call,
                           struct failure *failure)
{
    char text[SENTENCE_BYTES];

    switch (device_watch_look(&recorder->watch, call, steady_clock_now())) {
    case DEVICE_HANGS:
        tell(recorder, call);
        return true;
    case DEVICE_ANSWERS:
        tell_end(recorder);
        return true;
    case DEVICE_GIVEN_UP:
        if (!may_end(recorder))
            return true;
        device_watch_print(&recorder->watch, call, text, sizeof text);
        failure_set(failure, TAPEMAP_E_SYSTEM, "%s", text);
        return false;
    case DEVICE_WELL:
        break;
    }
    return true;
}

void recorder_answer_problem(const struct recorder *recorder, struct control_answer *answer)
{
    enum device_call_kind kind = (enum device_call_kind)load_acquire_u64(&recorder->hang);
    char text[160];
    char when[CALENDAR_UTC_BYTES];

    if (kind == DEVICE_CALL_NONE)
        return;
    calendar_print_utc(load_acquire_u64(&recorder->hang_utc_ns), when);
    snprintf(text, sizeof text, "its device has not answered since %s, when it was %s", when,
             device_call_done(kind));
    control_answer_text(answer, "problem", text);
}
