/* SPDX-License-Identifier: MIT */
#include "control_client.h"

#include <stdio.h>
#include <stdlib.h>

#include <windows.h>

#include <cjson/cJSON.h>

#include "control_pipe.h"
#include "status_named.h"
#include "steady_clock.h"
#include "system_error.h"
#include "tapemap/tapemap.h"

static enum tapemap_status fail(enum tapemap_status status,
                                const struct control_pipe_problem *problem,
                                struct failure *failure)
{
    DWORD code = problem->code;
    char text[160];

    if (status == TAPEMAP_E_UNTRUSTED)
        return failure_set(failure, TAPEMAP_E_UNTRUSTED,
                           "its pipe was made by %s, so nothing was sent; find out which program "
                           "of his runs, and end it", problem->owner);
    if (status == TAPEMAP_E_BUSY)
        return failure_set(failure, TAPEMAP_E_BUSY,
                           "it is busy with others, so nothing was sent; try again");
    if (code == WAIT_TIMEOUT)
        return failure_set(failure, TAPEMAP_E_TIMEOUT,
                           "it does not answer in time; see whether it hangs, and try again");
    if (code == ERROR_FILE_NOT_FOUND || code == ERROR_BROKEN_PIPE)
        return failure_set(failure, TAPEMAP_E_NO_DECK,
                           "it is still starting, or has ended: its control pipe is not there; ask "
                           "again in a moment");
    system_error_text(code, text, sizeof text);
    return failure_set(failure, system_error_status(code),
                       "its pipe refuses: %s; run as the user that it runs as, or as an "
                       "administrator", text);
}

static enum tapemap_status read_answer(const char *line, cJSON **answer, struct failure *failure)
{
    cJSON *object = cJSON_Parse(line);
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(object, "error");
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "status"));
    enum tapemap_status status = status_named(name);

    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "ok"))) {
        *answer = object;
        return TAPEMAP_OK;
    }
    failure_set(failure, status, "%s",
                cJSON_IsString(error) ? error->valuestring
                                      : "its answer is not understood; see whether both are of "
                                        "the same version");
    cJSON_Delete(object);
    return status;
}

enum tapemap_status control_client_ask(const char *name, const char *request, uint32_t timeout_ms,
                                       struct cJSON **answer, struct failure *failure)
{
    uint64_t deadline = steady_clock_now() + steady_clock_hz() / 1000 * timeout_ms;
    struct control_pipe_problem problem = {.code = ERROR_NOT_ENOUGH_MEMORY};
    enum tapemap_status status = TAPEMAP_E_MEMORY;
    char line[CONTROL_PIPE_REQUEST_BYTES];
    char *text = NULL;

    if (snprintf(line, sizeof line, "%s\n", request) < (int)sizeof line)
        status = control_pipe_ask(name, line, deadline, &text, &problem);
    if (status != TAPEMAP_OK)
        return fail(status, &problem, failure);
    status = read_answer(text, answer, failure);
    free(text);
    return status;
}
