/* SPDX-License-Identifier: MIT */
#include "list_supervised.h"

#include <stdio.h>
#include <string.h>

#include "cli_control.h"

#define LIST_ANSWER_MS 1000u

/* "running" is what its supervisor knows; its recorder knows more. */
static void ask_recorder(struct list_supervised *row)
{
    struct cli_answer answer;

    snprintf(row->state, sizeof row->state, "starting");
    if (cli_control_ask_within(row->deck.name, cli_control_request("status"), LIST_ANSWER_MS,
                               &answer) == TAPEMAP_OK)
        snprintf(row->state, sizeof row->state, "%s", cli_answer_text(answer.object, "state"));
    cli_answer_free(&answer);
}

static void fill(const cJSON *item, bool is_global, struct list_supervised *row)
{
    memset(row, 0, sizeof *row);
    snprintf(row->deck.name, sizeof row->deck.name, "%s", cli_answer_text(item, "name"));
    snprintf(row->state, sizeof row->state, "%s", cli_answer_text(item, "state"));
    snprintf(row->failure, sizeof row->failure, "%s", cli_answer_text(item, "failure"));
    row->deck.recorder_pid = (uint32_t)cli_answer_u64(item, "pid");
    row->deck.is_global = is_global;
}

size_t list_supervised_find(bool (*has_tape)(const void *context, const struct tapemap_deck *deck),
                            const void *context, struct list_supervised *rows, size_t room)
{
    static const char *const supervisors[] = {CLI_CONTROL_MACHINE, CLI_CONTROL_SESSION};
    struct cli_answer answer;
    const cJSON *item;
    size_t count = 0;

    for (size_t i = 0; i < sizeof supervisors / sizeof supervisors[0]; i++) {
        cli_control_ask_within(supervisors[i], cli_control_request("status"), LIST_ANSWER_MS,
                               &answer);
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(answer.object, "decks")) {
            if (count == room)
                break;
            fill(item, i == 0, &rows[count]);
            if (has_tape(context, &rows[count].deck))
                continue;
            if (strcmp(rows[count].state, "running") == 0)
                ask_recorder(&rows[count]);
            count++;
        }
        cli_answer_free(&answer);
    }
    return count;
}
