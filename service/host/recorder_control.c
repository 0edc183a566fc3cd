/* SPDX-License-Identifier: MIT */
#include "recorder_control.h"

#include "atomic64.h"
#include "object_names.h"
#include "tapemap/tapemap.h"
#include "warning_name.h"

static void answer_tape_id(struct control_answer *answer, uint64_t tape_id)
{
    char id[17];

    tape_id_print(tape_id, id);
    control_answer_text(answer, "tape_id", id);
}

static void answer_warnings(struct control_answer *answer, uint64_t warnings)
{
    control_answer_list(answer, "warnings", NULL);
    for (unsigned bit = 0; bit < 32; bit++) {
        const char *name = warning_name(bit);

        if (name && (warnings & UINT64_C(1) << bit) != 0)
            control_answer_list(answer, "warnings", name);
    }
}

static void answer_status(const struct recorder_control *recorder, struct control_answer *answer)
{
    const struct tapemap_control *control = recorder->present;
    enum tapemap_state state = (enum tapemap_state)load_acquire_u64(&control->state);
    enum tapemap_reason reason = (enum tapemap_reason)load_acquire_u64(&control->reason);

    control_answer_text(answer, "deck", control->deck_name);
    answer_tape_id(answer, control->tape_id);
    control_answer_u64(answer, "pid", control->writer_pid);
    control_answer_text(answer, "state", tapemap_state_name(state));
    answer_warnings(answer, load_relaxed_u64(&control->warnings));
    control_answer_text(answer, "reason", tapemap_reason_name(reason));
    control_answer_u64(answer, "head", load_acquire_u64(&control->head));
    control_answer_u64(answer, "sample_rate_hz", control->sample_rate_hz);
    control_answer_u64(answer, "gap_count", load_relaxed_u64(&control->gap_count));
    control_answer_u64(answer, "gap_frames", load_relaxed_u64(&control->gap_frames));
    control_answer_u64(answer, "reader_count", load_relaxed_u64(&control->reader_count));
    control_answer_text(answer, "source", control->source);
    if (control->file_path[0] != '\0')
        control_answer_text(answer, "file", control->file_path);
    control_answer_u64(answer, "series_position", control->series_position);
    control_answer_bool(answer, "paused", state == TAPEMAP_STATE_PAUSED);
    if (recorder->config_hash)
        control_answer_text(answer, "config_hash", recorder->config_hash);
}

/* Fails the answer unless `status` is OK. */
static void answer_outcome(enum tapemap_status status, const struct failure *failure,
                           struct control_answer *answer)
{
    if (status != TAPEMAP_OK)
        control_answer_fail(answer, failure);
}

static enum tapemap_status refuse_unable(const char *what, struct failure *failure)
{
    return failure_set(failure, TAPEMAP_E_UNSUPPORTED,
                       "this recorder cannot %s; see docs/control.md for what it can", what);
}

/* A tape that is just being left is not marked: a moment later the next one is the present. */
static enum control_outcome answer_mark(struct recorder_control *recorder,
                                        const struct control_request *request,
                                        struct control_answer *answer)
{
    uint64_t position = request->has_position ? request->position : DECK_AT_HEAD;
    struct failure failure;
    enum tapemap_status status = TAPEMAP_E_NOT_YET;

    if (load_acquire_u64(&recorder->present->next_tape_id) != 0)
        return CONTROL_LATER;
    if (request->has_position && position == DECK_AT_HEAD)
        failure_set(&failure, status, "no tape is so long; give a position before its head");
    else
        status = deck_request_mark(recorder->deck, recorder->present, &position,
                                   request->text, &failure);
    answer_outcome(status, &failure, answer);
    if (status != TAPEMAP_OK)
        return CONTROL_ANSWERED;
    control_answer_u64(answer, "position", position);
    if (recorder->ops.marked)
        recorder->ops.marked(recorder->context, recorder->present->tape_id, position);
    return CONTROL_ANSWERED;
}

