/* SPDX-License-Identifier: MIT */
#include "stay_awake.h"

#include "tapemap/layout.h"

bool stay_awake_is_wanted(uint64_t state, bool lets_sleep)
{
    return !lets_sleep && state != TAPEMAP_STATE_PAUSED && state != TAPEMAP_STATE_ENDED;
}
