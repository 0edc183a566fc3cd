/* SPDX-License-Identifier: MIT */
/*
 * A request to the system not to fall asleep because nobody uses it. It says nothing to a user who
 * sends it to sleep, closes its lid, or runs out of battery. `powercfg /requests` lists it.
 */
#ifndef TAPEMAP_POWER_REQUEST_H
#define TAPEMAP_POWER_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

struct power_request;

/*
 * Makes a request that asks for nothing yet. `reason` (UTF-8) is what users are shown, cut at 200
 * bytes.
 * Returns 0, or a system error code, also of a system that knows no such requests; *request is
 * untouched then.
 * Memory: *request is the caller's until power_request_destroy; `reason` is copied.
 * Threads: any. Blocks: never.
 */
uint32_t power_request_create(const char *reason, struct power_request **request);

/* Has the system stay awake from now on, or no longer; again changes nothing. Returns 0 or a system
   error code; then it is as before. Threads: one at a time. Blocks: never. */
uint32_t power_request_set(struct power_request *request, bool is_wanted);

/* Asks for nothing any more, and frees it. NULL is ignored. The end of the process does the same.
   Blocks: never. */
void power_request_destroy(struct power_request *request);

#endif
