/* SPDX-License-Identifier: MIT */
#include "supervisor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include <cjson/cJSON.h>

#include "config_file.h"
#include "control_client.h"
#include "control_pipe.h"
#include "control_server.h"
#include "file_paths.h"
#include "identity.h"
#include "log.h"
#include "say.h"
#include "security.h"
#include "steady_clock.h"
#include "supervisor_state.h"

#define SUPERVISOR_ANSWER_MS 1000u

struct supervisor_waiting {
    CRITICAL_SECTION lock;
    HANDLE wake; /* auto-reset */
    struct control_server *server;
};

void supervisor_lock(struct supervisor *supervisor)
{
    EnterCriticalSection(&supervisor->waiting->lock);
}

void supervisor_unlock(struct supervisor *supervisor)
{
    LeaveCriticalSection(&supervisor->waiting->lock);
}

void supervisor_wake(struct supervisor *supervisor)
{
    SetEvent(supervisor->waiting->wake);
}

uint64_t supervisor_now_ns(void)
{
    uint64_t hz = steady_clock_hz();
    uint64_t now = steady_clock_now();

    return now / hz * 1000000000 + now % hz * 1000000000 / hz;
}

struct supervised *supervisor_find(struct supervisor *supervisor, const char *name)
{
    for (size_t i = 0; i < supervisor->count; i++) {
        if (strcmp(supervisor->decks[i].name, name) == 0)
            return &supervisor->decks[i];
    }
    return NULL;
}

static void make_deck(const struct supervisor *supervisor, struct supervised *deck,
                      const char *name)
{
    *deck = (struct supervised){0};
    snprintf(deck->name, sizeof deck->name, "%s", name);
    supervision_init(&deck->life, supervisor_now_ns());
    deck->life.stop_limit_ns = supervisor->stop_limit_ns;
}

bool supervisor_add_decks(struct supervisor *supervisor, const struct config *config)
{
    bool all = true;

    for (size_t i = 0; i < config->deck_count; i++) {
        struct supervised *deck = &supervisor->decks[supervisor->count];

        if (supervisor_find(supervisor, config->decks[i].name))
            continue;
        if (supervisor->count == CONFIG_MOST_DECKS) {
            all = false;
            continue;
        }
        make_deck(supervisor, deck, config->decks[i].name);
        deck->deck = &config->decks[i];
        supervisor->count++;
    }
    return all;
}

/* Recorders of an earlier supervisor, of decks that were taken out of the configuration since. */
static void adopt_orphans(struct supervisor *supervisor)
{
    struct catalogue_recorder recorders[TAPEMAP_CATALOGUE_SLOTS];
    size_t count = catalogue_list(supervisor->catalogue, recorders);

    for (size_t i = 0; i < count && supervisor->count < CONFIG_MOST_DECKS; i++) {
        struct supervised *deck = &supervisor->decks[supervisor->count];

        if (supervisor_find(supervisor, recorders[i].deck))
            continue;
        make_deck(supervisor, deck, recorders[i].deck);
        if (supervised_find_orphan(supervisor, deck))
            supervisor->count++;
    }
}

/* ---- Opening -------------------------------------------------------------------------------- */

static enum tapemap_status refuse_second(const char *pipe_name, struct failure *failure)
{
    struct failure silence;
    cJSON *answer = NULL;
    char who[40] = "another process";

    if (control_client_ask(pipe_name, "{\"command\":\"status\"}", SUPERVISOR_ANSWER_MS, &answer,
                           &silence) == TAPEMAP_OK) {
        const cJSON *pid = cJSON_GetObjectItemCaseSensitive(answer, "pid");

        if (cJSON_IsNumber(pid))
            snprintf(who, sizeof who, "process %u", (unsigned)pid->valuedouble);
        cJSON_Delete(answer);
    }
    return failure_set(failure, TAPEMAP_E_BUSY,
                       "%s supervises this login session already; give it your decks and 'tapemapd "
                       "reload', or stop it by 'tapemapd stop'", who);
}

/* There is one supervisor where there is one pipe: nobody else can make it meanwhile. */
static enum tapemap_status take_pipe(struct supervisor *supervisor, struct failure *failure)
{
    char name[OBJECT_NAME_BYTES];
    struct control_server_config config = {
        .pipe_name = name,
        .side = CONTROL_SUPERVISOR,
        .security = security_attributes(SECURITY_CONTROL_PIPE),
        .handle = supervisor_control_handle,
        .context = supervisor,
    };
    enum tapemap_status status;

