/* SPDX-License-Identifier: MIT */
/* One deck's recorder: starting it, finding one that lives already, asking it to stop. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include <cjson/cJSON.h>

#include "config_arguments.h"
#include "control_client.h"
#include "control_pipe.h"
#include "daemon_verbs.h"
#include "file_paths.h"
#include "identity.h"
#include "say.h"
#include "steady_clock.h"
#include "supervisor_state.h"
#include "utf8_text.h"

#define RECORDER_ANSWER_MS 1000u

enum tapemap_status supervised_ask(const struct supervisor *supervisor,
                                   const struct supervised *deck, const char *request,
                                   uint32_t timeout_ms, cJSON **answer, struct failure *failure)
{
    char name[OBJECT_NAME_BYTES];

    control_pipe_name(name, object_space_is_global(supervisor->space), deck->name);
    return control_client_ask(name, request, timeout_ms, answer, failure);
}

void supervised_note_failure(struct supervised *deck, const char *text)
{
    snprintf(deck->failure, sizeof deck->failure, "%s", text);
    deck->failure_utc_ns = utc_now_ns();
    utf8_mend_end(deck->failure);
}

/* ---- Finding --------------------------------------------------------------------------------- */

enum finding { FOUND_NONE, FOUND_OURS, FOUND_FOREIGN };

static enum finding take_over(struct supervised *deck, uint32_t pid, const char *hash)
{
    DWORD rights = SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION;
    HANDLE process = OpenProcess(rights | PROCESS_DUP_HANDLE | PROCESS_TERMINATE, FALSE, pid);

    if (!process) /* its tape cannot be held then, nor it be ended, but it can be supervised */
        process = OpenProcess(rights, FALSE, pid);
    if (!process)
        return FOUND_NONE;
    deck->process = (struct child_process){process, pid};
    last_words_close(&deck->last_words);
    deck->running_hash = strtoull(hash, NULL, 16);
    return FOUND_OURS;
}

/* A recorder that an earlier supervisor started says by which options; another one is somebody's
   own. The catalogue may be old, so only the recorder itself is believed. */
static enum finding find_living(struct supervisor *supervisor, struct supervised *deck)
{
    uint32_t pid = catalogue_find_pid(supervisor->catalogue, deck->name);
    enum finding found = FOUND_NONE;
    struct failure failure;
    cJSON *answer = NULL;
    char text[200];

    if (pid == 0 || !identity_process_lives(pid) ||
        supervised_ask(supervisor, deck, "{\"command\":\"status\"}", RECORDER_ANSWER_MS, &answer,
                       &failure) != TAPEMAP_OK)
        return FOUND_NONE;
    const cJSON *said = cJSON_GetObjectItemCaseSensitive(answer, "pid");
    const char *hash =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "config_hash"));
    if (cJSON_IsNumber(said) && said->valuedouble == (double)pid) {
        found = hash ? take_over(deck, pid, hash) : FOUND_FOREIGN;
        if (found == FOUND_FOREIGN) {
            snprintf(text, sizeof text, "it is being recorded by process %u, which no supervisor "
                     "started; stop that recorder", (unsigned)pid);
            supervised_note_failure(deck, text);
        }
    }
    cJSON_Delete(answer);
    return found;
}

bool supervised_find_orphan(struct supervisor *supervisor, struct supervised *deck)
{
    if (find_living(supervisor, deck) != FOUND_OURS)
        return false;
    say("deck '%s': process %u records it, and it is no longer in the configuration; it is stopped",
        deck->name, (unsigned)deck->process.pid);
    supervision_runs(&deck->life, supervisor_now_ns());
    supervision_stop(&deck->life, supervisor_now_ns());
    return true;
}

void supervised_stay_stopped(struct supervisor *supervisor, struct supervised *deck)
{
    if (find_living(supervisor, deck) == FOUND_OURS)
        supervision_runs(&deck->life, supervisor_now_ns());
    supervision_stop(&deck->life, supervisor_now_ns());
}

