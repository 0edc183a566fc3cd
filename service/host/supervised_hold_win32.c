/* SPDX-License-Identifier: MIT */
/* Holding the tape that a recorder has in memory: it outlives the recorder, and the next one goes
   on with it. */
#include <stdio.h>

#include <windows.h>

#include <cjson/cJSON.h>

#include "supervisor_state.h"

#define HOLD_ANSWER_MS 200u
/* A new recorder waits two seconds to be told that its tape is held; later it may begin another. */
#define HOLD_FIRST_NS UINT64_C(20000000)
#define HOLD_FIRST_FOR_NS UINT64_C(5000000000)
#define HOLD_AGAIN_NS UINT64_C(1000000000)

/* Returns false when the recorder does not answer, or has no tape in memory. */
static bool ask_for_tape(struct supervisor *supervisor, struct supervised *deck,
                         struct tape_handles *handles)
{
    struct failure failure;
    cJSON *answer = NULL;
    bool has_tape = false;

    if (supervised_ask(supervisor, deck, "{\"command\":\"hold\"}", HOLD_ANSWER_MS, &answer,
                       &failure) == TAPEMAP_OK) {
        const char *id =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "tape_id"));
        const char *values =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "handles"));

        has_tape = id && values && tape_id_parse(id, &handles->tape_id) &&
                   handles->tape_id != 0 && tape_handles_parse(values, handles);
    }
    cJSON_Delete(answer);
    return has_tape;
}

/* Returns true when the tape is held. */
static bool take_hold(struct supervisor *supervisor, struct supervised *deck,
                      const struct tape_handles *handles)
{
    struct tape_holder *holder;
    struct failure failure;
    cJSON *answer = NULL;
    char request[80];

    if (deck->holder && deck->held_tape == handles->tape_id)
        return true;
    if (tape_holder_take(deck->process.handle, handles, &holder, &failure) != TAPEMAP_OK) {
        supervised_note_failure(deck, failure.text);
        return false;
    }
    tape_holder_release(deck->holder);
    deck->holder = holder;
    deck->held_tape = handles->tape_id;
    char id[17];
    tape_id_print(handles->tape_id, id);
    snprintf(request, sizeof request, "{\"command\":\"held\",\"tape_id\":\"%s\"}", id);
    if (supervised_ask(supervisor, deck, request, HOLD_ANSWER_MS, &answer, &failure) == TAPEMAP_OK)
        cJSON_Delete(answer);
    return true;
}

void supervised_hold(struct supervisor *supervisor, struct supervised *deck, uint64_t *due_ns)
{
    uint64_t now_ns = supervisor_now_ns();
    struct tape_handles handles = {0};
    bool is_held;

    if (!deck->deck || !deck->deck->is_memory || deck->life.state != SUPERVISION_RUNNING)
        return;
    if (now_ns >= deck->hold_due_ns) {
        is_held = ask_for_tape(supervisor, deck, &handles) && take_hold(supervisor, deck, &handles);
        deck->hold_due_ns =
            now_ns + (is_held || now_ns - deck->life.began_ns > HOLD_FIRST_FOR_NS ? HOLD_AGAIN_NS
                                                                                : HOLD_FIRST_NS);
    }
    if (deck->hold_due_ns < *due_ns)
        *due_ns = deck->hold_due_ns;
}

void supervised_let_go(struct supervised *deck)
{
    if (!deck->holder ||
        (deck->life.state == SUPERVISION_WAITING && !tape_holder_has_ended(deck->holder)))
        return;
    tape_holder_release(deck->holder);
    deck->holder = NULL;
}
