/* SPDX-License-Identifier: MIT */
#include "sleeper.h"

#include <process.h>
#include <stdlib.h>
#include <windows.h>

struct sleeper {
    HANDLE thread;
    HANDLE wake; /* auto-reset */
    void (*body)(struct sleeper *sleeper, void *context);
    void *context;
};

static unsigned __stdcall sleeper_main(void *context)
{
    struct sleeper *sleeper = context;

    sleeper->body(sleeper, sleeper->context);
    return 0;
}

enum tapemap_status sleeper_start(void (*body)(struct sleeper *sleeper, void *context),
                                  void *context, struct sleeper **sleeper,
                                  struct failure *failure)
{
    struct sleeper *made = calloc(1, sizeof *made);

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a thread; close other programs");
    made->body = body;
    made->context = context;
    made->wake = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (made->wake)
        made->thread = (HANDLE)_beginthreadex(NULL, 0, sleeper_main, made, 0, NULL);
    if (!made->thread) {
        if (made->wake)
            CloseHandle(made->wake);
        free(made);
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "a thread cannot be started; close other programs");
    }
    *sleeper = made;
    return TAPEMAP_OK;
}

void sleeper_wait(struct sleeper *sleeper, uint32_t timeout_ms)
{
    WaitForSingleObject(sleeper->wake, timeout_ms);
}

void sleeper_wake(struct sleeper *sleeper)
{
    SetEvent(sleeper->wake);
}

bool sleeper_has_ended(struct sleeper *sleeper, uint32_t timeout_ms)
{
    return WaitForSingleObject(sleeper->thread, timeout_ms) == WAIT_OBJECT_0;
}

void sleeper_destroy(struct sleeper *sleeper)
{
    if (!sleeper)
        return;
    CloseHandle(sleeper->thread);
    CloseHandle(sleeper->wake);
    free(sleeper);
}
