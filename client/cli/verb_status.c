/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "cli_control.h"
#include "cli_fail.h"
#include "cli_text.h"
#include "tapemap/tapemap.h"

static int status_run(int argc, char **argv);

static const struct option status_options[] = {
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const struct cli_verb verb_status = {
    .name = "status",
    .summary = "Ask how a recorder is doing",
    .help = "usage: tapemap status [DECK] [--json]\n"
            "\n"
            "Asks the supervisors ('tapemapd run', or the service) for their decks: running,\n"
            "stopped, waiting for the next start, or failed; how often each was started\n"
            "again, and what went wrong last. With DECK, asks the recorder of that deck.\n"
            "'tapemap list' needs no permission and no supervisor for decks with a tape.\n"
            "\n"
            "      --json   what was answered, as one JSON object\n"
            "  -h, --help   this text\n",
    .short_options = ":h",
    .options = status_options,
    .run = status_run,
};

/* ---- A recorder ---------------------------------------------------------------------------- */

/* As everything that another program says, not printed as it is. */
static void print_text(const char *what, const cJSON *object, const char *key)
{
    char clean[1100];

    if (cli_answer_text(object, key)[0] != '\0')
        printf("%-9s %s\n", what, cli_text_clean(cli_answer_text(object, key), clean,
                                                 sizeof clean));
}

static void print_warnings(const cJSON *object)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, "warnings");
    const cJSON *item;
    char clean[80];

    if (cJSON_GetArraySize(list) == 0)
        return;
    printf("%-9s", "warnings");
    cJSON_ArrayForEach(item, list)
        if (cJSON_IsString(item))
            printf(" %s", cli_text_clean(item->valuestring, clean, sizeof clean));
    printf("\n");
}

static void print_recorder(const cJSON *object)
{
    char length[40];
    uint64_t rate_hz = cli_answer_u64(object, "sample_rate_hz");
    uint64_t gaps = cli_answer_u64(object, "gap_count");

    cli_text_length(cli_answer_u64(object, "head"), rate_hz, length, sizeof length);
    print_text("deck", object, "deck");
    print_text("state", object, "state");
    print_text("problem", object, "problem");
    print_warnings(object);
    print_text("tape", object, "tape_id");
    printf("%-9s %" PRIu64 "\n", "process", cli_answer_u64(object, "pid"));
    print_text("source", object, "source");
    print_text("file", object, "file");
    printf("%-9s %s\n", "length", length);
    printf("%-9s %" PRIu64 ", %" PRIu64 " frames\n", "gaps", gaps,
           cli_answer_u64(object, "gap_frames"));
    printf("%-9s %" PRIu64 "\n", "readers", cli_answer_u64(object, "reader_count"));
}

static int status_of_deck(const char *deck, bool is_json)
{
    struct cli_answer answer;
    int code = cli_control_tell(deck, "status", "ask", &answer);

    if (code == CLI_DONE && is_json) {
        code = cli_json_print(answer.object, true);
        answer.object = NULL;
    } else if (code == CLI_DONE) {
        print_recorder(answer.object);
    }
    cli_answer_free(&answer);
    return code;
}

/* ---- Supervisors --------------------------------------------------------------------------- */

static void print_supervised(const cJSON *deck)
{
    char name[80];
    char state[40];
    char failure[1100];
    char when[40];
    uint64_t pid = cli_answer_u64(deck, "pid");
    uint64_t restarts = cli_answer_u64(deck, "restarts");

    cli_text_clean(cli_answer_text(deck, "name"), name, sizeof name);
    cli_text_clean(cli_answer_text(deck, "state"), state, sizeof state);
    cli_text_clean(cli_answer_text(deck, "failure"), failure, sizeof failure);
    printf("  %s  %s", name, state);
    if (pid != 0)
        printf("  process %" PRIu64, pid);
    printf("  %" PRIu64 " restart%s", restarts, restarts == 1 ? "" : "s");
    if (failure[0] != '\0')
        printf("  at %s: %s", cli_text_clean(cli_answer_text(deck, "failed_at"), when, sizeof when),
               failure);
    printf("\n");
}

static void print_supervisor(const cJSON *object, bool is_machine)
{
    char path[1100];
    const cJSON *deck;
    const cJSON *decks = cJSON_GetObjectItemCaseSensitive(object, "decks");

    printf("supervisor of the %s: process %" PRIu64 ", configuration %s\n",
           is_machine ? "machine" : "session", cli_answer_u64(object, "pid"),
           cli_text_clean(cli_answer_text(object, "config"), path, sizeof path));
    cJSON_ArrayForEach(deck, decks)
        print_supervised(deck);
}

/* Returns whether it is there. An enum cli_exit other than CLI_DONE in *code: it is and does not
   answer, which has been said. */
static bool ask_supervisor(bool is_machine, cJSON *all, bool *is_whole, int *code)
{
    struct cli_answer answer;
    const char *to = is_machine ? CLI_CONTROL_MACHINE : CLI_CONTROL_SESSION;
    enum tapemap_status status = cli_control_ask(to, cli_control_request("status"), &answer);

    if (status == TAPEMAP_E_NO_DECK)
        return false;
    if (status != TAPEMAP_OK) {
        *code = cli_fail("cannot ask the supervisor of the %s: %s",
                         is_machine ? "machine" : "session", answer.problem);
        return true;
    }
    if (!all)
        print_supervisor(answer.object, is_machine);
    else if (!cJSON_AddItemToObject(all, is_machine ? "machine" : "session", answer.object))
        *is_whole = false;
    else
        answer.object = NULL;
    cli_answer_free(&answer);
    return true;
}

static int status_of_supervisors(bool is_json)
{
    cJSON *all = is_json ? cJSON_CreateObject() : NULL;
    bool is_whole = !is_json || all;
    int code = CLI_DONE;
    bool has_machine = ask_supervisor(true, all, &is_whole, &code);
    bool has_session = ask_supervisor(false, all, &is_whole, &code);

    if (is_json) {
        int printed = cli_json_print(all, is_whole);
        code = code == CLI_DONE ? printed : code;
    }
    if (!has_machine && !has_session)
        return cli_fail("cannot ask the supervisor: none runs; start one with 'tapemapd run', or "
                        "see 'tapemap list' for the decks that are recorded without one");
    return code;
}

static int status_run(int argc, char **argv)
{
    bool is_json = false;
    int option;

    while ((option = cli_verb_option(&verb_status, argc, argv)) != CLI_VERB_END) {
        if (option == 'h')
            return cli_verb_help(&verb_status);
        if (option != 'j')
            return CLI_MISUSED;
        is_json = true;
    }
    if (optind == argc)
        return status_of_supervisors(is_json);
    const char *deck = cli_verb_deck(&verb_status, argc, argv);
    return deck ? status_of_deck(deck, is_json) : CLI_MISUSED;
}
