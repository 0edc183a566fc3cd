/* SPDX-License-Identifier: MIT */
#include "control_pipe.h"

#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "login_session.h"
#include "object_names.h"
#include "object_owner.h"
#include "steady_clock.h"
#include "system_error.h"
#include "wide.h"

/* How long a busy pipe is waited for at a time. */
#define PIPE_SLICE_MS 100u

struct pipe_call {
    struct control_pipe_problem *problem;
    HANDLE pipe;
    OVERLAPPED io; /* of the one operation that is under way */
    uint64_t deadline;
};

void control_pipe_name(char *out, bool is_global, const char *deck)
{
    char space[PIPE_SPACE_BYTES];
    uint32_t session;

    (void)login_session_find(&session);
    pipe_name_space(space, is_global, session);
    if (deck)
        pipe_name_deck(out, space, deck);
    else
        pipe_name_supervisor(out, space);
}

static DWORD left_ms(const struct pipe_call *call)
{
    uint64_t now = steady_clock_now();
    uint64_t per_ms = steady_clock_hz() / 1000;

    if (now >= call->deadline)
        return 0;
    uint64_t left = (call->deadline - now) / per_ms + 1;
    return left < INFINITE ? (DWORD)left : INFINITE - 1;
}

static enum tapemap_status fail(const struct pipe_call *call, DWORD code)
{
    call->problem->code = code;
    switch (code) {
    case ERROR_FILE_NOT_FOUND: return TAPEMAP_E_NO_DECK;
    case WAIT_TIMEOUT: return TAPEMAP_E_TIMEOUT;
    case ERROR_BROKEN_PIPE:
    case ERROR_NO_DATA:
    case ERROR_PIPE_NOT_CONNECTED: return TAPEMAP_E_ENDED;
    default: return system_error_status(code);
    }
}

/*
 * Whoever serves the pipe may not act in the name of this process, only learn who it is: somebody
 * else may have made it. Returns 0 or a code of the system.
 */
static DWORD pipe_open(struct pipe_call *call, const wchar_t *name)
{
    for (;;) {
        call->pipe = CreateFileW(name, OBJECT_CONTROL_PIPE_ACCESS, 0, NULL, OPEN_EXISTING,
                                 FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT |
                                     SECURITY_IDENTIFICATION,
                                 NULL);
        if (call->pipe != INVALID_HANDLE_VALUE)
            return 0;
        DWORD code = GetLastError();
        if (code != ERROR_PIPE_BUSY)
            return code;
        DWORD left = left_ms(call);
        if (left == 0)
            return code;
        /* Another client may be quicker when an instance is free, so its result says little. */
        (void)WaitNamedPipeW(name, left < PIPE_SLICE_MS ? left : PIPE_SLICE_MS);
    }
}

/* Waits for the operation that `has_begun`, or failed to begin. Returns 0 or a code. */
static DWORD pipe_await(struct pipe_call *call, BOOL has_begun, DWORD *bytes)
{
    if (!has_begun && GetLastError() != ERROR_IO_PENDING)
        return GetLastError();
    DWORD found = WaitForSingleObject(call->io.hEvent, left_ms(call));
    if (found != WAIT_OBJECT_0)
        (void)CancelIoEx(call->pipe, &call->io);
    if (!GetOverlappedResult(call->pipe, &call->io, bytes, TRUE))
        return found == WAIT_OBJECT_0 ? GetLastError() : WAIT_TIMEOUT;
    return 0;
}

static DWORD pipe_write(struct pipe_call *call, const char *bytes, DWORD count)
{
    while (count > 0) {
        DWORD written = 0;
        DWORD code = pipe_await(call, WriteFile(call->pipe, bytes, count, NULL, &call->io),
                                &written);
        if (code)
            return code;
        bytes += written;
        count -= written;
    }
    return 0;
}

static enum tapemap_status no_line(const struct pipe_call *call)
{
    call->problem->code = ERROR_INVALID_DATA;
    return TAPEMAP_E_DATA;
}

/* Reads up to the first '\n' and puts a zero in its place; nothing may follow it. */
static enum tapemap_status pipe_read_line(struct pipe_call *call, char *line)
{
    DWORD used = 0;

    for (;;) {
        DWORD bytes = 0;
        if (used == CONTROL_PIPE_ANSWER_BYTES)
            return no_line(call);
        DWORD code = pipe_await(call, ReadFile(call->pipe, line + used,
                                               CONTROL_PIPE_ANSWER_BYTES - used, NULL, &call->io),
                                &bytes);
        if (code)
            return fail(call, code);
        const char *end = memchr(line + used, '\n', bytes);
        if (memchr(line + used, '\0', bytes) || (end && end != line + used + bytes - 1))
            return no_line(call);
        used += bytes;
        if (end) {
            line[used - 1] = '\0';
            return TAPEMAP_OK;
        }
    }
}

static enum tapemap_status pipe_exchange(struct pipe_call *call, const char *request, char *line)
{
    struct control_pipe_problem *problem = call->problem;

    if (!object_owner_is_trusted(call->pipe, problem->owner, sizeof problem->owner))
        return TAPEMAP_E_UNTRUSTED;
    DWORD code = pipe_write(call, request, (DWORD)strlen(request));
    return code ? fail(call, code) : pipe_read_line(call, line);
}

static enum tapemap_status pipe_call_with(struct pipe_call *call, const char *name,
                                          const char *request, char *line)
{
    wchar_t wide_name[OBJECT_NAME_BYTES];

    if (!wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES))
        return TAPEMAP_E_ARGUMENT;
    DWORD code = pipe_open(call, wide_name);
    if (code)
        return fail(call, code);
    enum tapemap_status status = pipe_exchange(call, request, line);
    CloseHandle(call->pipe);
    return status;
}

enum tapemap_status control_pipe_ask(const char *name, const char *request, uint64_t deadline,
                                     char **answer, struct control_pipe_problem *problem)
{
    struct pipe_call call = {.problem = problem, .deadline = deadline};
    enum tapemap_status status = TAPEMAP_E_MEMORY;
    char *line = malloc(CONTROL_PIPE_ANSWER_BYTES);

    *problem = (struct control_pipe_problem){.code = ERROR_NOT_ENOUGH_MEMORY};
    call.io.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (line && call.io.hEvent)
        status = pipe_call_with(&call, name, request, line);
    if (call.io.hEvent)
        CloseHandle(call.io.hEvent);
    if (status == TAPEMAP_OK)
        *answer = line;
    else
        free(line);
    return status;
}
