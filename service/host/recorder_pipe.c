/* SPDX-License-Identifier: MIT */
#include "recorder_pipe.h"

#include <string.h>

#include "atomic64.h"
#include "identity.h"
#include "object_names.h"
#include "quantity.h"
#include "say.h"
#include "security.h"
#include "steady_clock.h"

static struct tape_handles give_hold(void *recorder)
{
    struct tape_share *share = ((struct recorder *)recorder)->share;

    return share ? tape_share_get(share) : (struct tape_handles){0};
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
    const struct tapemap_control *control = tape_control(deck_tape(recorder->deck));
    uint64_t head = load_acquire_u64(&control->head);
    uint64_t ago_ns = 0;

    if (head > position)
        (void)quantity_ns_from_frames(head - position, control->sample_rate_hz, &ago_ns);
    const struct kept_mark mark = {tape_id, position, recorder_now().utc_ns - ago_ns};
    keep_on_mark_note(recorder->kept_marks, &mark);
}

static enum tapemap_status recorder_pipe_try(struct recorder *recorder, struct failure *failure)
{
    char space[PIPE_SPACE_BYTES];
    char name[OBJECT_NAME_BYTES];
    struct control_server_config config = {
        .pipe_name = name,
        .side = CONTROL_RECORDER,
        .security = security_attributes(SECURITY_CONTROL_PIPE),
        .handle = recorder_control_handle,
        .context = &recorder->control,
    };

    recorder->pipe_tried = steady_clock_now();
    pipe_name_space(space, strcmp(recorder->options->space, OBJECT_SPACE_GLOBAL) == 0,
                    identity_session());
    pipe_name_deck(name, space, recorder->options->deck);
    return control_server_start(&config, &recorder->server, failure);
}

void recorder_pipe_open(struct recorder *recorder)
{
    struct failure failure;

    recorder->control = (struct recorder_control){.deck = recorder->deck, .context = recorder,
                                                  .config_hash = recorder->options->supervised};
    recorder->control.ops.hold = give_hold;
    recorder->control.ops.held = note_held;
    if (recorder->kept_marks)
        recorder->control.ops.marked = note_mark;
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
    status_line_finish(&recorder->line);
    say("deck '%s' takes words now", recorder->options->deck);
}

void recorder_pipe_close(struct recorder *recorder)
{
    control_server_stop(recorder->server);
    recorder->server = NULL;
}
