/* SPDX-License-Identifier: MIT */
/* While there is no deck yet, because its source is still being opened or waited for: the recorder
   is found, and takes words. */
#include <stdio.h>

#include "atomic64.h"
#include "identity.h"
#include "quantity.h"
#include "recorder_pipe.h"
#include "say.h"
#include "steady_clock.h"
#include "tapemap/tapemap.h"
#include "whole_numbers.h"

static uint64_t waited_ns(const struct recorder *recorder)
{
    return quantity_scale(steady_clock_now() - recorder->began, 1000000000, steady_clock_hz());
}

/* No tape has that id: that is how the catalogue says that this process records the deck, and has
   no tape yet. */
static void enter(struct recorder *recorder)
{
    struct failure failure;
    uint64_t tape_id;

    if (identity_new_tape(&tape_id, &failure) != TAPEMAP_OK ||
        catalogue_enter(recorder->catalogue, recorder->options->deck, tape_id, identity_pid(),
                        &failure) != TAPEMAP_OK)
        say("warning: deck '%s' cannot be listed yet: %s", recorder->options->deck, failure.text);
}

/* Who waits at first waits for a device that hangs, too. */
void recorder_note_waiting(struct recorder *recorder)
{
    if (recorder->options->waits_at_start)
        store_release_u64(&recorder->is_waiting, 1);
    if (!recorder->is_listed)
        enter(recorder);
    recorder->is_listed = true;
}

void recorder_tell_waiting(void *context, const char *text)
{
    struct recorder *recorder = context;

    recorder_note_waiting(recorder);
    say("recording deck '%s': %s", recorder->options->deck, text);
}

bool recorder_goes_on_waiting(void *context, const struct device_call *call,
                              struct failure *failure)
{
    struct recorder *recorder = context;
    uint64_t duration_ns = recorder->options->duration_ns;
    char duration[48];

    recorder_pipe_retry(recorder);
    if (!recorder_watch_device(recorder, call, failure))
        return false;
    if (load_acquire_u64(&recorder->stop_asked) != 0) {
        failure_set(failure, TAPEMAP_E_ENDED, "it was stopped before its source was there; nothing "
                                              "was recorded");
        return false;
    }
    if (load_relaxed_u64(&recorder->is_waiting) == 0 || duration_ns == 0 ||
        waited_ns(recorder) < duration_ns)
        return true;
    quantity_print_duration(duration_ns, duration, sizeof duration);
    failure_set(failure, TAPEMAP_E_LOST, "its source was not there in the %s that was to be "
                "recorded; connect it and record again", duration);
    return false;
}

void recorder_count_waiting(const struct recorder *recorder, uint32_t rate_hz,
                            uint64_t *end_frame)
{
    uint64_t frames = 0;

    if (load_relaxed_u64(&recorder->is_waiting) == 0 || *end_frame == 0 ||
        !quantity_frames_from_ns(waited_ns(recorder), rate_hz, &frames))
        return;
    *end_frame = *end_frame > frames ? *end_frame - frames : 1;
}

/* ---- Words ---------------------------------------------------------------------------------- */

static void answer_status(const struct recorder *recorder, struct control_answer *answer)
{
    bool is_waiting = load_relaxed_u64(&recorder->is_waiting) != 0 ||
                      load_relaxed_u64(&recorder->hang) != DEVICE_CALL_NONE;

    control_answer_text(answer, "deck", recorder->options->deck);
    control_answer_u64(answer, "pid", identity_pid());
    control_answer_text(answer, "state",
                        tapemap_state_name(is_waiting ? TAPEMAP_STATE_SOURCE_LOST
                                                      : TAPEMAP_STATE_STARTING));
    control_answer_text(answer, "source", recorder->options->source);
    if (recorder->options->supervised)
        control_answer_text(answer, "config_hash", recorder->options->supervised);
}

enum control_outcome recorder_answer_early(struct recorder *recorder,
                                           const struct control_call *call,
                                           struct control_answer *answer)
{
    struct failure failure;

    switch (call->request->command) {
    case CONTROL_STATUS:
        answer_status(recorder, answer);
        recorder_answer_problem(recorder, answer);
        break;
    case CONTROL_STOP:
        store_release_u64(&recorder->stop_asked, 1);
        break;
    case CONTROL_HOLD:
        failure_set(&failure, TAPEMAP_E_NO_TAPE, "this deck has no tape yet; ask again later");
        control_answer_fail(answer, &failure);
        break;
    default:
        failure_set(&failure, TAPEMAP_E_NOT_YET, "its source is not there yet, and so it has no "
                    "tape; try again once it records, or stop it");
        control_answer_fail(answer, &failure);
        break;
    }
    return CONTROL_ANSWERED;
}