/* Done when the deck has another tape than in the first call, whose id is kept. A deck that is
   paused stays on its tape until it goes on, however long that takes. */
static enum control_outcome answer_rotate(struct recorder_control *recorder,
                                          struct control_call *call, struct control_answer *answer)
{
    const struct tapemap_control *control = recorder->present;
    enum tapemap_status status = TAPEMAP_OK;
    struct failure failure;

    if (call->memory == 0) {
        call->memory = control->tape_id;
        status = recorder->ops.rotate ? recorder->ops.rotate(recorder->context, &failure)
                                      : refuse_unable("rotate", &failure);
    }
    answer_outcome(status, &failure, answer);
    if (status != TAPEMAP_OK)
        return CONTROL_ANSWERED;
    bool is_paused = load_acquire_u64(&control->state) == TAPEMAP_STATE_PAUSED;
    if (control->tape_id == call->memory && !is_paused)
        return CONTROL_LATER;
    if (control->tape_id == call->memory) {
        control_answer_bool(answer, "paused", true);
        return CONTROL_ANSWERED;
    }
    control_answer_u64(answer, "position", control->series_position);
    answer_tape_id(answer, control->tape_id);
    return CONTROL_ANSWERED;
}

static void answer_pause(struct recorder_control *recorder, bool pauses,
                         struct control_answer *answer)
{
    struct failure failure;
    enum tapemap_status status =
        recorder->ops.pause ? recorder->ops.pause(recorder->context, pauses, &failure)
                            : refuse_unable("pause", &failure);

    answer_outcome(status, &failure, answer);
}

static void answer_hold(struct recorder_control *recorder, struct control_answer *answer)
{
    struct tape_handles handles = {0};
    char text[TAPE_HANDLES_ROOM];
    struct failure failure;

    if (recorder->ops.hold)
        handles = recorder->ops.hold(recorder->context);
    if (handles.tape_id == 0) {
        failure_set(&failure, TAPEMAP_E_NO_TAPE, "this deck has no tape in memory; hold none");
        control_answer_fail(answer, &failure);
        return;
    }
    tape_handles_print(&handles, text);
    answer_tape_id(answer, handles.tape_id);
    control_answer_text(answer, "handles", text);
}

static void answer_held(struct recorder_control *recorder, uint64_t tape_id,
                        struct control_answer *answer)
{
    struct failure failure;
    enum tapemap_status status =
        recorder->ops.held ? recorder->ops.held(recorder->context, tape_id, &failure)
                           : refuse_unable("wait for its tape to be held", &failure);

    answer_outcome(status, &failure, answer);
}

enum control_outcome recorder_control_handle(void *recorder_control, struct control_call *call,
                                             struct control_answer *answer)
{
    struct recorder_control *recorder = recorder_control;
    const struct control_request *request = call->request;

    switch (request->command) {
    case CONTROL_STATUS:
        answer_status(recorder, answer);
        break;
    case CONTROL_MARK:
        return answer_mark(recorder, request, answer);
    case CONTROL_ROTATE:
        return answer_rotate(recorder, call, answer);
    case CONTROL_PAUSE:
    case CONTROL_RESUME:
        answer_pause(recorder, request->command == CONTROL_PAUSE, answer);
        break;
    case CONTROL_STOP:
        deck_request_end(recorder->deck, TAPEMAP_REASON_REQUESTED,
                         request->text[0] ? request->text : NULL);
        break;
    case CONTROL_HOLD:
        answer_hold(recorder, answer);
        break;
    case CONTROL_HELD:
        answer_held(recorder, request->tape_id, answer);
        break;
    default: { /* a recorder's requests are read as such */
        struct failure failure;
        refuse_unable("do that", &failure);
        control_answer_fail(answer, &failure);
        break;
    }
    }
    return CONTROL_ANSWERED;
}
