/* SPDX-License-Identifier: MIT */
#include "recorder_pipe.h"

#include "atomic64.h"
#include "control_pipe.h"
#include "deck_change.h"
#include "object_names.h"
#include "quantity.h"
#include "say.h"
#include "security.h"
#include "steady_clock.h"

static struct tape_handles give_hold(void *recorder)
{
    struct tape_share *share = ((struct recorder *)recorder)->share;

    return share ? tape_share_get(share, steady_clock_now()) : (struct tape_handles){0};
}

static enum tapemap_status note_held(void *recorder, uint64_t tape_id, struct failure *failure)
{
    struct tape_share *share = ((struct recorder *)recorder)->share;

    if (share)
        return tape_share_confirm(share, tape_id, failure);
    return failure_set(failure, TAPEMAP_E_NO_TAPE, "this deck has no tape in memory; hold none");
}

/* The position lies before the head, so it was recorded a moment ago. */
static void note_mark(void *context, uint64_t tape_id, uint64_t position)
{
    struct recorder *recorder = context;
    const struct tapemap_control *control = recorder->control.present;
    uint64_t head = load_acquire_u64(&control->head);
    uint64_t ago_ns = 0;

    if (head > position)
        (void)quantity_ns_from_frames(head - position, control->sample_rate_hz, &ago_ns);
    const struct kept_mark mark = {tape_id, position, recorder_now().utc_ns - ago_ns};
    keep_on_mark_note(recorder->kept_marks, &mark);
}

static enum tapemap_status rotate(void *context, struct failure *failure)
{
    struct recorder *recorder = context;

    if (!file_options_may_rotate(&recorder->options->file))
        return failure_set(failure, TAPEMAP_E_UNSUPPORTED,
                           "this deck has one tape only; record it with --store file and a folder "
                           "for --output, not as a ring");
    deck_request_rotate(recorder->deck);
    return TAPEMAP_OK;
}

static enum tapemap_status pause(void *context, bool pauses, struct failure *failure)
{
    (void)failure;
    deck_request_pause(((struct recorder *)context)->deck, pauses);
    return TAPEMAP_OK;
}

/* The tape that a call looks at stays while it looks. */
static enum control_outcome handle(void *context, struct control_call *call,
                                   struct control_answer *answer)
{
    struct recorder *recorder = context;
    struct recorded_tape *present;
    enum control_outcome outcome;

    if (load_acquire_u64(&recorder->has_deck) == 0)
        return recorder_answer_early(recorder, call, answer);
    present = present_tape_hold(&recorder->present, HOLDER_CONTROL);
    recorder->control.present = tape_control(present->tape);
    outcome = recorder_control_handle(&recorder->control, call, answer);
    if (call->request->command == CONTROL_STATUS)
        recorder_answer_problem(recorder, answer);
    present_tape_release(&recorder->present, HOLDER_CONTROL);
    return outcome;
}

static enum tapemap_status recorder_pipe_try(struct recorder *recorder, struct failure *failure)
{
    char name[OBJECT_NAME_BYTES];
    struct control_server_config config = {
        .pipe_name = name,
        .side = CONTROL_RECORDER,
        .security = security_attributes(SECURITY_CONTROL_PIPE),
        .handle = handle,
        .context = recorder,
    };

    recorder->pipe_tried = steady_clock_now();
    control_pipe_name(name, object_space_is_global(recorder->options->space),
                      recorder->options->deck);
    return control_server_start(&config, &recorder->server, failure);
}

void recorder_pipe_begin(struct recorder *recorder)
{
    recorder->control = (struct recorder_control){
        .deck = recorder->deck,
        .ops = {.rotate = rotate, .pause = pause, .hold = give_hold, .held = note_held},
        .context = recorder,
        .config_hash = recorder->options->supervised,
    };
    if (recorder->kept_marks)
        recorder->control.ops.marked = note_mark;
    store_release_u64(&recorder->has_deck, 1);
}

void recorder_pipe_open(struct recorder *recorder)
{
    struct failure failure;

    if (recorder_pipe_try(recorder, &failure) != TAPEMAP_OK)
        say("warning: deck '%s' is recorded, but takes no words (mark, stop and so on) yet: %s",
            recorder->options->deck, failure.text);
}

void recorder_pipe_retry(struct recorder *recorder)
{
    struct failure failure;

    if (recorder->server || steady_clock_now() - recorder->pipe_tried < steady_clock_hz())
        return;
    if (recorder_pipe_try(recorder, &failure) != TAPEMAP_OK)
        return;
    say("deck '%s' takes words now", recorder->options->deck);
}

void recorder_pipe_close(struct recorder *recorder)
{
    control_server_stop(recorder->server);
    recorder->server = NULL;
}
