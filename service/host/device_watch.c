/* SPDX-License-Identifier: MIT */
#include "device_watch.h"

#include <stdio.h>

#include "utf8_text.h"
#include "whole_numbers.h"

#define MOST_SECONDS_PER_LOOK 1u
#define NAME_BYTES 160

void device_watch_init(struct device_watch *watch, const struct device_patience *patience,
                       bool may_give_up, uint64_t clock_hz)
{
    *watch = (struct device_watch){
        .patience = *patience, .may_give_up = may_give_up, .clock_hz = clock_hz};
}

static uint64_t ticks(const struct device_watch *watch, uint32_t ms)
{
    return watch->clock_hz * ms / 1000;
}

/* Another call than at the last look, or none. */
static enum device_verdict begin(struct device_watch *watch, uint64_t since)
{
    bool was_told = watch->told != 0;

    watch->was_told = was_told ? watch->waited : 0;
    watch->since = since;
    watch->waited = 0;
    watch->told = 0;
    return was_told ? DEVICE_ANSWERS : DEVICE_WELL;
}

enum device_verdict device_watch_look(struct device_watch *watch, const struct device_call *call,
                                      uint64_t clock)
{
    uint64_t passed =
        min_u64(clock - watch->looked, MOST_SECONDS_PER_LOOK * watch->clock_hz);
    uint64_t since = call->kind == DEVICE_CALL_NONE ? 0 : call->since;

    watch->looked = clock;
    if (since != watch->since)
        return begin(watch, since);
    watch->was_told = 0;
    if (since == 0)
        return DEVICE_WELL;
    watch->waited += passed;
    uint64_t due = watch->told == 0 ? ticks(watch, watch->patience.tell_ms)
                                    : watch->told + ticks(watch, watch->patience.again_ms);
    if (watch->waited >= due) {
        watch->told = watch->waited;
        return DEVICE_HANGS;
    }
    bool is_over = watch->waited >= ticks(watch, watch->patience.give_up_ms);
    return is_over && watch->may_give_up && !call->is_covered ? DEVICE_GIVEN_UP : DEVICE_WELL;
}

uint32_t device_watch_seconds(const struct device_watch *watch)
{
    uint64_t waited = watch->was_told != 0 ? watch->was_told : watch->waited;

    return (uint32_t)(waited / watch->clock_hz);
}

const char *device_call_done(enum device_call_kind kind)
{
    static const char *const done[] = {
        [DEVICE_CALL_NONE] = "idle",       [DEVICE_CALL_OPEN] = "opened",
        [DEVICE_CALL_START] = "started",   [DEVICE_CALL_STOP] = "stopped",
        [DEVICE_CALL_CLOSE] = "closed",
    };

    return done[kind];
}

void device_watch_print(const struct device_watch *watch, const struct device_call *call,
                        char *text, size_t room)
{
    char name[NAME_BYTES];

    utf8_shorten(call->name, name, sizeof name);
    snprintf(text, room, "'%s' has not answered for %u s while it was %s: its driver or the sound "
             "system hangs; connect it anew, or restart the sound system (on Windows the service "
             "'Windows Audio')", name, (unsigned)device_watch_seconds(watch),
             device_call_done(call->kind));
}
