/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <stdbool.h>
#include <stdlib.h>

#include "atomic64.h"
#include "sleeper.h"

struct worker {
    void (*job)(void *context);
    void *context;
    struct sleeper *sleeper;
    struct tapemap_shared_u64 is_stopped;
};

static void work(struct sleeper *sleeper, void *context)
{
    struct worker *worker = context;
    bool is_last = false;

    while (!is_last) {
        sleeper_wait(sleeper, SLEEPER_FOR_EVER);
        is_last = load_acquire_u64(&worker->is_stopped) != 0;
        worker->job(worker->context);
    }
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
    enum tapemap_status status = sleeper_start(work, made, &made->sleeper, failure);
    if (status == TAPEMAP_OK) {
        *worker = made;
        return TAPEMAP_OK;
    }
    free(made);
    if (status == TAPEMAP_E_SYSTEM)
        failure_set(failure, status, "the thread that makes and completes tapes cannot be "
                                     "started; close other programs");
    return status;
}

void worker_nudge(struct worker *worker)
{
    sleeper_wake(worker->sleeper);
}

void worker_stop(struct worker *worker)
{
    if (!worker)
        return;
    store_release_u64(&worker->is_stopped, 1);
    sleeper_wake(worker->sleeper);
    (void)sleeper_has_ended(worker->sleeper, SLEEPER_FOR_EVER);
    sleeper_destroy(worker->sleeper);
    free(worker);
}
