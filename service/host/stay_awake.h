/* SPDX-License-Identifier: MIT */
/* Whether a machine that nobody uses must not fall asleep for a recorder. Pure. */
#ifndef TAPEMAP_STAY_AWAKE_H
#define TAPEMAP_STAY_AWAKE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * `state`: of its tape (enum tapemap_state), as it stands in memory; TAPEMAP_STATE_STARTING while
 * there is no tape, because its source is waited for. Sound may come in all of them but for a pause
 * and the end; a device that is open keeps the machine awake by itself, but one that is lost, and
 * what is no device, does not. `lets_sleep`: it was asked for.
 * Threads: any. Blocks: never.
 */
bool stay_awake_is_wanted(uint64_t state, bool lets_sleep);

#endif
