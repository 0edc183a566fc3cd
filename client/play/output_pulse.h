/* SPDX-License-Identifier: MIT */
/* Whether an output device still takes sound: one may stop without a word. Pure. */
#ifndef TAPEMAP_OUTPUT_PULSE_H
#define TAPEMAP_OUTPUT_PULSE_H

#include <stdint.h>

/* Begins as zeros. */
struct output_pulse {
    uint64_t asked;    /* when it was looked at last */
    uint64_t last_ns;  /* that moment; 0: not yet */
    uint64_t still_ns;
};

/*
 * A look at how many frames the device has asked for in all, at a moment of a steady clock.
 * Returns for how many nanoseconds it has asked for nothing. Between two looks a tenth of a second
 * counts at most: who looks may have slept, and the whole computer with it.
 */
uint64_t output_pulse_look(struct output_pulse *pulse, uint64_t asked, uint64_t now_ns);

#endif
