/* SPDX-License-Identifier: MIT */
/*
 * Finds lost frames of a clocked source by comparing what it delivered with what the clock says.
 *
 * The deficit, frames expected minus frames delivered, wobbles with the device's buffers, leaps
 * during a stall that a burst makes good again, and dips when a server delivers early for a while.
 * None of these is a loss. So only the smallest deficit of a window of two seconds counts, and
 * only its rise above the highest of the five windows before:
 *   - by 100 ms, in one whole window: lost
 *   - by 5 ms more than the source's usual packet, in three windows running: lost; judged once
 *     eight windows are known, because sources settle in their first seconds
 * A single packet is not enough: one that a timer of another clock left for the next round (virtual
 * and network devices) looks the same.
 *
 * A device may be up to 5000 ppm slower or faster than it says. Its true rate, a trend of the
 * deficit, is the median slope between windows of the last four minutes that are one minute apart
 * (a quarter of what is known before that): losses are steps, and few. All deficits are compared as
 * if each had gone on at this rate until now. What they are compared with may creep by another
 * 1000 ppm, for the trend is rough; losses that come faster add up. Small ones that come regularly
 * from the start, or for minutes, cannot be told from a slow device.
 *
 * The host APIs do not tell: WASAPI and DirectSound never set PortAudio's overflow flag.
 */
#ifndef TAPEMAP_GAP_DETECTOR_H
#define TAPEMAP_GAP_DETECTOR_H

#include <stdbool.h>
#include <stdint.h>

#define GAP_WINDOWS 8u         /* five to compare with, and three to be judged */
#define GAP_TREND_WINDOWS 120u /* four minutes, for the trend */

/* The smallest deficit of a window, and how many frames the clock had expected by then. */
struct gap_low {
    int64_t deficit;
    int64_t expected;
};

struct gap_detector {
    uint32_t sample_rate_hz;
    uint64_t clock_hz;

    bool is_started;
    uint64_t origin_clock;
    uint64_t origin_head;
    uint64_t previous_clock;

    uint64_t window_clock; /* where the window began */
    uint64_t window_head;
    uint32_t window_steps; /* observations in it */
    int64_t packet;        /* frames of an observation, on average over the last whole window */
    struct gap_low window_low;
    uint32_t window_count;                /* known ones in `lows`, which are its last */
    struct gap_low lows[GAP_TREND_WINDOWS]; /* the newest last */
    int64_t trend_ppm;                    /* how much slower the device is than it says */
    struct gap_low reference; /* the deficit while all is well, once a window is known */
    struct gap_low newest;    /* at the newest observation, without what was reported of it */

    bool is_risen;
    uint64_t risen_at; /* head where the deficit last rose above what is allowed */
};

/* For a source of this rate, and a clock of so many ticks per second. */
void gap_detector_init(struct gap_detector *detector, uint32_t sample_rate_hz, uint64_t clock_hz);

/*
 * Takes one observation: at `clock`, `head` frames were on the tape. To be called once per append,
 * or for the newest of several. Returns how many frames are lost beyond those reported before
 * (0 nearly always) and in *noticed the position where the loss first showed, as far as can be
 * told. The caller sees to it that as much silence is on the tape before the next window ends.
 */
uint64_t gap_detector_observe(struct gap_detector *detector, uint64_t head, uint64_t clock,
                              uint64_t *noticed);

/*
 * How many frames are missing by the newest observation that were not reported, when it is 100 ms
 * or more: for a source that delivers no more, so that no burst can make them good.
 */
uint64_t gap_detector_unreported(const struct gap_detector *detector);

#endif
