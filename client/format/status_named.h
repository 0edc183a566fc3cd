/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_STATUS_NAMED_H
#define TAPEMAP_STATUS_NAMED_H

#include "tapemap/status.h"

/* The failure that tapemap_status_name calls so, as it stands in a control message; E_SYSTEM for a
   name that is none of them, and for NULL. Threads: any. Blocks: never. */
enum tapemap_status status_named(const char *name);

#endif
