/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_DEVICE_MATCH_H
#define TAPEMAP_DEVICE_MATCH_H

#include "portaudio_devices.h"

/*
 * Finds the row that "[HOSTAPI[:DEVICE]]" means; rows in the order of devices_list. Both parts
 * match anywhere in the name, and letters of ASCII match in either case; DEVICE may hold colons;
 * an empty part matches everything. Among the host APIs that match, the first with a device that
 * matches counts. Among several such devices: the one whose whole name it is, else the default
 * one, else it is a failure.
 * Returns OK and *match · E_ARGUMENT with failure filled: it names what there is. A pure function.
 */
enum tapemap_status device_match(const struct device_info *rows, size_t count, const char *wish,
                                    const struct device_info **match, struct failure *failure);

#endif
