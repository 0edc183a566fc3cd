/* SPDX-License-Identifier: MIT */
/* The verbs of the supervisor: run, and those that talk to it. */
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "atomic64.h"
#include "child_process.h"
#include "control_client.h"
#include "control_pipe.h"
#include "daemon_help.h"
#include "daemon_verbs.h"
#include "error_output.h"
#include "object_names.h"
#include "program.h"
#include "say.h"
#include "sleeper.h"
#include "steady_clock.h"
#include "supervisor.h"
#include "verb_options.h"

/* A reload is applied at once; a recorder may take its time to start or stop. */
#define SUPERVISOR_ANSWER_MS 15000u
/* How long `stop` waits for a supervisor that answers no longer. While it answers it is waited for:
   it gives up its recorders by itself. */
#define SUPERVISOR_SILENT_MS 40000u
#define SUPERVISOR_LOOK_MS 100u
#define SUPERVISOR_LOOK_ANSWER_MS 1000u
#define SUPERVISOR_EXIT_MS 10000u

/* 1: one is to be passed on to the supervisor. All that the handler touches, because nobody waits
   for its thread: the supervisor may be closed by the time that it runs. */
static struct tapemap_shared_u64 interrupt_seen;

static void on_interrupt(void)
{
    store_release_u64(&interrupt_seen, 1);
}

static void pass_on_interrupt(struct supervisor *supervisor)
{
    if (exchange_u64(&interrupt_seen, 0) == 0)
        return;
    supervisor_request_shutdown(supervisor);
    if (program_session_ends())
        say("the session ends: every deck is stopped");
}

struct run {
    struct supervisor *supervisor;
    bool is_whole; /* every deck has stopped */
};

static void supervise(struct sleeper *sleeper, void *context)
{
    struct run *run = context;
    (void)sleeper;

    run->is_whole = supervisor_run(run->supervisor);
}

/*
 * Not on the main thread. Under Wine an interrupt is a signal, for which that one is taken first,
 * and whose handler makes a thread: in the middle of a fork, with the allocator's lock held, it
 * would wait for itself for ever. So whoever starts processes is another thread than that.
 */
static bool run_aside(struct run *run, struct failure *failure)
{
    struct sleeper *sleeper;

    if (sleeper_start(supervise, run, &sleeper, failure) != TAPEMAP_OK)
        return false;
    while (!sleeper_has_ended(sleeper, SUPERVISOR_LOOK_MS))
        pass_on_interrupt(run->supervisor);
    sleeper_destroy(sleeper);
    return true;
}

int run_verb(int argc, char **argv)
{
    struct verb_options options;
    struct failure failure;
    struct run run = {0};

    error_output_aside();
    if (!verb_options_parse(argc, argv, VERB_OPTION_CONFIG, &options, &failure)) {
        say("run: %s", failure.text);
        return DAEMON_MISUSED;
    }
    if (options.wants_help)
        return daemon_help("run");
    if (supervisor_open(options.config, OBJECT_SPACE_LOCAL, &run.supervisor, &failure) !=
        TAPEMAP_OK) {
        say("run: %s", failure.text);
        return DAEMON_FAILED;
    }
    program_ends_first();
    program_on_interrupt(on_interrupt);
    if (!run_aside(&run, &failure))
        say_error("run: %s", failure.text);
    say(run.is_whole ? "every deck has stopped" : "not every deck has stopped");
    program_on_interrupt(NULL);
    supervisor_close(run.supervisor);
    return run.is_whole ? DAEMON_DONE : DAEMON_FAILED;
}

/* ---- Asking --------------------------------------------------------------------------------- */

static enum tapemap_status ask_in(bool is_global, const char *request, uint32_t timeout_ms,
                                  cJSON **answer, struct failure *failure)
{
    char name[OBJECT_NAME_BYTES];

    control_pipe_name(name, is_global, NULL);
    return control_client_ask(name, request, timeout_ms, answer, failure);
}

/* The supervisor of this login session, else that of the system: *is_global says which it was. */
static enum tapemap_status ask(const char *request, bool *is_global, cJSON **answer,
                               struct failure *failure)
{
    enum tapemap_status status;

    *is_global = false;
    status = ask_in(false, request, SUPERVISOR_ANSWER_MS, answer, failure);
    if (status == TAPEMAP_E_NO_DECK) {
        *is_global = true;
        status = ask_in(true, request, SUPERVISOR_ANSWER_MS, answer, failure);
    }
    if (status == TAPEMAP_E_NO_DECK)
        failure_set(failure, status,
                    "there is no supervisor; start one by 'tapemapd run --config FILE'");
    return status;
}

/* What the verbs find out. */
struct asked {
    cJSON *answer;
    bool is_global; /* who answered is the system's supervisor */
    int code;       /* the exit code, as far as it is known */
};

/* Returns true when the options ask for more than help, else asked->code is the exit code. */
static bool understand(int argc, char **argv, int set, struct verb_options *options,
                       struct asked *asked)
{
    struct failure failure;
    bool is_understood = verb_options_parse(argc, argv, set, options, &failure);

    *asked = (struct asked){0};
    if (!is_understood) {
        say("%s: %s", argv[0], failure.text);
        asked->code = DAEMON_MISUSED;
    } else if (options->wants_help) {
        asked->code = daemon_help(argv[0]);
    }
    return is_understood && !options->wants_help;
}

