/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <process.h>
#include <stdlib.h>
#include <windows.h>

struct worker {
    HANDLE thread;
    HANDLE wake; /* auto-reset */
    void (*body)(struct worker *worker, void *context);
    void *context;
};

static unsigned __stdcall worker_main(void *context)
{
    struct worker *worker = context;

    worker->body(worker, worker->context);
    return 0;
}

enum tapemap_status worker_start(void (*body)(struct worker *worker, void *context), void *context,
                                 struct worker **worker, struct failure *failure)
{
    struct worker *made = calloc(1, sizeof *made);

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a thread; close other programs");
    made->body = body;
    made->context = context;
    made->wake = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (made->wake)
        made->thread = (HANDLE)_beginthreadex(NULL, 0, worker_main, made, 0, NULL);
    if (!made->thread) {
        if (made->wake)
            CloseHandle(made->wake);
        free(made);
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "a thread cannot be started; close other programs");
    }
    *worker = made;
    return TAPEMAP_OK;
}

void worker_wait(struct worker *worker, uint32_t timeout_ms)
{
    WaitForSingleObject(worker->wake, timeout_ms);
}

void worker_wake(struct worker *worker)
{
    SetEvent(worker->wake);
}

bool worker_has_ended(struct worker *worker, uint32_t timeout_ms)
{
    return WaitForSingleObject(worker->thread, timeout_ms) == WAIT_OBJECT_0;
}

void worker_destroy(struct worker *worker)
{
    if (!worker)
        return;
    CloseHandle(worker->thread);
    CloseHandle(worker->wake);
    free(worker);
}
