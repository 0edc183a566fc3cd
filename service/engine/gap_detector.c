/* SPDX-License-Identifier: MIT */
#include "gap_detector.h"

#include <string.h>

#include "quantity.h"

#define WINDOW_MS 2000u
#define LOSS_MS 5u
#define DRIFT_PER_WINDOW_MS 1u /* 500 ppm of the window */
#define STALL_MS 500u

void gap_detector_init(struct gap_detector *detector, uint32_t sample_rate_hz, uint64_t clock_hz)
{
    memset(detector, 0, sizeof *detector);
    detector->sample_rate_hz = sample_rate_hz;
    detector->clock_hz = clock_hz;
}

static uint64_t ticks_of_ms(const struct gap_detector *detector, uint32_t ms)
{
    return quantity_scale(ms, detector->clock_hz, 1000);
}

static int64_t frames_of_ms(const struct gap_detector *detector, uint32_t ms)
{
    return (int64_t)quantity_scale(ms, detector->sample_rate_hz, 1000);
}

static int64_t deficit_at(const struct gap_detector *detector, uint64_t head, uint64_t clock)
{
    uint64_t expected = quantity_scale(clock - detector->origin_clock, detector->sample_rate_hz,
                                       detector->clock_hz);
    return (int64_t)(expected - (head - detector->origin_head));
}

static void begin_window(struct gap_detector *detector, int64_t deficit, uint64_t clock)
{
    detector->window_clock = clock;
    detector->window_min = deficit;
}

static void begin(struct gap_detector *detector, uint64_t head, uint64_t clock)
{
    detector->is_started = true;
    detector->origin_clock = clock;
    detector->origin_head = head;
    detector->previous_clock = clock;
    begin_window(detector, 0, clock);
}

static void watch_rise(struct gap_detector *detector, int64_t deficit, uint64_t head)
{
    bool is_high = deficit > detector->baseline + frames_of_ms(detector, LOSS_MS);
    if (is_high && !detector->is_risen)
        detector->risen_at = head;
    detector->is_risen = is_high;
}

/* Judges a whole window: what was lost in it, and where the baseline stands now. */
static uint64_t close_window(struct gap_detector *detector)
{
    if (!detector->has_baseline) {
        detector->has_baseline = true;
        detector->baseline = detector->window_min;
        return 0;
    }
    int64_t risen = detector->window_min - detector->baseline;
    if (risen > frames_of_ms(detector, LOSS_MS)) {
        detector->is_risen = false;
        return (uint64_t)risen;
    }
    int64_t drift = frames_of_ms(detector, DRIFT_PER_WINDOW_MS);
    detector->baseline += risen < drift ? risen : drift;
    return 0;
}

uint64_t gap_detector_observe(struct gap_detector *detector, uint64_t head, uint64_t clock,
                              uint64_t *noticed)
{
    if (!detector->is_started) {
        begin(detector, head, clock);
        return 0;
    }
    int64_t deficit = deficit_at(detector, head, clock);
    /* After a stall the source may still hold the missing frames: judge only what follows. */
    bool was_stalled =
        clock - detector->previous_clock > ticks_of_ms(detector, STALL_MS);
    detector->previous_clock = clock;
    if (detector->has_baseline)
        watch_rise(detector, deficit, head);
    if (was_stalled) {
        begin_window(detector, deficit, clock);
        return 0;
    }
    if (deficit < detector->window_min)
        detector->window_min = deficit;
    if (clock - detector->window_clock < ticks_of_ms(detector, WINDOW_MS))
        return 0;
    uint64_t lost = close_window(detector);
    if (lost > 0)
        *noticed = detector->risen_at;
    begin_window(detector, deficit, clock);
    return lost;
}
