/* SPDX-License-Identifier: MIT */
/* An audio output device, which plays what is put into its queue. Through PortAudio. */
#ifndef TAPEMAP_OUTPUT_H
#define TAPEMAP_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device_info.h"
#include "device_match.h"
#include "play_queue.h"

struct output;

/* What an open output is; constant. */
struct output_facts {
    struct device_info device;
    uint32_t channels;
    uint32_t rate_hz;
    uint64_t latency_ns; /* from the queue to the ear, as far as the device says */
};

/*
 * Lists the output devices as portaudio_list does. Returns false with problem filled when there is
 * no sound system. Threads: one at a time. Blocks: may, for seconds.
 */
bool output_list(struct device_info *rows, size_t room, size_t *count,
                 struct device_problem *problem);

/*
 * Opens a device, at its own rate, for a tape of so many channels: with as many when it has them,
 * else two, all it has, or one. wish: a number of output_list's rows (index), "[HOSTAPI:]DEVICE" as
 * for device_match, a part of a device's name, or NULL for the default one. Its queue holds two
 * seconds.
 * Returns NULL with problem filled. Ended by output_close. Threads, blocks: as output_list.
 */
struct output *output_open(const char *wish, uint32_t channels, struct device_problem *problem);

/* Begins to play. Returns false with problem filled. Blocks: may. */
bool output_start(struct output *output, struct device_problem *problem);

/* Ends at once, whatever waits in the queue. NULL is ignored. Blocks: may. */
void output_close(struct output *output);

/* Never block. Memory: the output's. */
const struct output_facts *output_facts(const struct output *output);
struct play_queue *output_queue(struct output *output);

/* True when the device has ended by itself, such as one that was unplugged. Never blocks. */
bool output_is_lost(const struct output *output);

#endif
