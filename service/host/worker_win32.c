/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <process.h>
#include <stdbool.h>
#include <stdlib.h>
#include <windows.h>

#include "atomic64.h"

struct worker {
    void (*job)(void *context);
    void *context;
    HANDLE nudge; /* auto-reset */
    HANDLE thread;
    struct tapemap_shared_u64 is_stopped;
};

static unsigned __stdcall worker_main(void *context)
{
    struct worker *worker = context;
    bool is_last = false;

    while (!is_last) {
        WaitForSingleObject(worker->nudge, INFINITE);
        is_last = load_acquire_u64(&worker->is_stopped) != 0;
        worker->job(worker->context);
    }
    return 0;
}

static void worker_free(struct worker *worker)
{
    if (worker->thread)
        CloseHandle(worker->thread);
    if (worker->nudge)
        CloseHandle(worker->nudge);
    free(worker);
}

enum tapemap_status worker_start(void (*job)(void *context), void *context,
                                 struct worker **worker, struct failure *failure)
{
    struct worker *made = calloc(1, sizeof *made);

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a thread; close other programs");
    made->job = job;
    made->context = context;
    made->nudge = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (made->nudge)
        made->thread = (HANDLE)_beginthreadex(NULL, 0, worker_main, made, 0, NULL);
    if (!made->thread) {
        worker_free(made);
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "the thread that makes and completes tapes cannot be started; close "
                           "other programs");
    }
    *worker = made;
    return TAPEMAP_OK;
}

void worker_nudge(struct worker *worker)
{
    SetEvent(worker->nudge);
}

void worker_stop(struct worker *worker)
{
    if (!worker)
        return;
    store_release_u64(&worker->is_stopped, 1);
    SetEvent(worker->nudge);
    WaitForSingleObject(worker->thread, INFINITE);
    worker_free(worker);
}
