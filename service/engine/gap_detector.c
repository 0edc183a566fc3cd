/* SPDX-License-Identifier: MIT */
#include "gap_detector.h"

#include <stdlib.h>
#include <string.h>

#include "quantity.h"

#define WINDOW_MS 2000u
#define SMALL_LOSS_MS 5u
#define SMALL_LOSS_WINDOWS 3u
#define LARGE_LOSS_MS 100u
#define DRIFT_PER_WINDOW_MS 2u /* 1000 ppm of the window */
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

static void begin_window(struct gap_detector *detector, int64_t deficit, uint64_t head,
                         uint64_t clock)
{
    detector->window_clock = clock;
    detector->window_head = head;
    detector->window_steps = 0;
    detector->window_min = deficit;
}

static void begin(struct gap_detector *detector, uint64_t head, uint64_t clock)
{
    detector->is_started = true;
    detector->origin_clock = clock;
    detector->origin_head = head;
    detector->previous_clock = clock;
    begin_window(detector, 0, head, clock);
}

static int64_t small_loss(const struct gap_detector *detector)
{
    return detector->packet + frames_of_ms(detector, SMALL_LOSS_MS);
}

static void watch_rise(struct gap_detector *detector, int64_t deficit, uint64_t head)
{
    bool is_high = deficit > detector->reference + small_loss(detector);
    if (is_high && !detector->is_risen)
        detector->risen_at = head;
    detector->is_risen = is_high;
}

static int compare_deficits(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* The windows before the newest `recent` ones, sorted; returns how many they are. */
static uint32_t sort_earlier(const struct gap_detector *detector, uint32_t recent,
                             int64_t earlier[GAP_WINDOWS])
{
    uint32_t count = detector->window_count - recent;
    memcpy(earlier, detector->mins + (GAP_WINDOWS - detector->window_count),
           count * sizeof *earlier);
    qsort(earlier, count, sizeof *earlier, compare_deficits);
    return count;
}

/* How many frames the newest `recent` windows all miss, when it is more than `least`. */
static uint64_t judge(struct gap_detector *detector, uint32_t recent, int64_t least)
{
    int64_t earlier[GAP_WINDOWS];
    uint32_t count = sort_earlier(detector, recent, earlier);
    int64_t *newest = detector->mins + (GAP_WINDOWS - recent);
    int64_t level = newest[0];
    for (uint32_t i = 1; i < recent; i++)
        level = newest[i] < level ? newest[i] : level;
    int64_t highest = earlier[count - 1];
    int64_t usual = earlier[count / 2];
    int64_t ceiling = detector->reference + frames_of_ms(detector, DRIFT_PER_WINDOW_MS);
    highest = highest < ceiling ? highest : ceiling;
    usual = usual < ceiling ? usual : ceiling;
    if (recent == SMALL_LOSS_WINDOWS)
        detector->reference = highest;
    if (level - highest <= least)
        return 0;
    /* The silence that is inserted for them brings the deficit down again. */
    for (uint32_t i = 0; i < recent; i++)
        newest[i] -= level - usual;
    return (uint64_t)(level - usual);
}

/* Judges a whole window: how many frames were lost, as far as can be said now. */
static uint64_t close_window(struct gap_detector *detector)
{
    memmove(detector->mins, detector->mins + 1, (GAP_WINDOWS - 1) * sizeof detector->mins[0]);
    detector->mins[GAP_WINDOWS - 1] = detector->window_min;
    if (detector->window_count < GAP_WINDOWS)
        detector->window_count++;
    if (detector->window_count == 1) {
        detector->reference = detector->window_min;
        return 0;
    }
    bool has_settled = detector->window_count == GAP_WINDOWS;
    if (!has_settled && detector->reference < detector->window_min) {
        /* Settling: whatever is no large loss is the new usual. */
        int64_t rise = detector->window_min - detector->reference;
        if (rise <= frames_of_ms(detector, LARGE_LOSS_MS))
            detector->reference = detector->window_min;
    }
    uint64_t lost = judge(detector, 1, frames_of_ms(detector, LARGE_LOSS_MS));
    if (lost == 0 && has_settled)
        lost = judge(detector, SMALL_LOSS_WINDOWS, small_loss(detector));
    if (lost > 0)
        detector->is_risen = false;
    return lost;
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
    if (detector->window_count > 0)
        watch_rise(detector, deficit, head);
    if (was_stalled) {
        begin_window(detector, deficit, head, clock);
        return 0;
    }
    if (deficit < detector->window_min)
        detector->window_min = deficit;
    detector->window_steps++;
    if (clock - detector->window_clock < ticks_of_ms(detector, WINDOW_MS))
        return 0;
    detector->packet = (int64_t)((head - detector->window_head) / detector->window_steps);
    uint64_t lost = close_window(detector);
    if (lost > 0)
        *noticed = detector->risen_at;
    begin_window(detector, deficit, head, clock);
    return lost;
}
