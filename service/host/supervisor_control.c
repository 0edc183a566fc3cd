/* SPDX-License-Identifier: MIT */
/* What a supervisor answers. */
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "config_file.h"
#include "identity.h"
#include "supervisor_state.h"
#include "tapemap/tapemap.h"

static void answer_failure(struct control_answer *answer, enum tapemap_status status,
                           const char *text)
{
    struct failure failure;

    failure_set(&failure, status, "%s", text);
    control_answer_fail(answer, &failure);
}

static void answer_status(const struct supervisor *supervisor, struct control_answer *answer)
{
    char when[CALENDAR_UTC_BYTES];

    control_answer_text(answer, "version", tapemap_version());
    control_answer_u64(answer, "pid", identity_pid());
    control_answer_text(answer, "config", supervisor->config_path);
    control_answer_bool(answer, "is_ending", supervisor->is_ending);
    for (size_t i = 0; i < supervisor->count; i++) {
        const struct supervised *deck = &supervisor->decks[i];

        control_answer_begin_item(answer, "decks");
        control_answer_text(answer, "name", deck->name);
        control_answer_text(answer, "state", supervision_state_name(deck->life.state));
        if (deck->process.handle)
            control_answer_u64(answer, "pid", deck->process.pid);
        control_answer_u64(answer, "restarts", deck->life.restarts);
        if (deck->failure[0] != '\0') {
            calendar_print_utc(deck->failure_utc_ns, when);
            control_answer_text(answer, "failure", deck->failure);
            control_answer_text(answer, "failed_at", when);
        }
        control_answer_end_item(answer);
    }
}

/* ---- One deck ------------------------------------------------------------------------------- */

static void begin_command(struct supervisor *supervisor, struct supervised *deck,
                          enum control_command command)
{
    uint64_t now_ns = supervisor_now_ns();

    if (command == CONTROL_START)
        supervision_start(&deck->life, now_ns);
    else if (command == CONTROL_STOP)
        supervision_stop(&deck->life, now_ns);
    else
        supervision_restart(&deck->life, now_ns);
    deck->failure[0] = '\0';
    supervisor_wake(supervisor);
}

static enum control_outcome answer_deck(struct supervisor *supervisor, struct control_call *call,
                                        struct control_answer *answer)
{
    struct supervised *deck = supervisor_find(supervisor, call->request->deck);
    bool stops = call->request->command == CONTROL_STOP;
    char text[200];

    if (!deck || (!deck->deck && !stops)) {
        snprintf(text, sizeof text, "there is no deck '%s' in the configuration; see 'tapemapd "
                 "status'", call->request->deck);
        answer_failure(answer, TAPEMAP_E_NO_DECK, text);
        return CONTROL_ANSWERED;
    }
    if (supervisor->is_ending && !stops) {
        answer_failure(answer, TAPEMAP_E_BUSY, "the supervisor is shutting down; start it again "
                                               "first");
        return CONTROL_ANSWERED;
    }
    if (call->memory == 0) {
        call->memory = 1;
        begin_command(supervisor, deck, call->request->command);
    }
    if (deck->life.state == SUPERVISION_STOPPING)
        return CONTROL_LATER;
    if (deck->life.state == SUPERVISION_WAITING && deck->failure[0] == '\0')
        return CONTROL_LATER;
    control_answer_text(answer, "state", supervision_state_name(deck->life.state));
    if (deck->process.handle)
        control_answer_u64(answer, "pid", deck->process.pid);
    if (!stops && deck->failure[0] != '\0')
        answer_failure(answer, TAPEMAP_E_SYSTEM, deck->failure);
    return CONTROL_ANSWERED;
}

/* ---- Reload --------------------------------------------------------------------------------- */

static void answer_complaints(const struct supervisor *supervisor, const struct config *config,
                              struct control_answer *answer)
{
    const struct config_complaint *first = &config->complaints[0];
    struct failure failure;
    char more[80] = "";

    if (config->complaint_count > 1)
        snprintf(more, sizeof more, " (and %zu more: see 'tapemapd check')",
                 config->complaint_count - 1);
    failure_set(&failure, TAPEMAP_E_DATA, "nothing was changed: %s:%u: %.300s%s",
                supervisor->config_path, first->line, first->text, more);
    control_answer_fail(answer, &failure);
}

