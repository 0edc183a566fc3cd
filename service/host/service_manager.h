/* SPDX-License-Identifier: MIT */
/*
 * What is asked of the system's service manager from outside. Every function that can fail fills
 * failure with what is wrong and what to do. Threads: one. All block: for the service manager.
 */
#ifndef TAPEMAP_SERVICE_MANAGER_H
#define TAPEMAP_SERVICE_MANAGER_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

#include "failure.h"
#include "service_options.h"

enum service_state {
    SERVICE_STATE_MISSING, /* there is no such service */
    SERVICE_STATE_STOPPED,
    SERVICE_STATE_STARTING,
    SERVICE_STATE_RUNNING,
    SERVICE_STATE_STOPPING,
};

struct service_facts {
    enum service_state state;
    uint32_t pid;       /* 0: no process */
    uint32_t exit_code; /* of the last run: the system's, or with 1066 the program's own */
    uint32_t own_code;
};

/* Makes the service with this command line, and sets what is to be set beside: what the system does
   not have is said as a warning. Returns OK · E_DENIED · E_BUSY: it is there · E_ARGUMENT ·
   E_SYSTEM. `config`: a whole path. `password`: NULL where none is needed. */
enum tapemap_status service_manager_install(const struct service_options *options,
                                            const char *config, const wchar_t *password,
                                            struct failure *failure);

/* Stops the service and takes it away. */
enum tapemap_status service_manager_uninstall(const char *name, struct failure *failure);

/* Waits until it runs. *is_already: it did before. */
enum tapemap_status service_manager_start(const char *name, bool *is_already,
                                          struct failure *failure);

/* Waits until it has stopped, as long as it makes progress. *is_already: it was. */
enum tapemap_status service_manager_stop(const char *name, bool *is_already,
                                         struct failure *failure);

/* Finds out how it is; that it is not there is no failure. */
enum tapemap_status service_manager_status(const char *name, struct service_facts *facts,
                                           struct failure *failure);

#endif
