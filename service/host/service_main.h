/* SPDX-License-Identifier: MIT */
/* The service itself, as its manager runs it. */
#ifndef TAPEMAP_SERVICE_MAIN_H
#define TAPEMAP_SERVICE_MAIN_H

#include "failure.h"

/*
 * Supervises the decks of the configuration as the service `name`, until the service manager has it
 * stop or the system shuts down; every tape is finished then.
 * Returns OK when the service has ended, however it went: its manager was told · E_ARGUMENT: it was
 * not the service manager that started this process · E_SYSTEM; with failure filled. Threads: main.
 * Blocks: until then.
 */
enum tapemap_status service_main_run(const char *name, const char *config,
                                     struct failure *failure);

#endif
