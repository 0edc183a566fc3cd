/* SPDX-License-Identifier: MIT */
#include "device_rig.h"

#include "atomic64.h"

enum tapemap_status device_rig_start(struct source *source, const struct source_sink *sink,
                                     void (*deliver)(struct sleeper *sleeper, void *device),
                                     struct failure *failure)
{
    struct device_rig *device = (struct device_rig *)source;

    device->sink = *sink;
    return sleeper_start(deliver, device, &device->sleeper, failure);
}

void device_rig_stop(struct source *source)
{
    struct device_rig *device = (struct device_rig *)source;

    store_release_u64(&device->is_stopping, 1);
    while (device->sleeper && !sleeper_has_ended(device->sleeper, 1000)) {
    }
    sleeper_destroy(device->sleeper);
    device->sleeper = NULL;
}
