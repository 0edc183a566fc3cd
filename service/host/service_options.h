/* SPDX-License-Identifier: MIT */
/* The command lines of `tapemapd service`. Pure. */
#ifndef TAPEMAP_SERVICE_OPTIONS_H
#define TAPEMAP_SERVICE_OPTIONS_H

#include <stdbool.h>

#include "failure.h"

enum service_action {
    SERVICE_DO_INSTALL,
    SERVICE_DO_UNINSTALL,
    SERVICE_DO_START,
    SERVICE_DO_STOP,
    SERVICE_DO_STATUS,
    SERVICE_DO_RUN, /* only for the service manager */
};

enum service_start {
    SERVICE_START_AUTO,
    SERVICE_START_DELAYED, /* some minutes after the others */
    SERVICE_START_MANUAL,
};

enum service_account {
    SERVICE_ACCOUNT_SYSTEM,
    SERVICE_ACCOUNT_BUILT_IN, /* NT AUTHORITY\..., NT SERVICE\...: has no password */
    SERVICE_ACCOUNT_USER,
};

#define SERVICE_DEFAULT_NAME "tapemap"
#define SERVICE_DEFAULT_DISPLAY_NAME "tapemap audio recorder"
#define SERVICE_DEFAULT_DESCRIPTION                                                            \
    "Records audio into memory and files that other programs read while they grow."

struct service_options {
    enum service_action action;
    const char *name;
    const char *display_name;
    const char *description;
    const char *config;        /* NULL: the service's default place */
    enum service_start start;
    const char *account;       /* NULL: LocalSystem */
    enum service_account account_kind;
    const char *password_file; /* NULL: asked for, where one is needed */
    bool is_json;
    bool wants_help;           /* nothing else was looked at */
};

/* Understands argv: "service", the action, its options. Returns true, or false with failure filled.
   Texts point into argv. One thread (getopt); never blocks. */
bool service_options_parse(int argc, char **argv, struct service_options *options,
                           struct failure *failure);

#endif
