/* SPDX-License-Identifier: MIT */
/*
 * Finds lost frames of a clocked source by comparing what it delivered with what the clock says.
 *
 * The deficit, frames expected minus frames delivered, wobbles with the device's buffers and
 * leaps during a stall that a burst makes good again; neither is a loss. So only the smallest
 * deficit of a window of two seconds counts. Against the baseline, the smallest deficit while all
 * was well, it may creep as fast as two crystals differ (500 ppm are allowed: cheap sound cards
 * stay within 200); what exceeds that by 5 ms has been lost. The host APIs do not tell: WASAPI and
 * DirectSound never set PortAudio's overflow flag.
 */
#ifndef TAPEMAP_GAP_DETECTOR_H
#define TAPEMAP_GAP_DETECTOR_H

#include <stdbool.h>
#include <stdint.h>

struct gap_detector {
    uint32_t sample_rate_hz;
    uint64_t clock_hz;

    bool is_started;
    bool has_baseline;
    uint64_t origin_clock;
    uint64_t origin_head;
    uint64_t previous_clock;
    uint64_t window_clock; /* where the window began */
    int64_t window_min;
    int64_t baseline;
    uint64_t risen_at; /* head where the deficit last rose above what is allowed */
    bool is_risen;
};

/* For a source of this rate, and a clock of so many ticks per second. */
void gap_detector_init(struct gap_detector *detector, uint32_t sample_rate_hz, uint64_t clock_hz);

/*
 * Takes one observation: at `clock`, `head` frames were on the tape. To be called once per append,
 * or for the newest of several. Returns how many frames are lost beyond those reported before
 * (0 nearly always) and in *noticed the position where the loss first showed. The caller sees to
 * it that as much silence is on the tape before the next window ends.
 */
uint64_t gap_detector_observe(struct gap_detector *detector, uint64_t head, uint64_t clock,
                              uint64_t *noticed);

#endif
