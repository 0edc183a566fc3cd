/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_DEVICE_MATCH_H
#define TAPEMAP_DEVICE_MATCH_H

#include <stdbool.h>

#include "device_info.h"

/* Before a DEVICE: it is the whole name, and the number in it does not count. */
#define DEVICE_ANY_NUMBER "#"

/* Why none was found, for a person: "<what is wrong>; <what to do>", no full stop. */
struct device_problem {
    char text[512];
};

/*
 * Finds the row that "[HOSTAPI[:DEVICE]]" means. Both parts match anywhere in the name, and letters
 * of ASCII match in either case; DEVICE may hold colons; an empty part matches everything. Among
 * the host APIs that match, the first with a device that matches counts. Among several such
 * devices: the one whose whole name it is, else the default one, else it is a failure.
 * "#Microphone (USB Audio)" is the device of just that name, or else the only one of it with
 * another number: one without a serial number becomes "Microphone (2- USB Audio)" at another port.
 * Returns the row, or NULL with problem filled: it names what there is.
 * Memory: the table's. Threads: any. Blocks: never.
 */
const struct device_info *device_match(const struct device_table *table, const char *wish,
                                       struct device_problem *problem);

/* Whether two devices have one name but for such a number; and whether no other device of that host
   API has such a name. Threads: any. Block: never. */
bool device_names_are_one(const char *a, const char *b);
bool device_is_alone(const struct device_table *table, const struct device_info *device);

#endif
