/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_OVERVIEW_JSON_H
#define TAPEMAP_OVERVIEW_JSON_H

#include "overview.h"
#include "tapemap/tapemap.h"

/* Prints what an overview of the tape would draw, as `tapemap overview --json` does. Returns an
   enum cli_exit. */
int overview_print_json(const struct overview *overview, const struct tapemap_info *info);

#endif
