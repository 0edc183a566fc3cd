/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <string.h>

#include "cli_control.h"
#include "cli_fail.h"
#include "program.h"
#include "tapemap/tapemap.h"

/* Completing a file takes its time: 4 % of it are written, or a disk is waited for. */
#define STOP_PATIENCE_MS 30000u

static int stop_run(int argc, char **argv);

static const struct option stop_options[] = {
    {"all", no_argument, NULL, 'a'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_stop = {
    .name = "stop",
    .summary = "End a tape and its recorder",
    .help = "usage: tapemap stop DECK|--all\n"
            "\n"
            "Has the recorder of a deck end: its tape is finished, its file completed.\n"
            "Returns when that is done. Where a supervisor ('tapemapd run', or the service)\n"
            "has the deck, it is told, so that it does not start the recorder again;\n"
            "'tapemap start' does.\n"
            "\n"
            "      --all    every deck\n"
            "  -h, --help   this text\n",
    .short_options = ":h",
    .options = stop_options,
    .run = stop_run,
};

/* 0 when the recorder does not say. */
static uint32_t stop_find_process(const char *deck)
{
    struct cli_answer answer;
    uint64_t pid = 0;

    if (cli_control_ask(deck, cli_control_request("status"), &answer) == TAPEMAP_OK)
        pid = cli_answer_u64(answer.object, "pid");
    cli_answer_free(&answer);
    return pid <= UINT32_MAX ? (uint32_t)pid : 0;
}

/* The supervisor first. It may have the deck without a recorder, waiting to start one again. */
static enum tapemap_status stop_tell(const char *deck, struct cli_answer *answer)
{
    struct cli_answer supervisor;
    enum tapemap_status status = cli_control_ask_supervisor("stop", deck, &supervisor);

    if (status != TAPEMAP_E_NO_DECK && status != TAPEMAP_E_DENIED) {
        *answer = supervisor;
        return status;
    }
    return cli_control_ask(deck, cli_control_request("stop"), answer);
}

static int stop_deck(const char *deck)
{
    struct cli_answer answer;
    uint32_t pid = stop_find_process(deck);
    enum tapemap_status status = stop_tell(deck, &answer);

    cli_answer_free(&answer);
    if (status != TAPEMAP_OK)
        return cli_control_fail("stop", deck, &answer);
    if (pid != 0 && !program_await_end(pid, STOP_PATIENCE_MS))
        return cli_fail("cannot wait for deck '%s' to stop: its recorder is still finishing its "
                        "tape after %u seconds; look again with 'tapemap list'", deck,
                        STOP_PATIENCE_MS / 1000u);
    cli_control_done("stopped", deck, "");
    return CLI_DONE;
}

/* ---- All of them --------------------------------------------------------------------------- */

struct stop_names {
    cJSON *list; /* of texts */
    bool is_short; /* of memory */
};

static void stop_note(struct stop_names *names, const char *name)
{
    const cJSON *item;
    cJSON *made;

    cJSON_ArrayForEach(item, names->list)
        if (strcmp(item->valuestring, name) == 0)
            return;
    made = cJSON_CreateString(name);
    if (!made || !cJSON_AddItemToArray(names->list, made)) {
        cJSON_Delete(made);
        names->is_short = true;
    }
}

/* Whom a supervisor would start again has no recorder at the moment, perhaps. */
static void stop_gather_supervised(const char *supervisor, struct stop_names *names)
{
    struct cli_answer answer;
    const cJSON *deck;

    if (cli_control_ask(supervisor, cli_control_request("status"), &answer) == TAPEMAP_OK) {
        const cJSON *decks = cJSON_GetObjectItemCaseSensitive(answer.object, "decks");
        cJSON_ArrayForEach(deck, decks) {
            const char *state = cli_answer_text(deck, "state");
            if (strcmp(state, "running") == 0 || strcmp(state, "waiting") == 0)
                stop_note(names, cli_answer_text(deck, "name"));
        }
    }
    cli_answer_free(&answer);
}

static enum tapemap_status stop_gather(struct stop_names *names)
{
    static struct tapemap_deck decks[2 * TAPEMAP_CATALOGUE_SLOTS];
    const size_t room = sizeof decks / sizeof decks[0];
    size_t count = 0;
    enum tapemap_status status = tapemap_list_decks(decks, room, &count);

    stop_gather_supervised(CLI_CONTROL_MACHINE, names);
    stop_gather_supervised(CLI_CONTROL_SESSION, names);
    for (size_t i = 0; i < count && i < room; i++)
        if (decks[i].recorder_pid != 0 && !program_await_end(decks[i].recorder_pid, 0))
            stop_note(names, decks[i].name);
    return names->is_short ? TAPEMAP_E_MEMORY : status;
}

static int stop_all(void)
{
    struct stop_names names = {.list = cJSON_CreateArray()};
    enum tapemap_status status = names.list ? stop_gather(&names) : TAPEMAP_E_MEMORY;
    const cJSON *item;
    int code = CLI_DONE;

    if (status != TAPEMAP_OK)
        code = cli_fail_status(status, "cannot find all decks");
    else if (cJSON_GetArraySize(names.list) == 0)
        cli_note("no deck is being recorded");
    cJSON_ArrayForEach(item, names.list)
        if (stop_deck(item->valuestring) != CLI_DONE)
            code = CLI_FAILED;
    cJSON_Delete(names.list);
    return code;
}

static int stop_run(int argc, char **argv)
{
    bool is_all = false;
    int option;

    while ((option = cli_verb_option(&verb_stop, argc, argv)) != CLI_VERB_END) {
        if (option == 'h')
            return cli_verb_help(&verb_stop);
        if (option != 'a')
            return CLI_MISUSED;
        is_all = true;
    }
    if (is_all && optind < argc)
        return cli_misuse("stop", "'--all' and the deck '%s' exclude each other", argv[optind]);
    if (is_all)
        return stop_all();
    const char *deck = cli_verb_deck(&verb_stop, argc, argv);
    return deck ? stop_deck(deck) : CLI_MISUSED;
}
