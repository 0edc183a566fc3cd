/* SPDX-License-Identifier: MIT */
/* One call that may take long, on a thread of its own, for who must not wait for it. */
#ifndef TAPEMAP_ERRAND_H
#define TAPEMAP_ERRAND_H

#include <stdbool.h>
#include <stdint.h>

struct errand;

/*
 * Has body(context) called on a new thread.
 * Returns NULL when there is no memory or no thread to be had; nothing is called then.
 * Memory: ended by errand_destroy; `context` stays the caller's, and must last until the errand is
 * done. Threads: any. Blocks: never.
 */
struct errand *errand_start(void (*body)(void *context), void *context);

/* Whether the body has returned, waiting up to timeout_ms for it; what it wrote is then there to be
   read. Threads: any. Blocks: up to timeout_ms. */
bool errand_is_done(const struct errand *errand, uint32_t timeout_ms);

/* Lets go of it, once it is done. NULL is ignored. Blocks: never then. */
void errand_destroy(struct errand *errand);

#endif
