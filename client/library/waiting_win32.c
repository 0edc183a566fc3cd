/* SPDX-License-Identifier: MIT */
#include <windows.h>

#include "object_names.h"
#include "steady_clock.h"
#include "waiting.h"
#include "wide.h"

/* How long to sleep at a time without an event. */
#define BLIND_SLICE_MS 5u

void waiting_open(struct waiting *waiting, const char *space, uint64_t tape_id)
{
    for (uint32_t parity = 0; parity < 2; parity++) {
        char name[OBJECT_NAME_BYTES];
        wchar_t wide_name[OBJECT_NAME_BYTES];
        object_name_event(name, space, tape_id, parity);
        waiting->events[parity] = NULL;
        if (wide_from_utf8(name, wide_name, OBJECT_NAME_BYTES))
            waiting->events[parity] = OpenEventW(SYNCHRONIZE, FALSE, wide_name);
    }
}

void waiting_close(struct waiting *waiting)
{
    for (int parity = 0; parity < 2; parity++) {
        if (waiting->events[parity])
            CloseHandle(waiting->events[parity]);
        waiting->events[parity] = NULL;
    }
}

static uint64_t waiting_clock(void *context)
{
    (void)context;
    return steady_clock_now();
}

static enum tapemap_status waiting_sleep(void *context, uint32_t parity, uint32_t slice_ms)
{
    struct waiting *waiting = context;

    if (parity == READER_NO_EVENT || !waiting->events[parity]) {
        Sleep(slice_ms < BLIND_SLICE_MS ? slice_ms : BLIND_SLICE_MS);
        return TAPEMAP_OK;
    }
    DWORD result = WaitForSingleObject(waiting->events[parity], slice_ms);
    return result == WAIT_FAILED ? TAPEMAP_E_SYSTEM : TAPEMAP_OK;
}

struct reader_waiter waiting_waiter(struct waiting *waiting)
{
    return (struct reader_waiter){
        .context = waiting,
        .clock_hz = steady_clock_hz(),
        .clock = waiting_clock,
        .sleep = waiting_sleep,
    };
}
