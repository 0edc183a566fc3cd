/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_CONTROL_RATE_H
#define TAPEMAP_CONTROL_RATE_H

#include <stdbool.h>
#include <stdint.h>

#define CONTROL_RATE_PER_SECOND 20u
#define CONTROL_RATE_BURST 50u

/* How fast one connection asks: so many requests a second, after a burst. */
struct control_rate {
    uint64_t cost;  /* ticks of the clock in which one request is paid off */
    uint64_t debt;  /* ticks, at `clock` */
    uint64_t clock; /* of the newest request */
};

/* A connection that has asked nothing yet; clock_hz is not 0. */
void control_rate_init(struct control_rate *rate, uint64_t clock_hz, uint64_t clock);

/* Counts one request. Returns false when it came too early. Threads: one at a time. */
bool control_rate_take(struct control_rate *rate, uint64_t clock);

#endif