/* What becomes of a deck that was there: the list it is told in. */
static const char *apply(struct supervised *deck, const struct config_deck *found)
{
    uint64_t now_ns = supervisor_now_ns();

    deck->deck = found;
    if (!found) {
        supervision_stop(&deck->life, now_ns);
        return "stopped";
    }
    if (supervision_has_process(&deck->life) && deck->running_hash != found->hash) {
        supervision_restart(&deck->life, now_ns);
        return "restarted";
    }
    if (deck->life.state == SUPERVISION_RUNNING ||
        (deck->life.state == SUPERVISION_DONE && deck->running_hash == found->hash))
        return "unchanged";
    supervision_start(&deck->life, now_ns);
    return "started";
}

static void answer_old_logs(const struct supervisor *supervisor, const struct config *config,
                            struct control_answer *answer)
{
    control_answer_list(answer, "old_log", NULL);
    for (size_t i = 0; i < supervisor->count; i++)
        if (supervised_has_old_log(&supervisor->decks[i], config))
            control_answer_list(answer, "old_log", supervisor->decks[i].name);
}

static void apply_config(struct supervisor *supervisor, struct config *config,
                         struct control_answer *answer)
{
    static const char *const lists[] = {"started", "stopped", "restarted", "unchanged"};
    size_t before = supervisor->count;

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        control_answer_list(answer, lists[i], NULL);
    for (size_t i = 0; i < before; i++) {
        struct supervised *deck = &supervisor->decks[i];

        control_answer_list(answer, apply(deck, config_find_deck(config, deck->name)), deck->name);
    }
    if (!supervisor_add_decks(supervisor, config))
        answer_failure(answer, TAPEMAP_E_FULL,
                       "there is no room for all decks until those that were removed have stopped; "
                       "reload again then");
    for (size_t i = before; i < supervisor->count; i++)
        control_answer_list(answer, "started", supervisor->decks[i].name);
    answer_old_logs(supervisor, config, answer);
    config_free(supervisor->config);
    supervisor->config = config;
    supervisor_wake(supervisor);
}

static void answer_reload(struct supervisor *supervisor, struct control_answer *answer)
{
    struct failure failure;
    struct config *config = NULL;
    enum tapemap_status status;

    /* A disk may take its time, and decks want to be supervised meanwhile. No other request comes
       before this one is answered. */
    supervisor_unlock(supervisor);
    status = config_file_read(supervisor->config_path, &config, &failure);
    supervisor_lock(supervisor);
    if (status != TAPEMAP_OK) {
        control_answer_fail(answer, &failure);
    } else if (supervisor->is_ending) {
        answer_failure(answer, TAPEMAP_E_BUSY, "the supervisor is shutting down; start it again");
        config_free(config);
    } else if (config->complaint_count == 0) {
        apply_config(supervisor, config, answer);
    } else {
        answer_complaints(supervisor, config, answer);
        config_free(config);
    }
}

/* ---- Any of them ---------------------------------------------------------------------------- */

enum control_outcome supervisor_control_handle(void *context, struct control_call *call,
                                               struct control_answer *answer)
{
    struct supervisor *supervisor = context;
    enum control_outcome outcome = CONTROL_ANSWERED;

    supervisor_lock(supervisor);
    switch (call->request->command) {
    case CONTROL_STATUS:
        answer_status(supervisor, answer);
        break;
    case CONTROL_RELOAD:
        answer_reload(supervisor, answer);
        break;
    case CONTROL_START:
    case CONTROL_STOP:
    case CONTROL_RESTART:
        outcome = answer_deck(supervisor, call, answer);
        break;
    case CONTROL_SHUTDOWN:
        supervisor_request_shutdown(supervisor);
        break;
    default: /* a supervisor's requests are read as such */
        answer_failure(answer, TAPEMAP_E_UNSUPPORTED, "a supervisor cannot do that; ask the deck's "
                                                      "recorder");
        break;
    }
    supervisor_unlock(supervisor);
    return outcome;
}
