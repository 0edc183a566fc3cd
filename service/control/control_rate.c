/* SPDX-License-Identifier: MIT */
#include "control_rate.h"

#include "whole_numbers.h"

void control_rate_init(struct control_rate *rate, uint64_t clock_hz, uint64_t clock)
{
    rate->cost = max_u64(clock_hz / CONTROL_RATE_PER_SECOND, 1);
    rate->debt = 0;
    rate->clock = clock;
}

bool control_rate_take(struct control_rate *rate, uint64_t clock)
{
    uint64_t passed = clock - rate->clock;

    rate->debt -= min_u64(passed, rate->debt);
    rate->clock = clock;
    if (rate->debt + rate->cost > CONTROL_RATE_BURST * rate->cost)
        return false;
    rate->debt += rate->cost;
    return true;
}
