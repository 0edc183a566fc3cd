/* SPDX-License-Identifier: MIT */
/*
 * One thread waits for clients, and each that comes is served by a thread of its own, which waits
 * for nobody else. All instances are made at once and kept, so that nobody can add one of his own.
 */
#include "control_server.h"

#include <process.h>
#include <stdlib.h>
#include <windows.h>

#include "atomic64.h"
#include "control_session.h"
#include "object_names.h"
#include "steady_clock.h"
#include "system_error.h"
#include "wide.h"

/* For how long a client may leave an answer untaken, and be left to read the last one. */
#define CONTROL_WRITE_MS 2000u
#define CONTROL_LINGER_MS 2000u
#define CONTROL_CROWDED_LINGER_MS 500u
/* How often who waits for a request looks whether others wait for him. */
#define CONTROL_LOOK_MS 250u
/* Before listening is tried again after an error that nobody has thought of. */
#define CONTROL_REST_MS 100u

struct control_client {
    struct control_server *server;
    HANDLE pipe;
    HANDLE thread;     /* that serves a client; NULL: there is none */
    bool is_listening; /* for one, through `io` */
    OVERLAPPED io; /* of the one operation that is under way */
    ULONG pid;
    struct control_session session;
};

struct control_server {
    struct control_server_config config;
    CRITICAL_SECTION lock; /* held around the handler */
    HANDLE stop;           /* set: everybody ends */
    HANDLE thread;
    struct tapemap_shared_u64 is_crowded; /* nobody is left to listen; by that thread */
    struct control_client clients[CONTROL_CLIENTS];
};

enum io_result { IO_DONE, IO_FAILED, IO_TIMED_OUT, IO_STOPPED };

/* Waits for the operation that `has_begun` or has ended already. A client that leaves is a
   failure. */
static enum io_result client_await(struct control_client *client, BOOL has_begun, DWORD timeout_ms,
                                   DWORD *bytes)
{
    HANDLE handles[2] = {client->io.hEvent, client->server->stop};
    DWORD found;

    *bytes = 0;
    if (!has_begun && GetLastError() != ERROR_IO_PENDING)
        return IO_FAILED;
    found = WaitForMultipleObjects(2, handles, FALSE, timeout_ms);
    if (found != WAIT_OBJECT_0)
        CancelIoEx(client->pipe, &client->io);
    if (GetOverlappedResult(client->pipe, &client->io, bytes, TRUE))
        return IO_DONE;
    if (found == WAIT_OBJECT_0 + 1)
        return IO_STOPPED;
    return found == WAIT_TIMEOUT ? IO_TIMED_OUT : IO_FAILED;
}

static enum io_result client_read(struct control_client *client, char *bytes, DWORD room,
                                  DWORD timeout_ms, DWORD *count)
{
    return client_await(client, ReadFile(client->pipe, bytes, room, NULL, &client->io), timeout_ms,
                        count);
}

/* An answer is taken to its end even while everybody ends. Returns false when it was not taken. */
static bool client_write(struct control_client *client, const struct control_answer *answer)
{
    char line[CONTROL_ANSWER_BYTES];
    DWORD length = (DWORD)control_answer_print(answer, line);
    DWORD written = 0;

    if (!WriteFile(client->pipe, line, length, NULL, &client->io) &&
        GetLastError() != ERROR_IO_PENDING)
        return false;
    if (WaitForSingleObject(client->io.hEvent, CONTROL_WRITE_MS) != WAIT_OBJECT_0)
        CancelIoEx(client->pipe, &client->io);
    return GetOverlappedResult(client->pipe, &client->io, &written, TRUE) && written == length;
}

static void answer_late(struct control_answer *answer, bool is_ending)
{
    struct failure failure;

    if (is_ending)
        failure_set(&failure, TAPEMAP_E_ENDED, "it ends before that could be done; ask its status");
    else
        failure_set(&failure, TAPEMAP_E_TIMEOUT,
                    "it was not done in %u seconds, and may be later; ask for the status",
                    CONTROL_LATER_SECONDS);
    control_answer_fail(answer, &failure);
}

static void client_handle(struct control_client *client, struct control_answer *answer)
{
    struct control_server *server = client->server;
    struct control_call call = {&client->session.request, client->pid, 0};
    uint64_t deadline = steady_clock_now() + CONTROL_LATER_SECONDS * steady_clock_hz();

    for (;;) {
        enum control_outcome outcome;
        bool is_ending;

        EnterCriticalSection(&server->lock);
        outcome = server->config.handle(server->config.context, &call, answer);
        LeaveCriticalSection(&server->lock);
        if (outcome == CONTROL_ANSWERED)
            return;
        is_ending = WaitForSingleObject(server->stop, CONTROL_RETRY_MS) == WAIT_OBJECT_0;
        if (is_ending || steady_clock_now() >= deadline) {
            answer_late(answer, is_ending);
            return;
        }
    }
}

