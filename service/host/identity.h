/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_IDENTITY_H
#define TAPEMAP_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

/* This process's id. Any thread; never blocks. */
uint32_t identity_pid(void);

/* True while the process `pid` runs; also when it may not be looked at. Any thread. */
bool identity_process_lives(uint32_t pid);

/*
 * A number that all processes of one log-on have in common until the user logs off, or the system
 * is started again: of a volatile key of his registry, where the first one that asks leaves it.
 * 0: it cannot be had. Threads: any. Blocks: for the registry.
 */
uint64_t identity_log_on(void);

/* A random tape id, never 0: nobody can guess it and wait under its name.
   Returns OK · E_SYSTEM with failure filled. Any thread. */
enum tapemap_status identity_new_tape(uint64_t *tape_id, struct failure *failure);

#endif
