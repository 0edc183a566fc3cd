/* SPDX-License-Identifier: MIT */
#include "cli_control.h"

#include <stdio.h>
#include <string.h>

#include "cli_fail.h"
#include "cli_text.h"
#include "quantity.h"
#include "status_named.h"
#include "tapemap/tapemap.h"

/* Longer than whoever is asked takes to say that something takes too long. */
#define CONTROL_TIMEOUT_MS 12000u

cJSON *cli_control_request(const char *command)
{
    cJSON *request = cJSON_CreateObject();

    if (request && cJSON_AddStringToObject(request, "command", command))
        return request;
    cJSON_Delete(request);
    return NULL;
}

cJSON *cli_control_mark_request(const char *text, const char *position)
{
    cJSON *request = cli_control_request("mark");

    if (request && cJSON_AddStringToObject(request, "text", text) &&
        (!position || cJSON_AddStringToObject(request, "position", position)))
        return request;
    cJSON_Delete(request);
    return NULL;
}

static bool is_supervisor(const char *to)
{
    return strcmp(to, CLI_CONTROL_MACHINE) == 0 || strcmp(to, CLI_CONTROL_SESSION) == 0;
}

/* Why nobody answered, said better than the status by itself does. */
static const char *problem_of(enum tapemap_status status, const char *to)
{
    switch (status) {
    case TAPEMAP_E_NO_DECK:
        return is_supervisor(to) ? "no supervisor runs; start one with 'tapemapd run'"
                                 : "no recorder of it runs; see 'tapemap list' for those that do";
    case TAPEMAP_E_ARGUMENT:
        return "no deck can have that name, or the request is too long; see 'tapemap list' for the "
               "decks";
    case TAPEMAP_E_DENIED:
        return "it takes no words from this user; run as one whom its --controllers name, or as an "
               "administrator";
    case TAPEMAP_E_UNTRUSTED:
        return "its control pipe was made by another user, so nothing was sent; find out which "
               "program of his runs, and end it";
    case TAPEMAP_E_BUSY:
        return "it is busy with others, so nothing was sent; try again";
    case TAPEMAP_E_TIMEOUT:
        return "it does not answer in time, and may yet do it; see 'tapemap list' for its state";
    case TAPEMAP_E_ENDED:
        return "it went away before it answered; see 'tapemap list' for its state";
    case TAPEMAP_E_DATA:
        return "its answer is not understood; see whether it is of the same version";
    default: return NULL;
    }
}

static enum tapemap_status answer_fail(struct cli_answer *answer, enum tapemap_status status,
                                       const char *to)
{
    const char *problem = problem_of(status, to);

    answer->status = status;
    if (problem)
        snprintf(answer->problem, sizeof answer->problem, "%s", problem);
    else
        snprintf(answer->problem, sizeof answer->problem, "%s; %s", tapemap_status_text(status),
                 tapemap_status_remedy(status));
    return status;
}

static enum tapemap_status answer_read(struct cli_answer *answer, const char *line, const char *to)
{
    cJSON *object = cJSON_Parse(line);
    const cJSON *ok = cJSON_GetObjectItemCaseSensitive(object, "ok");

    answer->is_answered = true;
    if (cJSON_IsTrue(ok)) {
        answer->object = object;
        answer->status = TAPEMAP_OK;
        return TAPEMAP_OK;
    }
    const char *error = cli_answer_text(object, "error");
    if (cJSON_IsFalse(ok) && error[0] != '\0') {
        answer->status = status_named(cli_answer_text(object, "status"));
        cli_text_clean(error, answer->problem, sizeof answer->problem);
    } else {
        answer_fail(answer, TAPEMAP_E_DATA, to);
    }
    cJSON_Delete(object);
    return answer->status;
}

enum tapemap_status cli_control_ask(const char *to, cJSON *request, struct cli_answer *answer)
{
    return cli_control_ask_within(to, request, CONTROL_TIMEOUT_MS, answer);
}

enum tapemap_status cli_control_ask_within(const char *to, cJSON *request, uint32_t timeout_ms,
                                           struct cli_answer *answer)
{
    char *line = request ? cJSON_PrintUnformatted(request) : NULL;
    char *answered = NULL;

    cJSON_Delete(request);
    *answer = (struct cli_answer){0};
    if (!line)
        return answer_fail(answer, TAPEMAP_E_MEMORY, to);
    enum tapemap_status status = tapemap_send(to, line, timeout_ms, &answered);
    cJSON_free(line);
    if (status != TAPEMAP_OK)
        return answer_fail(answer, status, to);
    status = answer_read(answer, answered, to);
    tapemap_free(answered);
    return status;
}

enum tapemap_status cli_control_ask_supervisor(const char *command, const char *deck,
                                               struct cli_answer *answer)
{
    static const char *const all[] = {CLI_CONTROL_MACHINE, CLI_CONTROL_SESSION};
    struct cli_answer first = {0};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        cJSON *request = cli_control_request(command);
        if (request && !cJSON_AddStringToObject(request, "deck", deck)) {
            cJSON_Delete(request);
            request = NULL;
        }
        enum tapemap_status status = cli_control_ask(all[i], request, answer);
        if (status != TAPEMAP_E_NO_DECK && status != TAPEMAP_E_DENIED)
            return status;
        if (i == 0)
            first = *answer;
    }
    /* One that runs and refuses says more than one that is not there. */
    if (first.is_answered || first.status != TAPEMAP_E_NO_DECK)
        *answer = first;
    return answer->status;
}

void cli_answer_free(struct cli_answer *answer)
{
    cJSON_Delete(answer->object);
    answer->object = NULL;
}

const char *cli_answer_text(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

    return text ? text : "";
}

uint64_t cli_answer_u64(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    uint64_t value = 0;

    if (cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble < 9007199254740992.0)
        return (uint64_t)item->valuedouble;
    if (cJSON_IsString(item))
        quantity_parse_u64(item->valuestring, &value);
    return value;
}

const char *cli_control_deck(const struct cli_verb *verb, int argc, char **argv, int *code)
{
    int option;

    while ((option = cli_verb_option(verb, argc, argv)) != CLI_VERB_END) {
        *code = option == 'h' ? cli_verb_help(verb) : CLI_MISUSED;
        return NULL;
    }
    *code = CLI_MISUSED;
    return cli_verb_deck(verb, argc, argv);
}

int cli_control_tell(const char *deck, const char *command, const char *tried,
                     struct cli_answer *answer)
{
    enum tapemap_status status = cli_control_ask(deck, cli_control_request(command), answer);

    return status == TAPEMAP_OK ? CLI_DONE : cli_control_fail(tried, deck, answer);
}

int cli_control_fail(const char *tried, const char *deck, const struct cli_answer *answer)
{
    char clean[80];

    return cli_fail("cannot %s deck '%s': %s", tried, cli_text_clean(deck, clean, sizeof clean),
                    answer->problem);
}

void cli_control_done(const char *done, const char *deck, const char *more)
{
    char clean[80];

    printf("%s deck '%s'%s\n", done, cli_text_clean(deck, clean, sizeof clean), more);
}