    control_pipe_name(name, object_space_is_global(supervisor->space), NULL);
    status = control_server_start(&config, &supervisor->waiting->server, failure);
    return status == TAPEMAP_E_BUSY ? refuse_second(name, failure) : status;
}

static enum tapemap_status read_config(struct supervisor *supervisor, const char *path,
                                       struct failure *failure)
{
    enum tapemap_status status = config_file_read(path, &supervisor->config, failure);
    size_t complaints;

    if (status != TAPEMAP_OK)
        return status;
    complaints = supervisor->config->complaint_count;
    if (complaints == 0)
        return TAPEMAP_OK;
    config_file_say(path, supervisor->config);
    return failure_set(failure, TAPEMAP_E_DATA,
                       "the configuration %s is wrong in %zu place%s, as said above; mend it and "
                       "start again", path, complaints, complaints == 1 ? "" : "s");
}

/* Before anything is made. Whom a deck's recorder obeys is that deck's to say. */
static enum tapemap_status say_who_may(const struct supervisor *supervisor,
                                       struct failure *failure)
{
    struct access_policy policy;
    enum tapemap_status status =
        access_policy_init(&policy, NULL, supervisor->config->controllers, failure);

    return status == TAPEMAP_OK ? security_use(&policy, failure) : status;
}

/* Another log in a configuration that is read again is for the recorders, at first. */
static enum tapemap_status begin_log(const struct supervisor *supervisor, struct failure *failure)
{
    const char *log = supervisor->config->log;
    char *path = log ? file_path_below(supervisor->folder, log) : NULL;
    enum tapemap_status status;

    if (log && !path)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a log; close other programs");
    status = log_begin(path, "supervisor", failure);
    free(path);
    return status;
}

static bool find_paths(struct supervisor *supervisor, const char *config_path)
{
    supervisor->config_path = file_path_whole(config_path);
    if (supervisor->config_path)
        supervisor->folder = file_path_folder(supervisor->config_path);
    supervisor->program = file_path_of_program();
    return supervisor->folder && supervisor->program;
}

static struct supervisor *make_supervisor(void)
{
    struct supervisor *made = calloc(1, sizeof *made);
    struct supervisor_waiting *waiting = calloc(1, sizeof *waiting);
    HANDLE wake = CreateEventW(NULL, FALSE, FALSE, NULL);

    if (made && waiting && wake) {
        waiting->wake = wake;
        InitializeCriticalSection(&waiting->lock);
        made->waiting = waiting;
        return made;
    }
    if (wake)
        CloseHandle(wake);
    free(waiting);
    free(made);
    return NULL;
}

enum tapemap_status supervisor_open(const char *config_path, const char *space,
                                    struct supervisor **supervisor, struct failure *failure)
{
    struct supervisor *made = make_supervisor();
    enum tapemap_status status;

    if (!made || !find_paths(made, config_path)) {
        supervisor_close(made);
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a supervisor; close other programs");
    }
    made->space = space;
    made->stop_limit_ns = SUPERVISION_STOP_LIMIT_NS;
    made->log_on = identity_log_on();
    supervisor_lock(made); /* whoever asks meanwhile waits for his answer */
    status = read_config(made, config_path, failure);
    if (status == TAPEMAP_OK)
        status = say_who_may(made, failure);
    if (status == TAPEMAP_OK)
        status = begin_log(made, failure);
    if (status == TAPEMAP_OK)
        status = catalogue_open(space, &made->catalogue, failure);
    if (status == TAPEMAP_OK)
        status = take_pipe(made, failure);
    if (status == TAPEMAP_OK) {
        supervisor_add_decks(made, made->config);
        supervisor_take_wishes(made);
        adopt_orphans(made);
    }
    supervisor_unlock(made);
    if (status != TAPEMAP_OK) {
        log_write(LOG_DETAIL, failure->text);
        supervisor_close(made);
        return status;
    }
    *supervisor = made;
    return TAPEMAP_OK;
}

static void let_deck_go(struct supervised *deck)
{
    tape_holder_release(deck->holder);
    last_words_close(&deck->last_words);
}

