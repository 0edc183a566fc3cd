/* SPDX-License-Identifier: MIT */
#include "device_watch.h"

const struct device_patience device_patience = {
    .tell_ms = 10000, .again_ms = 3600000, .give_up_ms = 30000};
