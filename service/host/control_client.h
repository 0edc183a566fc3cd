/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CONTROL_CLIENT_H
#define TAPEMAP_CONTROL_CLIENT_H

#include <stdint.h>

#include "failure.h"

struct cJSON;

/*
 * Sends one request, a line of JSON without its end, to the pipe `name` (docs/control.md), and
 * waits for its answer for as long as timeout_ms.
 * Returns OK: the answer, an object with "ok" true · E_NO_DECK: nobody listens there · E_UNTRUSTED:
 * somebody else than this user, an administrator, the system or an account of services made it,
 * and nothing was sent · E_BUSY: nor was it then · E_TIMEOUT · what the answer says when "ok" is
 * false · E_SYSTEM; with failure filled.
 * Memory: *answer is the caller's, for cJSON_Delete. Threads: any. Blocks: up to timeout_ms.
 */
enum tapemap_status control_client_ask(const char *name, const char *request, uint32_t timeout_ms,
                                       struct cJSON **answer, struct failure *failure);

#endif
