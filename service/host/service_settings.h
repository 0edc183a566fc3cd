/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_SERVICE_SETTINGS_H
#define TAPEMAP_SERVICE_SETTINGS_H

#include "service_options.h"

#define SERVICE_PRESHUTDOWN_MS 180000u /* a long file on a slow disk is finished in it */

/*
 * Sets what a service can do without: its description, what is done when it fails, how long a
 * shutdown waits for it, its own SID. `service`: its SC_HANDLE with the right to change and to
 * start it. What the system does not have, or refuses, is said as a warning. One thread; blocks.
 */
void service_settings_apply(void *service, const struct service_options *options);

#endif
