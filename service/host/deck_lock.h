/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_DECK_LOCK_H
#define TAPEMAP_DECK_LOCK_H

#include "failure.h"

/* The right to record a deck: one process in a namespace has it at a time. */
struct deck_lock;

/*
 * Takes the lock of the deck in the namespace `space` (object_names.h).
 * Returns OK · E_BUSY: another process has it (failure untouched: the caller knows who it is) ·
 * E_DENIED: somebody who is not trusted holds its name (security.h) · E_SYSTEM; both with failure
 * filled.
 * Memory: *lock is the caller's until deck_lock_release; the end of the process releases it too.
 * Threads: any. Blocks: never.
 */
enum tapemap_status deck_lock_take(const char *space, const char *deck, struct deck_lock **lock,
                                   struct failure *failure);
/* NULL is ignored. */
void deck_lock_release(struct deck_lock *lock);

#endif
