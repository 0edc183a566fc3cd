/* SPDX-License-Identifier: MIT */
/* Error codes of Windows (GetLastError) as statuses and as words. Any thread; never block. */
#ifndef TAPEMAP_SYSTEM_ERROR_H
#define TAPEMAP_SYSTEM_ERROR_H

#include <stddef.h>
#include <stdint.h>

#include "tapemap/status.h"

/* The status that a code comes to; 0 is OK; one that is not in the table is E_SYSTEM, "not found"
   among them: only the caller knows what was looked for. */
enum tapemap_status system_error_status(uint32_t code);

/* Writes one line of UTF-8, cut if need be: "Access denied (error 5)", without a full stop. */
void system_error_text(uint32_t code, char *out, size_t room);

#endif
