/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_PORTAUDIO_DEVICES_H
#define TAPEMAP_PORTAUDIO_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

/* An input device. Texts are UTF-8. */
struct device_info {
    int index;         /* PortAudio's, until it is terminated */
    char host_api[48]; /* "WASAPI", "DirectSound", "MME" ...: without PortAudio's "Windows " */
    char name[192];    /* MME cuts it at 31 characters */
    uint32_t inputs;   /* channels */
    uint32_t default_rate_hz;
    uint64_t low_latency_ns;
    uint64_t high_latency_ns;
    bool is_host_default; /* the default input of its host API */
    bool is_default;      /* what the source `portaudio` takes; true for one row at most */
};

/*
 * Lists the input devices, those of the best host API first: WASAPI, DirectSound, MME, PortAudio's
 * default one, the others, WDM-KS. Fills up to `room` rows; *count receives how many there are,
 * which may be more (or 0: that is no failure). `rows` may be NULL when room is 0.
 * Returns OK · E_SYSTEM with failure filled · E_UNSUPPORTED: built without PortAudio.
 * Threads: one at a time. Blocks: may, for seconds.
 */
enum tapemap_status devices_list(struct device_info *rows, size_t room, size_t *count,
                                 struct failure *failure);

#endif
