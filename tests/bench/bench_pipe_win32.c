/* SPDX-License-Identifier: MIT */
#include "bench_pipe.h"

#include <stdio.h>
#include <windows.h>

#include "bench_link.h"

#define BUFFER_BYTES 65536u

static HANDLE pipes[BENCH_MAX_PIPES];
static unsigned made;
static HANDLE own_end;

static void name_pipe(unsigned index, char name[64])
{
    snprintf(name, 64, "\\\\.\\pipe\\tapemap-bench-%u", index);
}

static bool make_pipe(unsigned index)
{
    char name[64];

    name_pipe(index, name);
    pipes[index] = CreateNamedPipeA(name, PIPE_ACCESS_OUTBOUND, PIPE_TYPE_BYTE | PIPE_WAIT, 1,
                                    BUFFER_BYTES, BUFFER_BYTES, 0, NULL);
    if (pipes[index] == INVALID_HANDLE_VALUE)
        return false;
    made++;
    return true;
}

/* They are other processes, and start as this program with an index besides. */
bool bench_pipes_start(const char *kind, unsigned count, bench_pipe_reader *reader)
{
    char arguments[96];

    (void)reader;
    for (unsigned i = 0; i < count; i++) {
        snprintf(arguments, sizeof arguments, "\"%s\" %u %u", kind, count, i);
        if (!make_pipe(i) || !bench_start_program("bench_pipes.exe", arguments))
            return false;
    }
    for (unsigned i = 0; i < count; i++)
        if (!ConnectNamedPipe(pipes[i], NULL) && GetLastError() != ERROR_PIPE_CONNECTED)
            return false;
    return true;
}

bool bench_pipe_write(unsigned index, const void *bytes, size_t count)
{
    DWORD written;

    return WriteFile(pipes[index], bytes, (DWORD)count, &written, NULL) && written == count;
}

void bench_pipes_stop(void)
{
    while (made > 0)
        CloseHandle(pipes[--made]);
    bench_stop_programs();
}

bool bench_pipe_join(unsigned index)
{
    char name[64];

    name_pipe(index, name);
    own_end = CreateFileA(name, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    return own_end != INVALID_HANDLE_VALUE;
}

bool bench_pipe_read(void *bytes, size_t count)
{
    DWORD done = 0;
    DWORD got;

    while (done < count) {
        if (!ReadFile(own_end, (char *)bytes + done, (DWORD)count - done, &got, NULL) || got == 0)
            return false;
        done += got;
    }
    return true;
}
