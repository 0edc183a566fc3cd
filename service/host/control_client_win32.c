/* SPDX-License-Identifier: MIT */
#include "control_client.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include <cjson/cJSON.h>

#include "control_answer.h"
#include "control_line.h"
#include "object_names.h"
#include "object_owner.h"
#include "steady_clock.h"
#include "system_error.h"
#include "tapemap/tapemap.h"
#include "wide.h"

/* Before a pipe whose instances are all busy is tried again. */
#define CLIENT_RETRY_MS 20u

/* In place of a code of the system, which has none of its customers' bit. */
#define MADE_BY_A_STRANGER (APPLICATION_ERROR_MASK | 1u)

struct client {
    HANDLE pipe;
    OVERLAPPED io; /* of the one operation that is under way */
    uint64_t deadline;
};

static uint64_t deadline_after(uint32_t ms)
{
    return steady_clock_now() + steady_clock_hz() / 1000 * ms;
}

static DWORD client_left_ms(const struct client *client)
{
    uint64_t now = steady_clock_now();

    return now >= client->deadline
               ? 0
               : (DWORD)((client->deadline - now) / (steady_clock_hz() / 1000)) + 1;
}

static enum tapemap_status fail(DWORD code, const char *owner, struct failure *failure)
{
    char text[160];

    if (code == MADE_BY_A_STRANGER)
        return failure_set(failure, TAPEMAP_E_UNTRUSTED,
                           "its pipe was made by %s, so nothing was sent; find out which program "
                           "of his runs, and end it", owner);

    if (code == WAIT_TIMEOUT)
        return failure_set(failure, TAPEMAP_E_TIMEOUT,
                           "it does not answer in time; see whether it hangs, and try again");
    if (code == ERROR_FILE_NOT_FOUND || code == ERROR_BROKEN_PIPE)
        return failure_set(failure, TAPEMAP_E_NO_DECK, "nobody takes words there; start it first");
    system_error_text(code, text, sizeof text);
    return failure_set(failure, system_error_status(code),
                       "its pipe refuses: %s; run as the user that it runs as, or as an "
                       "administrator", text);
}

/* Returns 0 or a system error code, like the two below. */
static DWORD client_connect(struct client *client, const wchar_t *name)
{
    for (;;) {
        client->pipe = CreateFileW(name, OBJECT_CONTROL_PIPE_ACCESS, 0, NULL, OPEN_EXISTING,
                                   FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT |
                                       SECURITY_IDENTIFICATION,
                                   NULL);
        if (client->pipe != INVALID_HANDLE_VALUE)
            return 0;
        if (GetLastError() != ERROR_PIPE_BUSY)
            return GetLastError();
        if (client_left_ms(client) == 0)
            return WAIT_TIMEOUT;
        Sleep(CLIENT_RETRY_MS);
    }
}

/* Waits for the operation that `has_begun` or has ended already. */
static DWORD client_await(struct client *client, BOOL has_begun, DWORD *bytes)
{
    DWORD found;

    if (!has_begun && GetLastError() != ERROR_IO_PENDING)
        return GetLastError();
    found = WaitForSingleObject(client->io.hEvent, client_left_ms(client));
    if (found != WAIT_OBJECT_0)
        CancelIoEx(client->pipe, &client->io);
    if (!GetOverlappedResult(client->pipe, &client->io, bytes, TRUE))
        return found == WAIT_OBJECT_0 ? GetLastError() : WAIT_TIMEOUT;
    return 0;
}

static DWORD client_exchange(struct client *client, const char *request, char *answer)
{
    DWORD length = (DWORD)strlen(request);
    DWORD used = 0;
    DWORD bytes = 0;
    DWORD code;

    code = client_await(client, WriteFile(client->pipe, request, length, NULL, &client->io),
                        &bytes);
    while (code == 0 && (used == 0 || answer[used - 1] != '\n')) {
        if (used == CONTROL_ANSWER_BYTES)
            return ERROR_INVALID_DATA;
        code = client_await(client, ReadFile(client->pipe, answer + used,
                                             CONTROL_ANSWER_BYTES - used, NULL, &client->io),
                            &bytes);
        used += bytes;
        bytes = 0;
    }
    answer[used] = '\0';
    return code;
}

static enum tapemap_status read_answer(const char *line, cJSON **answer, struct failure *failure)
{
    cJSON *object = cJSON_Parse(line);
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(object, "error");
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "status"));
    enum tapemap_status status = TAPEMAP_E_SYSTEM;

    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "ok"))) {
        *answer = object;
        return TAPEMAP_OK;
    }
    for (int i = TAPEMAP_E_ARGUMENT; name && i >= TAPEMAP_E_UNTRUSTED; i--) {
        if (strcmp(tapemap_status_name((enum tapemap_status)i), name) == 0)
            status = (enum tapemap_status)i;
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
    struct client client = {.pipe = INVALID_HANDLE_VALUE, .deadline = deadline_after(timeout_ms)};
    wchar_t wide_name[OBJECT_NAME_BYTES];
    char line[CONTROL_LINE_BYTES];
    char owner[200] = "";
    char *text = malloc(CONTROL_ANSWER_BYTES + 1);
    size_t length = strlen(request);
    DWORD code = ERROR_NOT_ENOUGH_MEMORY;

    client.io.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (text && client.io.hEvent && length + 1 < sizeof line &&
        wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES)) {
        memcpy(line, request, length);
        memcpy(line + length, "\n", 2);
        code = client_connect(&client, wide_name);
        if (code == 0 && !object_owner_is_trusted(client.pipe, owner, sizeof owner))
            code = MADE_BY_A_STRANGER;
        if (code == 0)
            code = client_exchange(&client, line, text);
    }
    if (client.pipe != INVALID_HANDLE_VALUE)
        CloseHandle(client.pipe);
    if (client.io.hEvent)
        CloseHandle(client.io.hEvent);
    enum tapemap_status status = code == 0 ? read_answer(text, answer, failure)
                                           : fail(code, owner, failure);
    free(text);
    return status;
}