/* ---- The log --------------------------------------------------------------------------------- */

void supervised_note_log(const struct supervisor *supervisor, struct supervised *deck)
{
    const char *log = supervisor->config->log;

    snprintf(deck->running_log, sizeof deck->running_log, "%s", log ? log : "");
}

bool supervised_has_old_log(const struct supervised *deck, const struct config *config)
{
    return deck->deck && deck->life.state == SUPERVISION_RUNNING &&
           !config_find_setting(&deck->deck->settings, "log") &&
           strncmp(deck->running_log, config->log ? config->log : "",
                   sizeof deck->running_log - 1) != 0;
}

/* ---- Starting -------------------------------------------------------------------------------- */

/* What a recorder inherits, and the options that say so. */
struct legacy {
    char tape[sizeof "--inherit=" + TAPE_HANDLES_ROOM];
    char last_words[sizeof "--last-words=" + LAST_WORDS_HANDLE_BYTES];
    void *objects[TAPE_OBJECTS + 1];
    size_t object_count;
};

/* The tape in memory of a deck whose tapes were in memory until its options were changed. */
static void let_go_of_other_store(struct supervised *deck)
{
    if (!deck->holder || deck->deck->is_memory)
        return;
    say("deck '%s': the tape that it had in memory is let go, because its store is another now",
        deck->name);
    tape_holder_release(deck->holder);
    deck->holder = NULL;
}

/* Puts its options into `more`, where there is room for two. */
static void hand_over(struct supervised *deck, struct legacy *legacy, const char **more)
{
    char text[TAPE_HANDLES_ROOM];
    size_t count = 0;

    let_go_of_other_store(deck);
    if (deck->holder) {
        struct tape_handles handles = tape_holder_handles(deck->holder);

        tape_handles_print(&handles, text);
        snprintf(legacy->tape, sizeof legacy->tape, "--inherit=%s", text);
        more[count++] = legacy->tape;
        memcpy(legacy->objects, tape_holder_objects(deck->holder),
               TAPE_OBJECTS * sizeof legacy->objects[0]);
        legacy->object_count = TAPE_OBJECTS;
    }
    last_words_close(&deck->last_words);
    if (last_words_make(&deck->last_words)) {
        last_words_print(&deck->last_words, text);
        snprintf(legacy->last_words, sizeof legacy->last_words, "--last-words=%s", text);
        more[count++] = legacy->last_words;
        legacy->objects[legacy->object_count++] = deck->last_words.section;
    }
}

static enum tapemap_status launch(struct supervisor *supervisor, struct supervised *deck,
                                  struct failure *failure)
{
    const char *log = supervisor->config->log;
    char *whole_log = log ? file_path_below(supervisor->folder, log) : NULL;
    const char *more[5] = {NULL, NULL, NULL, NULL, NULL};
    struct legacy legacy = {.object_count = 0};
    enum tapemap_status status;
    size_t count = 0;

    /* Whatever the deck says itself: here it is looked for. */
    more[count++] = object_space_is_global(supervisor->space) ? "--space=global" : "--space=local";
    /* One that failed before it had a tape has not touched what an earlier boot left. */
    if (deck->seen_hash == deck->deck->hash)
        more[count++] = "--same-boot";
    hand_over(deck, &legacy, more + count);
    char **arguments = config_deck_arguments(supervisor->program, deck->deck, whole_log, more);
    struct child_process_config config = {
        .arguments = (const char *const *)arguments,
        .folder = supervisor->folder,
        .handles = legacy.objects,
        .handle_count = legacy.object_count,
    };
    if (arguments && (whole_log || !log))
        status = child_process_start(&config, &deck->process, failure);
    else
        status = failure_set(failure, TAPEMAP_E_MEMORY, "no memory to start a recorder; close "
                                                        "other programs");
    free(arguments);
    free(whole_log);
    return status;
}

