/* SPDX-License-Identifier: MIT */
#include "output_pulse.h"

#define PULSE_LONGEST_STEP_NS 100000000u

uint64_t output_pulse_look(struct output_pulse *pulse, uint64_t asked, uint64_t now_ns)
{
    uint64_t step_ns = pulse->last_ns > 0 ? now_ns - pulse->last_ns : 0;

    if (step_ns > PULSE_LONGEST_STEP_NS)
        step_ns = PULSE_LONGEST_STEP_NS;
    pulse->still_ns = asked == pulse->asked ? pulse->still_ns + step_ns : 0;
    pulse->asked = asked;
    pulse->last_ns = now_ns;
    return pulse->still_ns;
}
