/* SPDX-License-Identifier: MIT */
/* Audio devices as rows of a table: for the recorder its inputs, for who plays the outputs. */
#ifndef TAPEMAP_DEVICE_INFO_H
#define TAPEMAP_DEVICE_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum device_direction {
    DEVICE_INPUT,
    DEVICE_OUTPUT,
};

/* A device in one direction. Texts are UTF-8. */
struct device_info {
    int index;         /* PortAudio's, until it is terminated */
    char host_api[48]; /* "WASAPI", "DirectSound", "MME" ...: without PortAudio's "Windows " */
    char name[192];    /* MME cuts it at 31 characters */
    uint32_t channels;
    uint32_t default_rate_hz;
    uint64_t low_latency_ns;
    uint64_t high_latency_ns;
    bool is_host_default; /* the default one of its host API */
    bool is_default;      /* what is taken when none is named; true for one row at most */
};

/* All of one direction, in the order of portaudio_list. */
struct device_table {
    enum device_direction direction;
    const struct device_info *rows; /* NULL when there are none */
    size_t count;
};

#endif
