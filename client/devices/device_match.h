/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_DEVICE_MATCH_H
#define TAPEMAP_DEVICE_MATCH_H

#include "device_info.h"

/* Why none was found, for a person: "<what is wrong>; <what to do>", no full stop. */
struct device_problem {
    char text[512];
};

/*
 * Finds the row that "[HOSTAPI[:DEVICE]]" means. Both parts match anywhere in the name, and letters
 * of ASCII match in either case; DEVICE may hold colons; an empty part matches everything. Among
 * the host APIs that match, the first with a device that matches counts. Among several such
 * devices: the one whose whole name it is, else the default one, else it is a failure.
 * Returns the row, or NULL with problem filled: it names what there is.
 * Memory: the table's. Threads: any. Blocks: never.
 */
const struct device_info *device_match(const struct device_table *table, const char *wish,
                                       struct device_problem *problem);

#endif
