/* SPDX-License-Identifier: MIT */
#include "keeper_timer.h"

#include <stdlib.h>
#include <windows.h>

#include "atomic64.h"
#include "system_error.h"

#ifndef CREATE_WAITABLE_TIMER_HIGH_RESOLUTION
#define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 0x00000002
#endif

struct keeper_timer {
    HANDLE handles[2]; /* the nudge first: it wins when both are signalled */
    struct tapemap_shared_u64 is_nudged; /* 1: the wait to come, or just over, is for it */
};

/* Windows before 10.1803 has no high resolution: ticks of 15.6 ms do as well. */
static HANDLE keeper_timer_make(void)
{
    DWORD access = SYNCHRONIZE | TIMER_MODIFY_STATE;
    HANDLE timer =
        CreateWaitableTimerExW(NULL, NULL, CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, access);

    return timer ? timer : CreateWaitableTimerExW(NULL, NULL, 0, access);
}

enum tapemap_status keeper_timer_create(struct keeper_timer **timer, struct failure *failure)
{
    struct keeper_timer *made = calloc(1, sizeof *made);
    LARGE_INTEGER first;
    char text[256];

    if (!made)
        return failure_set(failure, TAPEMAP_E_MEMORY,
                           "no memory for a timer; close other programs");
    first.QuadPart = -(LONGLONG)KEEPER_TICK_MS * 10000;
    made->handles[0] = CreateEventW(NULL, FALSE, FALSE, NULL);
    made->handles[1] = keeper_timer_make();
    if (!made->handles[0] || !made->handles[1] ||
        !SetWaitableTimer(made->handles[1], &first, KEEPER_TICK_MS, NULL, NULL, FALSE)) {
        system_error_text(GetLastError(), text, sizeof text);
        keeper_timer_destroy(made);
        return failure_set(failure, TAPEMAP_E_SYSTEM,
                           "the recorder's timer cannot be started: %s; restart the system", text);
    }
    *timer = made;
    return TAPEMAP_OK;
}

void keeper_timer_destroy(struct keeper_timer *timer)
{
    if (!timer)
        return;
    for (size_t i = 0; i < 2; i++) {
        if (timer->handles[i])
            CloseHandle(timer->handles[i]);
    }
    free(timer);
}

void keeper_timer_wait(struct keeper_timer *timer)
{
    /* Ten ticks bound the wait, should the timer ever stop. */
    WaitForMultipleObjects(2, timer->handles, FALSE, 10 * KEEPER_TICK_MS);
    exchange_u64(&timer->is_nudged, 0);
}

void keeper_timer_nudge(struct keeper_timer *timer)
{
    /* Setting it again, before the keeper looks at what it is woken for, would be a call for
       nothing. */
    if (exchange_u64(&timer->is_nudged, 1) == 0)
        SetEvent(timer->handles[0]);
}
