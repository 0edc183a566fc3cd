/* SPDX-License-Identifier: MIT */
/*
 * The library as a shared object of this system, so that samples/tapemap.py can be run natively. It
 * opens files; what needs objects of Windows is not there.
 */
#include <stddef.h>

#include "section.h"
#include "steady_clock.h"
#include "waiting.h"

enum tapemap_status section_open(const char *name, struct section *section)
{
    (void)name;
    (void)section;
    return TAPEMAP_E_NO_TAPE;
}

void section_close(struct section *section)
{
    section->handle = NULL;
}

struct view_source section_views(const struct section *section)
{
    (void)section;
    return (struct view_source){0};
}

bool section_is_committed(const void *address, size_t bytes)
{
    (void)address;
    (void)bytes;
    return false;
}

void waiting_open(struct waiting *waiting, const char *space, uint64_t tape_id)
{
    (void)space;
    (void)tape_id;
    *waiting = (struct waiting){0};
}

void waiting_close(struct waiting *waiting)
{
    *waiting = (struct waiting){0};
}

static uint64_t waiting_clock(void *context)
{
    (void)context;
    return steady_clock_now();
}

static enum tapemap_status waiting_sleep(void *context, uint32_t parity, uint32_t slice_ms)
{
    (void)context;
    (void)parity;
    steady_clock_sleep_ms(slice_ms);
    return TAPEMAP_OK;
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