/* Returns true when there is an answer to be told, else asked->code is the exit code. */
static bool begin(int argc, char **argv, int set, const char *request, struct asked *asked)
{
    struct verb_options options;
    struct failure failure;

    if (!understand(argc, argv, set, &options, asked))
        return false;
    if (ask(request, &asked->is_global, &asked->answer, &failure) != TAPEMAP_OK) {
        say("%s: %s", argv[0], failure.text);
        asked->code = DAEMON_FAILED;
        return false;
    }
    asked->code = DAEMON_DONE;
    if (!options.is_json)
        return true;
    char *text = cJSON_PrintUnformatted(asked->answer);
    cJSON_Delete(asked->answer);
    asked->answer = NULL;
    if (text)
        puts(text);
    cJSON_free(text);
    return false;
}

static void print_list(const cJSON *answer, const char *name, const char *title)
{
    const cJSON *item;
    const char *before = title;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(answer, name)) {
        printf("%s%s %s", before, before == title ? ":" : "", cJSON_GetStringValue(item));
        before = ",";
    }
    if (before != title)
        putchar('\n');
}

int reload_verb(int argc, char **argv)
{
    static const char *const lists[] = {"started", "stopped", "restarted", "unchanged"};
    struct asked asked;

    if (!begin(argc, argv, VERB_OPTION_JSON, "{\"command\":\"reload\"}", &asked))
        return asked.code;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        print_list(asked.answer, lists[i], lists[i]);
    print_list(asked.answer, "old_log", "with the old log until they are restarted");
    cJSON_Delete(asked.answer);
    return asked.code;
}

static const char *text_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text ? text : "";
}

static unsigned number_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) ? (unsigned)item->valuedouble : 0;
}

static void print_deck(const cJSON *deck)
{
    unsigned restarts = number_of(deck, "restarts");

    printf("%s: %s", text_of(deck, "name"), text_of(deck, "state"));
    if (number_of(deck, "pid") != 0)
        printf(", process %u", number_of(deck, "pid"));
    if (restarts != 0)
        printf(", %u restart%s", restarts, restarts == 1 ? "" : "s");
    if (*text_of(deck, "failure") != '\0')
        printf("; at %s: %s", text_of(deck, "failed_at"), text_of(deck, "failure"));
    putchar('\n');
}

int status_verb(int argc, char **argv)
{
    const cJSON *deck;
    struct asked asked;

    if (!begin(argc, argv, VERB_OPTION_JSON, "{\"command\":\"status\"}", &asked))
        return asked.code;
    printf("process %u supervises %s\n", number_of(asked.answer, "pid"),
           text_of(asked.answer, "config"));
    cJSON_ArrayForEach(deck, cJSON_GetObjectItemCaseSensitive(asked.answer, "decks"))
        print_deck(deck);
    cJSON_Delete(asked.answer);
    return asked.code;
}

/* Waits until the one that was told is there no more; the other one may well be. */
static bool is_gone_in_time(bool is_global)
{
    struct failure failure;
    uint32_t silent_ms = 0;

    while (silent_ms < SUPERVISOR_SILENT_MS) {
        cJSON *answer = NULL;
        enum tapemap_status status = ask_in(is_global, "{\"command\":\"status\"}",
                                            SUPERVISOR_LOOK_ANSWER_MS, &answer, &failure);

        cJSON_Delete(answer);
        if (status == TAPEMAP_E_NO_DECK)
            return true;
        silent_ms = status == TAPEMAP_OK ? 0 : silent_ms + SUPERVISOR_LOOK_ANSWER_MS;
        steady_clock_sleep_ms(SUPERVISOR_LOOK_MS);
    }
    return false;
}

/* What the supervisor's process said of itself at its end. */
static int conclude_stop(struct child_process *supervisor)
{
    uint32_t code = 0;

    if (!supervisor->handle)
        say("stop: the supervisor has ended, but this user may not see whether every tape is "
            "finished; see its log, and 'tapemap list'");
    else if (!child_process_await(supervisor, SUPERVISOR_EXIT_MS, &code))
        say("stop: the supervisor takes no words any more, but its process %u still runs; see "
            "whether its disk hangs", (unsigned)supervisor->pid);
    else if (code != 0)
        say("stop: the supervisor has ended, but not every deck has stopped properly; see in its "
            "log which one, and 'tapemap list'");
    else
        return DAEMON_DONE;
    return DAEMON_FAILED;
}

static struct child_process find_process(bool is_global)
{
    struct child_process process = {0};
    struct failure failure;
    cJSON *answer = NULL;

    if (ask_in(is_global, "{\"command\":\"status\"}", SUPERVISOR_ANSWER_MS, &answer, &failure) ==
        TAPEMAP_OK)
        child_process_find(number_of(answer, "pid"), &process);
    cJSON_Delete(answer);
    return process;
}

int stop_verb(int argc, char **argv)
{
    struct child_process supervisors[2] = {{0}};
    struct verb_options options;
    struct asked asked;
    int code;

    if (!understand(argc, argv, VERB_OPTION_NONE, &options, &asked))
        return asked.code;
    supervisors[0] = find_process(false);
    supervisors[1] = find_process(true);
    if (!begin(argc, argv, VERB_OPTION_NONE, "{\"command\":\"shutdown\"}", &asked)) {
        code = asked.code;
    } else if (is_gone_in_time(asked.is_global)) {
        code = conclude_stop(&supervisors[asked.is_global]);
    } else {
        say("stop: the supervisor is still there; see in 'tapemapd status' which deck does not "
            "stop");
        code = DAEMON_FAILED;
    }
    cJSON_Delete(asked.answer);
    child_process_close(&supervisors[0]);
    child_process_close(&supervisors[1]);
    return code;
}
