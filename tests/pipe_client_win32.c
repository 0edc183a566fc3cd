/* SPDX-License-Identifier: MIT */
#include "pipe_client_win32.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "wide.h"

#define PATIENCE_MS 20000u
#define NAME_ROOM 256

struct pipe_client {
    HANDLE pipe;
    OVERLAPPED io;
    size_t length;
    char bytes[1 << 17];
};

struct pipe_client *pipe_client_open(const char *name, uint32_t timeout_ms)
{
    wchar_t wide_name[NAME_ROOM];
    ULONGLONG end = GetTickCount64() + timeout_ms;
    struct pipe_client *client = calloc(1, sizeof *client);

    if (!client || !wide_from_utf8(name, wide_name, NAME_ROOM))
        abort();
    client->io.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    for (;;) {
        ULONGLONG now = GetTickCount64();
        client->pipe = CreateFileW(wide_name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                                   FILE_FLAG_OVERLAPPED, NULL);
        if (client->pipe != INVALID_HANDLE_VALUE)
            return client;
        if (GetLastError() != ERROR_PIPE_BUSY || now >= end) {
            CloseHandle(client->io.hEvent);
            free(client);
            return NULL;
        }
        WaitNamedPipeW(wide_name, (DWORD)(end - now));
    }
}

void pipe_client_close(struct pipe_client *client)
{
    CloseHandle(client->pipe);
    CloseHandle(client->io.hEvent);
    free(client);
}

/* Returns false on failure, with *bytes UINT32_MAX when it was silence. */
static bool client_await(struct pipe_client *client, BOOL has_begun, DWORD *bytes)
{
    DWORD found;

    *bytes = 0;
    if (!has_begun && GetLastError() != ERROR_IO_PENDING)
        return false;
    found = WaitForSingleObject(client->io.hEvent, PATIENCE_MS);
    if (found != WAIT_OBJECT_0)
        CancelIoEx(client->pipe, &client->io);
    if (GetOverlappedResult(client->pipe, &client->io, bytes, TRUE))
        return true;
    *bytes = found != WAIT_OBJECT_0 ? UINT32_MAX : 0;
    return false;
}

bool pipe_client_send(struct pipe_client *client, const char *bytes, size_t count)
{
    DWORD written;

    return client_await(client, WriteFile(client->pipe, bytes, (DWORD)count, NULL, &client->io),
                        &written) && written == count;
}

/* Reads more behind what is there. Returns false when nothing comes. */
static bool client_fill(struct pipe_client *client, bool *is_silent)
{
    DWORD count;
    BOOL has_begun = ReadFile(client->pipe, client->bytes + client->length,
                              (DWORD)(sizeof client->bytes - client->length), NULL, &client->io);
    bool came = client_await(client, has_begun, &count);

    *is_silent = !came && count == UINT32_MAX;
    if (!came || count == 0)
        return false;
    client->length += count;
    return true;
}

bool pipe_client_read(struct pipe_client *client, char *line, size_t room)
{
    const char *end;
    bool is_silent;

    while ((end = memchr(client->bytes, '\n', client->length)) == NULL) {
        if (client->length < sizeof client->bytes && client_fill(client, &is_silent))
            continue;
        snprintf(line, room, "%s", is_silent ? "(silence)" : "");
        return false;
    }
    snprintf(line, room, "%.*s", (int)(end - client->bytes), client->bytes);
    client->length -= (size_t)(end + 1 - client->bytes);
    memmove(client->bytes, end + 1, client->length);
    return true;
}

void *pipe_squatter_open(const char *name)
{
    wchar_t wide_name[NAME_ROOM];
    HANDLE pipe;

    if (!wide_from_utf8(name, wide_name, NAME_ROOM))
        abort();
    pipe = CreateNamedPipeW(wide_name, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_WAIT, 8, 4096,
                            4096, 0, NULL);
    return pipe == INVALID_HANDLE_VALUE ? NULL : pipe;
}

void pipe_squatter_close(void *squatter)
{
    CloseHandle(squatter);
}
