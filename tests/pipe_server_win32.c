/* SPDX-License-Identifier: MIT */
#include "pipe_server_win32.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <sddl.h>

#include "wide.h"

#define NAME_ROOM 256
#define DRIP_MS 5u

struct pipe_server {
    HANDLE pipe;
    HANDLE thread;
    HANDLE stop;
    OVERLAPPED io;
    enum pipe_server_manner manner;
    const char *answer;
    size_t length;
    char heard[8192];
    size_t heard_bytes;
};

/* Returns false when it failed, or is to stop. */
static bool await(struct pipe_server *server, BOOL has_begun, DWORD *bytes)
{
    HANDLE both[] = {server->stop, server->io.hEvent};

    *bytes = 0;
    if (!has_begun && GetLastError() != ERROR_IO_PENDING)
        return GetLastError() == ERROR_PIPE_CONNECTED;
    if (WaitForMultipleObjects(2, both, FALSE, INFINITE) == WAIT_OBJECT_0)
        CancelIoEx(server->pipe, &server->io);
    return GetOverlappedResult(server->pipe, &server->io, bytes, TRUE) != 0;
}

static bool hear_line(struct pipe_server *server)
{
    while (!memchr(server->heard, '\n', server->heard_bytes)) {
        DWORD bytes;
        BOOL begun = ReadFile(server->pipe, server->heard + server->heard_bytes,
                              (DWORD)(sizeof server->heard - server->heard_bytes), NULL,
                              &server->io);
        if (!await(server, begun, &bytes))
            return false;
        server->heard_bytes += bytes;
    }
    return true;
}

static bool say(struct pipe_server *server, const char *bytes, size_t count)
{
    DWORD written;

    return await(server, WriteFile(server->pipe, bytes, (DWORD)count, NULL, &server->io),
                 &written);
}

static DWORD WINAPI serve(void *context)
{
    struct pipe_server *server = context;
    DWORD bytes;
    bool goes_on = await(server, ConnectNamedPipe(server->pipe, &server->io), &bytes);

    if (goes_on && server->manner != PIPE_SERVER_IS_DEAF)
        goes_on = hear_line(server);
    if (goes_on &&
        (server->manner == PIPE_SERVER_ANSWERS || server->manner == PIPE_SERVER_LEAVES))
        goes_on = server->length == 0 || say(server, server->answer, server->length);
    while (goes_on && server->manner == PIPE_SERVER_FLOODS)
        goes_on = say(server, "xxxxxxxxxxxxxxxx", 16);
    while (goes_on && server->manner == PIPE_SERVER_DRIPS)
        goes_on = say(server, "x", 1) && WaitForSingleObject(server->stop, DRIP_MS) == WAIT_TIMEOUT;
    if (goes_on && server->manner == PIPE_SERVER_LEAVES) {
        FlushFileBuffers(server->pipe);
        DisconnectNamedPipe(server->pipe);
    }
    WaitForSingleObject(server->stop, INFINITE);
    return 0;
}

struct pipe_server *pipe_server_start(const char *name, enum pipe_server_manner manner,
                                      const char *answer, size_t length)
{
    wchar_t wide_name[NAME_ROOM];
    /* Wine gives nobody as the owner of a pipe that was made without a descriptor. */
    SECURITY_ATTRIBUTES security = {sizeof security, NULL, FALSE};
    struct pipe_server *server = calloc(1, sizeof *server);

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(
            L"D:(A;;GA;;;WD)", SDDL_REVISION_1, &security.lpSecurityDescriptor, NULL))
        abort();
    if (!server || !wide_from_utf8(name, wide_name, NAME_ROOM))
        abort();
    server->manner = manner;
    server->answer = answer;
    server->length = length;
    server->io.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    server->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    server->pipe = CreateNamedPipeW(wide_name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                                    PIPE_TYPE_BYTE | PIPE_WAIT, 1, 16, 16, 0, &security);
    LocalFree(security.lpSecurityDescriptor);
    if (server->pipe == INVALID_HANDLE_VALUE)
        abort();
    server->thread = CreateThread(NULL, 0, serve, server, 0, NULL);
    return server;
}

void pipe_server_stop(struct pipe_server *server, char *heard, size_t room)
{
    SetEvent(server->stop);
    WaitForSingleObject(server->thread, INFINITE);
    size_t count = server->heard_bytes < room - 1 ? server->heard_bytes : room - 1;
    memcpy(heard, server->heard, count);
    heard[count] = '\0';
    CloseHandle(server->pipe);
    CloseHandle(server->thread);
    CloseHandle(server->stop);
    CloseHandle(server->io.hEvent);
    free(server);
}

void *pipe_server_keep_busy(const char *name)
{
    wchar_t wide_name[NAME_ROOM];
    HANDLE pipe = INVALID_HANDLE_VALUE;

    if (wide_from_utf8(name, wide_name, NAME_ROOM))
        pipe = CreateFileW(wide_name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0,
                           NULL);
    if (pipe == INVALID_HANDLE_VALUE)
        abort();
    return pipe;
}

void pipe_server_let_go(void *client)
{
    CloseHandle(client);
}

bool pipe_server_was_written(void *handle)
{
    DWORD there = 0;

    return PeekNamedPipe(handle, NULL, 0, NULL, &there, NULL) && there > 0;
}

uint32_t pipe_server_session(void)
{
    DWORD session = 0;

    return ProcessIdToSessionId(GetCurrentProcessId(), &session) ? session : 0;
}

uint32_t pipe_server_pid(void)
{
    return GetCurrentProcessId();
}