/* Answers a request or refuses it. Returns false when the connection is to end. */
static bool client_answer(struct control_client *client, enum control_event event)
{
    struct control_answer answer;
    bool was_taken;

    control_answer_init(&answer);
    if (event == CONTROL_ASKED)
        client_handle(client, &answer);
    else
        control_answer_fail(&answer, &client->session.failure);
    was_taken = client_write(client, &answer);
    control_answer_deinit(&answer);
    control_session_answered(&client->session, steady_clock_now());
    return was_taken && event != CONTROL_OVER;
}

/* Returns false when the connection is to end. */
static bool client_take(struct control_client *client, const char *bytes, size_t count)
{
    enum control_event event;

    do {
        size_t taken;
        event = control_session_take(&client->session, bytes, count, &taken, steady_clock_now());
        bytes += taken;
        count -= taken;
        if (event != CONTROL_WANTS_MORE && !client_answer(client, event))
            return false;
    } while (count > 0);
    return true;
}

static bool is_crowded(const struct control_client *client)
{
    return load_relaxed_u64(&client->server->is_crowded) != 0;
}

static DWORD client_patience_ms(struct control_client *client)
{
    struct control_session *session = &client->session;
    uint64_t now = steady_clock_now();

    control_session_crowd(session, is_crowded(client));
    uint64_t deadline = control_session_deadline(session);
    if (now >= deadline)
        return 0;
    uint64_t left_ms = (deadline - now) * 1000 / session->clock_hz + 1;
    return left_ms < CONTROL_LOOK_MS ? (DWORD)left_ms : CONTROL_LOOK_MS;
}

static void client_converse(struct control_client *client)
{
    char bytes[CONTROL_LINE_BYTES];
    enum io_result result;
    DWORD count;

    control_session_init(&client->session, client->server->config.side, steady_clock_hz(),
                         steady_clock_now());
    do {
        result = client_read(client, bytes, sizeof bytes, client_patience_ms(client), &count);
        if (result != IO_DONE && result != IO_TIMED_OUT)
            return;
    } while (client_take(client, bytes, count));
    /* Disconnecting takes back what was not read yet: he may read it, and whatever he still sends
       is nobody's business. */
    do {
        result = client_read(client, bytes, sizeof bytes,
                             is_crowded(client) ? CONTROL_CROWDED_LINGER_MS : CONTROL_LINGER_MS,
                             &count);
    } while (result == IO_DONE);
}

static unsigned __stdcall client_main(void *context)
{
    struct control_client *client = context;

    /* Whatever clients do, it takes no time from the recording. */
    SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL);
    if (!GetNamedPipeClientProcessId(client->pipe, &client->pid))
        client->pid = 0;
    client_converse(client);
    /* At the end the pipe is only closed: that leaves the last answer to be read. */
    if (WaitForSingleObject(client->server->stop, 0) != WAIT_OBJECT_0)
        DisconnectNamedPipe(client->pipe);
    return 0;
}

/* Without a thread there is no answer, and he may try again. */
static void client_serve(struct control_client *client)
{
    client->is_listening = false;
    client->thread = (HANDLE)_beginthreadex(NULL, 0, client_main, client, 0, NULL);
    if (!client->thread)
        DisconnectNamedPipe(client->pipe);
}

static void client_listen(struct control_client *client)
{
    BOOL has_begun = ConnectNamedPipe(client->pipe, &client->io);
    DWORD code = has_begun ? ERROR_IO_PENDING : GetLastError();

    client->is_listening = code == ERROR_IO_PENDING;
    /* He was there first, and may even have gone again. */
    if (code == ERROR_PIPE_CONNECTED || code == ERROR_NO_DATA)
        client_serve(client);
}

/* What has become of an instance that was listened on or served. */
static void client_look(struct control_client *client)
{
    DWORD bytes;

    if (client->thread && WaitForSingleObject(client->thread, 0) == WAIT_OBJECT_0) {
        CloseHandle(client->thread);
        client->thread = NULL;
    }
    if (client->is_listening && WaitForSingleObject(client->io.hEvent, 0) == WAIT_OBJECT_0) {
        client->is_listening = false;
        if (GetOverlappedResult(client->pipe, &client->io, &bytes, FALSE))
            client_serve(client);
    }
    if (!client->thread && !client->is_listening)
        client_listen(client);
}

/* One thread waits for all clients, and each that comes gets one: hardly ever is there any, and a
   thread that waits takes memory, a megabyte of it under Wine. */
static unsigned __stdcall server_main(void *context)
{
    struct control_server *server = context;
    HANDLE handles[CONTROL_CLIENTS + 1] = {server->stop};
    DWORD bytes;
    DWORD count;

    do {
        DWORD timeout_ms = INFINITE;
        bool is_listening = false;
        count = 1;
        for (unsigned i = 0; i < CONTROL_CLIENTS; i++) {
            struct control_client *client = &server->clients[i];
            client_look(client);
            is_listening = is_listening || client->is_listening;
            if (client->thread || client->is_listening)
                handles[count++] = client->thread ? client->thread : client->io.hEvent;
            else
                timeout_ms = CONTROL_REST_MS;
        }
        store_relaxed_u64(&server->is_crowded, !is_listening);
        count = WaitForMultipleObjects(count, handles, FALSE, timeout_ms);
    } while (count != WAIT_OBJECT_0);
    for (unsigned i = 0; i < CONTROL_CLIENTS; i++) {
        struct control_client *client = &server->clients[i];
        if (client->is_listening && CancelIoEx(client->pipe, &client->io))
            GetOverlappedResult(client->pipe, &client->io, &bytes, TRUE);
    }
    return 0;
}