static void note_running(struct supervised *deck, uint64_t now_ns)
{
    supervision_runs(&deck->life, now_ns);
    deck->has_heard_stop = false;
    deck->was_ended = false;
    deck->missed_beats = 0;
    deck->look_due_ns = now_ns;
}

static void start(struct supervisor *supervisor, struct supervised *deck, uint64_t now_ns)
{
    struct failure failure;

    switch (find_living(supervisor, deck)) {
    case FOUND_OURS:
        note_running(deck, now_ns);
        supervised_note_log(supervisor, deck); /* as far as anybody knows */
        say("deck '%s': process %u records it already, and is supervised from now on", deck->name,
            (unsigned)deck->process.pid);
        if (deck->running_hash != deck->deck->hash)
            supervision_restart(&deck->life, now_ns);
        return;
    case FOUND_FOREIGN:
        say("deck '%s': %s", deck->name, deck->failure);
        supervision_ended(&deck->life, SUPERVISION_END_BROKEN, now_ns);
        return;
    case FOUND_NONE:
        break;
    }
    if (launch(supervisor, deck, &failure) == TAPEMAP_OK) {
        deck->running_hash = deck->deck->hash;
        supervised_note_log(supervisor, deck);
        note_running(deck, now_ns);
        say("deck '%s': recorded by process %u", deck->name, (unsigned)deck->process.pid);
        return;
    }
    supervised_note_failure(deck, failure.text);
    say("deck '%s': its recorder cannot be started: %s", deck->name, failure.text);
    supervision_ended(&deck->life, SUPERVISION_END_BROKEN, now_ns);
}

/* ---- Stopping -------------------------------------------------------------------------------- */

/* One that has ended already says nothing; one that goes on without a word is late. */
static void ask_to_stop(struct supervisor *supervisor, struct supervised *deck)
{
    struct failure failure;
    cJSON *answer = NULL;

    if (supervised_ask(supervisor, deck,
                       "{\"command\":\"stop\",\"reason\":\"its supervisor stopped it\"}",
                       RECORDER_ANSWER_MS, &answer, &failure) == TAPEMAP_OK)
        deck->has_heard_stop = true;
    cJSON_Delete(answer);
}

/* One that has heard it finishes its tape, however long that takes. One that has not would record
   on with nobody to stop it. */
static void deal_with_late(struct supervisor *supervisor, struct supervised *deck)
{
    unsigned limit_s = (unsigned)(deck->life.stop_limit_ns / 1000000000);
    char text[400];

    if (!deck->has_heard_stop && supervised_end(deck)) {
        snprintf(text, sizeof text, "process %u did not hear in %u s that it is to stop, and was "
                 "ended; 'tapemap recover' completes its file", (unsigned)deck->process.pid,
                 limit_s);
        supervisor->has_forced = true;
    } else {
        snprintf(text, sizeof text, "process %u was asked to stop %u s ago, and still runs; see "
                 "whether its device or its disk hangs, and end it by hand when nothing else "
                 "helps", (unsigned)deck->process.pid, limit_s);
    }
    supervised_note_failure(deck, text);
    say_error("deck '%s': %s", deck->name, text);
    supervised_look(supervisor, deck);
}

/* ---- The end of a process ------------------------------------------------------------------- */

static enum supervision_end end_from_code(DWORD code)
{
    switch (code) {
    case DAEMON_DONE_SUPERVISED:
        return SUPERVISION_END_DONE;
    case DAEMON_SESSION_ENDED:
        return SUPERVISION_END_SESSION;
    case DAEMON_MISUSED:
        return SUPERVISION_END_MISUSED;
    default:
        return SUPERVISION_END_BROKEN;
    }
}

/* What is noted is read later, so it says nothing of what comes next. Of its own accord no recorder
   of a supervisor ends with code 0, and none leaves its tape in memory as it is without a word. */
