/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_KEEPER_THREAD_H
#define TAPEMAP_KEEPER_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

/* The thread of the keeper. Its priority is a little higher than others', because a keeper that is
   late by seconds loses audio. */
struct keeper_thread;

/* Runs body(context) on a new thread. Returns OK · E_MEMORY · E_SYSTEM, with failure filled.
   Memory: *thread is the caller's until keeper_thread_destroy. Threads: one for all three. */
enum tapemap_status keeper_thread_start(void (*body)(void *context), void *context,
                                        struct keeper_thread **thread, struct failure *failure);

/* Returns whether the body has returned. Blocks: until then, but no longer than the timeout. */
bool keeper_thread_wait(struct keeper_thread *thread, uint32_t timeout_ms);

/* Blocks: until the body has returned. NULL is ignored. */
void keeper_thread_destroy(struct keeper_thread *thread);

#endif
