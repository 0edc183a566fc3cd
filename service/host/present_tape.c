/* SPDX-License-Identifier: MIT */
#include "present_tape.h"

#include "atomic64.h"
#include "steady_clock.h"

#define AWAIT_STEP_MS 1u

static uint64_t number_of(const struct recorded_tape *tape)
{
    return (uint64_t)(uintptr_t)tape;
}

void present_tape_set(struct present_tape *present, struct recorded_tape *tape)
{
    exchange_u64(&present->present, number_of(tape));
}

/* A tape that is still the present one after it was held is closed by nobody: exchange is a full
   barrier here and in present_tape_set, after which the holders are looked at. */
struct recorded_tape *present_tape_hold(struct present_tape *present,
                                        enum present_tape_holder holder)
{
    for (;;) {
        uint64_t found = load_acquire_u64(&present->present);
        exchange_u64(&present->held[holder], found);
        if (load_acquire_u64(&present->present) == found)
            return (struct recorded_tape *)(uintptr_t)found;
    }
}

void present_tape_release(struct present_tape *present, enum present_tape_holder holder)
{
    store_release_u64(&present->held[holder], 0);
}

void present_tape_await(const struct present_tape *present, const struct recorded_tape *tape)
{
    while (load_acquire_u64(&present->held[HOLDER_MAIN]) == number_of(tape) ||
           load_acquire_u64(&present->held[HOLDER_CONTROL]) == number_of(tape))
        steady_clock_sleep_ms(AWAIT_STEP_MS);
}