void supervisor_close(struct supervisor *supervisor)
{
    if (!supervisor)
        return;
    control_server_stop(supervisor->waiting->server);
    log_end();
    for (size_t i = 0; i < supervisor->count; i++) {
        let_deck_go(&supervisor->decks[i]);
        child_process_close(&supervisor->decks[i].process);
    }
    catalogue_close(supervisor->catalogue);
    config_free(supervisor->config);
    free(supervisor->config_path);
    free(supervisor->folder);
    free(supervisor->program);
    CloseHandle(supervisor->waiting->wake);
    DeleteCriticalSection(&supervisor->waiting->lock);
    free(supervisor->waiting);
    free(supervisor);
}

void supervisor_set_stop_limit(struct supervisor *supervisor, uint64_t limit_ns)
{
    supervisor->stop_limit_ns = limit_ns;
    for (size_t i = 0; i < supervisor->count; i++)
        supervisor->decks[i].life.stop_limit_ns = limit_ns;
}

/* ---- Running -------------------------------------------------------------------------------- */

void supervisor_request_shutdown(struct supervisor *supervisor)
{
    supervisor_lock(supervisor);
    supervisor->is_ending = true;
    for (size_t i = 0; i < supervisor->count; i++)
        supervision_stop(&supervisor->decks[i].life, supervisor_now_ns());
    supervisor_unlock(supervisor);
    supervisor_wake(supervisor);
}

/* Decks that were taken out of the configuration go when their recorder has. */
static void forget_removed(struct supervisor *supervisor)
{
    size_t kept = 0;

    for (size_t i = 0; i < supervisor->count; i++) {
        if (supervisor->decks[i].deck || supervision_has_process(&supervisor->decks[i].life))
            supervisor->decks[kept++] = supervisor->decks[i];
        else
            let_deck_go(&supervisor->decks[i]);
    }
    supervisor->count = kept;
}

/* Those that still run, but for the ones that were given up. */
static size_t count_running(const struct supervisor *supervisor, bool *is_late)
{
    size_t running = 0;

    *is_late = false;
    for (size_t i = 0; i < supervisor->count; i++) {
        const struct supervision *life = &supervisor->decks[i].life;

        if (life->state == SUPERVISION_STOPPING && life->is_late_told)
            *is_late = true;
        else if (supervision_has_process(life))
            running++;
    }
    return running;
}

/* Waits, without the lock, for the wake-up, the end of a process, or the time. */
static void wait_for_news(struct supervisor *supervisor, uint64_t due_ns)
{
    HANDLE handles[CONFIG_MOST_DECKS + 1];
    uint64_t now_ns = supervisor_now_ns();
    DWORD timeout = INFINITE;
    DWORD count = 0;

    handles[count++] = supervisor->waiting->wake;
    for (size_t i = 0; i < supervisor->count; i++) {
        if (supervisor->decks[i].process.handle)
            handles[count++] = supervisor->decks[i].process.handle;
    }
    if (due_ns != UINT64_MAX)
        timeout = due_ns <= now_ns ? 0 : (DWORD)((due_ns - now_ns) / 1000000) + 1;
    supervisor_unlock(supervisor);
    WaitForMultipleObjects(count, handles, FALSE, timeout);
    supervisor_lock(supervisor);
}

/* Starting a process takes its time, and meanwhile a tape in memory may want to be held, or another
   recorder may have ended: so there is one start in a turn. */
static void take_turn(struct supervisor *supervisor, uint64_t *due_ns)
{
    bool has_started = false;

    for (size_t i = 0; i < supervisor->count; i++)
        supervised_look(supervisor, &supervisor->decks[i]);
    for (size_t i = 0; i < supervisor->count; i++)
        supervised_hold(supervisor, &supervisor->decks[i], due_ns);
    for (size_t i = 0; i < supervisor->count; i++)
        supervised_watch(supervisor, &supervisor->decks[i], due_ns);
    for (size_t i = 0; i < supervisor->count && !has_started; i++)
        has_started = supervised_step(supervisor, &supervisor->decks[i], due_ns);
    forget_removed(supervisor);
}

bool supervisor_run(struct supervisor *supervisor)
{
    bool is_late = false;

    supervisor_lock(supervisor);
    for (;;) {
        uint64_t due_ns = UINT64_MAX;

        take_turn(supervisor, &due_ns);
        supervisor_keep_wishes(supervisor);
        if (supervisor->is_ending && count_running(supervisor, &is_late) == 0)
            break;
        wait_for_news(supervisor, due_ns);
    }
    supervisor_drop_wishes(supervisor);
    supervisor_unlock(supervisor);
    return !is_late && !supervisor->has_forced;
}