static enum tapemap_status refuse_name(const char *name, struct failure *failure)
{
    return failure_set(failure, TAPEMAP_E_BUSY,
                       "another program has made the pipe '%s' and could answer in its place; end "
                       "that program", name);
}

/* Makes one instance; that it is the first one shows that the name is ours. */
static enum tapemap_status server_make_pipe(struct control_server *server, unsigned number,
                                            const wchar_t *wide_name, struct failure *failure)
{
    const struct control_server_config *config = &server->config;
    struct control_client *client = &server->clients[number];
    DWORD first = number == 0 ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0;
    DWORD instances = 0;
    char text[256];

    client->server = server;
    client->pipe = CreateNamedPipeW(wide_name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | first,
                                    PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT |
                                        PIPE_REJECT_REMOTE_CLIENTS,
                                    CONTROL_CLIENTS, CONTROL_ANSWER_BYTES, CONTROL_LINE_BYTES, 0,
                                    config->security);
    if (client->pipe == INVALID_HANDLE_VALUE) {
        DWORD code = GetLastError();
        if (code == ERROR_ACCESS_DENIED || code == ERROR_PIPE_BUSY)
            return refuse_name(config->pipe_name, failure);
        system_error_text(code, text, sizeof text);
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "the pipe '%s' cannot be made: %s; choose another deck name",
                           config->pipe_name, text);
    }
    /* Wine 8 does not know the flag. */
    if (GetNamedPipeHandleStateW(client->pipe, NULL, &instances, NULL, NULL, NULL, 0) &&
        instances != number + 1)
        return refuse_name(config->pipe_name, failure);
    return TAPEMAP_OK;
}

static enum tapemap_status server_make_pipes(struct control_server *server,
                                             struct failure *failure)
{
    wchar_t wide_name[OBJECT_NAME_BYTES];
    enum tapemap_status status = TAPEMAP_OK;

    if (!wide_from_utf8(server->config.pipe_name, wide_name, OBJECT_NAME_BYTES))
        return failure_set(failure, TAPEMAP_E_ARGUMENT,
                           "the pipe's name is too long or no UTF-8; choose another deck name");
    for (unsigned i = 0; i < CONTROL_CLIENTS && status == TAPEMAP_OK; i++)
        status = server_make_pipe(server, i, wide_name, failure);
    return status;
}

static enum tapemap_status server_start_thread(struct control_server *server,
                                               struct failure *failure)
{
    bool is_complete = true;

    for (unsigned i = 0; i < CONTROL_CLIENTS && is_complete; i++) {
        server->clients[i].io.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
        is_complete = server->clients[i].io.hEvent != NULL;
    }
    if (is_complete)
        server->thread = (HANDLE)_beginthreadex(NULL, 0, server_main, server, 0, NULL);
    if (server->thread)
        return TAPEMAP_OK;
    return failure_set(failure, TAPEMAP_E_SYSTEM,
                       "the thread that serves it cannot be started; close other programs");
}

enum tapemap_status control_server_start(const struct control_server_config *config,
                                         struct control_server **server, struct failure *failure)
{
    struct control_server *made = calloc(1, sizeof *made);
    enum tapemap_status status;

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY, "no memory for a pipe; close other programs");
    made->config = *config;
    InitializeCriticalSection(&made->lock);
    made->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (made->stop)
        status = server_make_pipes(made, failure);
    else
        status = failure_set(failure, TAPEMAP_E_SYSTEM,
                             "the system gives no event; close other programs");
    made->config.pipe_name = NULL; /* the caller's */
    if (status == TAPEMAP_OK)
        status = server_start_thread(made, failure);
    if (status != TAPEMAP_OK) {
        control_server_stop(made);
        return status;
    }
    *server = made;
    return TAPEMAP_OK;
}

void control_server_stop(struct control_server *server)
{
    if (!server)
        return;
    if (server->stop)
        SetEvent(server->stop);
    if (server->thread) {
        WaitForSingleObject(server->thread, INFINITE);
        CloseHandle(server->thread);
    }
    for (unsigned i = 0; i < CONTROL_CLIENTS; i++) {
        struct control_client *client = &server->clients[i];
        if (client->thread) {
            WaitForSingleObject(client->thread, INFINITE);
            CloseHandle(client->thread);
        }
        if (client->io.hEvent)
            CloseHandle(client->io.hEvent);
        if (client->pipe && client->pipe != INVALID_HANDLE_VALUE)
            CloseHandle(client->pipe);
    }
    if (server->stop)
        CloseHandle(server->stop);
    DeleteCriticalSection(&server->lock);
    free(server);
}
