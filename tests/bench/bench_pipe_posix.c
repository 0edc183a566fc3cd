/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include "bench_pipe.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int writers[BENCH_MAX_PIPES];
static unsigned started;
static int own_end = -1;

/* Opened both ways first, for each end by itself would wait for the other. */
static bool open_fifo(int ends[2])
{
    char path[] = "bench-fifo-XXXXXX";

    if (!mkdtemp(path) || rmdir(path) != 0 || mkfifo(path, 0600) != 0)
        return false;
    int both = open(path, O_RDWR);
    ends[0] = open(path, O_RDONLY);
    ends[1] = open(path, O_WRONLY);
    close(both);
    unlink(path);
    return ends[0] >= 0 && ends[1] >= 0;
}

static bool start_reader(const char *kind, unsigned count, bench_pipe_reader *reader)
{
    int ends[2];

    if (strcmp(kind, "unix named pipe") == 0 ? !open_fifo(ends) : pipe(ends) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        /* Those of the others too, or their readers would never see an end. */
        for (unsigned i = 0; i < started; i++)
            close(writers[i]);
        close(ends[1]);
        own_end = ends[0];
        exit(reader(kind, count));
    }
    close(ends[0]);
    writers[started++] = ends[1];
    return pid > 0;
}

bool bench_pipes_start(const char *kind, unsigned count, bench_pipe_reader *reader)
{
    for (unsigned i = 0; i < count; i++)
        if (!start_reader(kind, count, reader))
            return false;
    return true;
}

bool bench_pipe_write(unsigned index, const void *bytes, size_t count)
{
    return write(writers[index], bytes, count) == (ssize_t)count;
}

void bench_pipes_stop(void)
{
    while (started > 0)
        close(writers[--started]);
    while (wait(NULL) > 0)
        ;
}

bool bench_pipe_join(unsigned index)
{
    (void)index;
    return false;
}

bool bench_pipe_read(void *bytes, size_t count)
{
    size_t done = 0;

    while (done < count) {
        ssize_t got = read(own_end, (char *)bytes + done, count - done);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}