static void note_end(struct supervised *deck, DWORD code)
{
    char why[LAST_WORDS_BYTES];
    char text[LAST_WORDS_BYTES + 60];

    if (deck->was_ended)
        return; /* why is noted already */
    if (code == DAEMON_SESSION_ENDED) {
        snprintf(text, sizeof text, "process %u was told that the session ends",
                 (unsigned)deck->process.pid);
        supervised_note_failure(deck, text);
        return;
    }
    last_words_read(&deck->last_words, why, sizeof why);
    bool was_cut_off = code == DAEMON_DONE || (why[0] == '\0' && deck->holder);
    snprintf(text, sizeof text, "process %u %s code %u%s%s", (unsigned)deck->process.pid,
             was_cut_off ? "was killed, or died, with" : "ended with", (unsigned)code,
             why[0] ? ": " : "", why);
    supervised_note_failure(deck, text);
}

/* now_ns: when it was found to have ended. */
static void tell_end(const struct supervisor *supervisor, struct supervised *deck, DWORD code,
                     uint64_t now_ns)
{
    const char *log = supervisor->config->log;
    char why[LAST_WORDS_BYTES];
    char text[LAST_WORDS_BYTES + 100];

    switch (deck->life.state) {
    case SUPERVISION_DONE:
        last_words_read(&deck->last_words, why, sizeof why);
        if (why[0] != '\0')
            supervised_note_failure(deck, why);
        say("deck '%s': process %u has done what it was to do%s%s; it is not started again until "
            "somebody asks for it", deck->name, (unsigned)deck->process.pid,
            why[0] != '\0' ? ", but " : "", why);
        return;
    case SUPERVISION_WAITING:
        if (deck->life.due_ns <= now_ns)
            break; /* a restart that was wanted */
        note_end(deck, code);
        say("deck '%s': %s; it is started again in %.1f s", deck->name, deck->failure,
            (double)(deck->life.due_ns - now_ns) / 1e9);
        return;
    case SUPERVISION_FAILED:
        last_words_read(&deck->last_words, why, sizeof why);
        if (why[0] == '\0')
            snprintf(why, sizeof why, "%s", log ? "see what it says in the log"
                                                : "set log in the configuration to see why");
        snprintf(text, sizeof text, "process %u does not understand its options: %s",
                 (unsigned)deck->process.pid, why);
        supervised_note_failure(deck, text);
        say("deck '%s': %s", deck->name, text);
        return;
    default:
        break;
    }
    say("deck '%s': process %u has stopped", deck->name, (unsigned)deck->process.pid);
}

void supervised_look(struct supervisor *supervisor, struct supervised *deck)
{
    uint64_t now_ns = supervisor_now_ns();
    DWORD code = 0;

    if (!deck->process.handle || WaitForSingleObject(deck->process.handle, 0) != WAIT_OBJECT_0)
        return;
    GetExitCodeProcess(deck->process.handle, &code);
    child_process_close(&deck->process);
    supervision_ended(&deck->life, end_from_code(code), now_ns);
    supervised_let_go(deck);
    deck->hold_due_ns = 0;
    tell_end(supervisor, deck, code, now_ns);
}

bool supervised_step(struct supervisor *supervisor, struct supervised *deck, uint64_t *due_ns)
{
    uint64_t now_ns = supervisor_now_ns();

    switch (supervision_next(&deck->life, now_ns, due_ns)) {
    case SUPERVISION_START:
        if (deck->deck)
            start(supervisor, deck, now_ns);
        else
            supervision_stop(&deck->life, now_ns);
        *due_ns = 0; /* there may be more to do */
        return true;
    case SUPERVISION_ASK_TO_STOP:
        ask_to_stop(supervisor, deck);
        *due_ns = 0;
        break;
    case SUPERVISION_TELL_LATE:
        deal_with_late(supervisor, deck);
        *due_ns = 0;
        break;
    case SUPERVISION_NOTHING:
        break;
    }
    return false;
}
