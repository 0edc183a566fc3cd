/* SPDX-License-Identifier: MIT */
/* The system's event log, as the source "tapemap" with the messages of host/messages.mc. */
#ifndef TAPEMAP_EVENT_LOG_H
#define TAPEMAP_EVENT_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "log.h"

/*
 * Reports one sentence by `who`. What the system does not take, or without a registered source
 * cannot explain, is left out without a word: the log file has it too.
 * Threads: one at a time. Blocks: may, for the system's event log.
 */
void event_log_report(enum log_level level, const char *who, const char *text);

/* Registers the source for a service, with this program as the file that has its messages; takes
   it away again when no other service is registered with it. Return 0 or a system error code.
   Threads: any. Block for the registry. */
uint32_t event_log_register(const char *service);
uint32_t event_log_unregister(const char *service);

#endif
