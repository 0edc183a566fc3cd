/* SPDX-License-Identifier: MIT */
#include "gap_detector.h"

#include <stdlib.h>
#include <string.h>

#include "quantity.h"

#define WINDOW_MS 2000u
#define SMALL_LOSS_MS 5u
#define SMALL_LOSS_WINDOWS 3u
#define LARGE_LOSS_MS 100u
#define DRIFT_PPM 1000
#define MOST_TREND_PPM 5000
#define MILLION 1000000
#define STALL_MS 500u
#define PAUSE_MS 10000u /* a machine that slept */

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

static struct gap_low low_at(const struct gap_detector *detector, uint64_t head, uint64_t clock)
{
    uint64_t expected = quantity_scale(clock - detector->origin_clock, detector->sample_rate_hz,
                                       detector->clock_hz);
    return (struct gap_low){(int64_t)(expected - (head - detector->origin_head)),
                            (int64_t)expected};
}

/* What the deficit of `low` has become by `expected` when the device only goes on at its rate. */
static int64_t deficit_by(const struct gap_detector *detector, struct gap_low low,
                          int64_t expected)
{
    return low.deficit + (expected - low.expected) * detector->trend_ppm / MILLION;
}

static void begin_window(struct gap_detector *detector, struct gap_low low, uint64_t head,
                         uint64_t clock)
{
    detector->window_clock = clock;
    detector->window_head = head;
    detector->window_steps = 0;
    detector->window_low = low;
}

static void begin(struct gap_detector *detector, uint64_t head, uint64_t clock)
{
    detector->is_started = true;
    detector->origin_clock = clock;
    detector->origin_head = head;
    detector->previous_clock = clock;
    begin_window(detector, (struct gap_low){0, 0}, head, clock);
}

static int64_t small_loss(const struct gap_detector *detector)
{
    return detector->packet + frames_of_ms(detector, SMALL_LOSS_MS);
}

static void watch_rise(struct gap_detector *detector, struct gap_low low, uint64_t head)
{
    bool is_high = low.deficit > deficit_by(detector, detector->reference, low.expected) +
                                     small_loss(detector);
    if (is_high && !detector->is_risen)
        detector->risen_at = head;
    detector->is_risen = is_high;
}

static int compare_numbers(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int64_t median(int64_t *numbers, uint32_t count)
{
    /* cppcheck-suppress uninitvar ; both callers have filled them */
    qsort(numbers, count, sizeof *numbers, compare_numbers);
    return numbers[count / 2];
}

/*
 * The median slope between windows a quarter of the history apart: far enough for the steps of
 * packets to count little, and not so far that one step would lie between half of the pairs.
 */
static void learn_trend(struct gap_detector *detector)
{
    const struct gap_low *oldest = detector->lows + (GAP_TREND_WINDOWS - detector->window_count);
    int64_t slopes[GAP_TREND_WINDOWS];
    uint32_t apart = detector->window_count / 4;
    uint32_t count = detector->window_count - apart;
    for (uint32_t i = 0; i < count; i++) {
        int64_t frames = oldest[i + apart].expected - oldest[i].expected;
        int64_t rise = oldest[i + apart].deficit - oldest[i].deficit;
        slopes[i] = frames > 0 ? rise * MILLION / frames : 0;
    }
    int64_t ppm = median(slopes, count);
    ppm = ppm < MOST_TREND_PPM ? ppm : MOST_TREND_PPM;
    detector->trend_ppm = ppm > -MOST_TREND_PPM ? ppm : -MOST_TREND_PPM;
}

/* How many frames the newest `recent` windows all miss, when it is more than `least`. */
static uint64_t judge(struct gap_detector *detector, uint32_t recent, int64_t least)
{
    struct gap_low *newest = detector->lows + (GAP_TREND_WINDOWS - recent);
    uint32_t known = detector->window_count < GAP_WINDOWS ? detector->window_count : GAP_WINDOWS;
    uint32_t count = known - recent;
    const struct gap_low *before = newest - count;
    int64_t now = detector->lows[GAP_TREND_WINDOWS - 1].expected;
    int64_t earlier[GAP_WINDOWS];
    int64_t level = deficit_by(detector, newest[0], now);
    for (uint32_t i = 1; i < recent; i++) {
        int64_t deficit = deficit_by(detector, newest[i], now);
        level = deficit < level ? deficit : level;
    }
    for (uint32_t i = 0; i < count; i++)
        earlier[i] = deficit_by(detector, before[i], now);
    int64_t usual = median(earlier, count);
    /* cppcheck-suppress negativeIndex ; more windows are known than are judged */
    int64_t highest = earlier[count - 1];
    int64_t ceiling = deficit_by(detector, detector->reference, now) +
                      frames_of_ms(detector, WINDOW_MS) * DRIFT_PPM / MILLION;
    highest = highest < ceiling ? highest : ceiling;
    usual = usual < ceiling ? usual : ceiling;
    if (recent == SMALL_LOSS_WINDOWS)
        detector->reference = (struct gap_low){highest, now};
    if (level - highest <= least)
        return 0;
    /* The silence that is inserted for them brings the deficit down again. */
    for (uint32_t i = 0; i < recent; i++)
        newest[i].deficit -= level - usual;
    return (uint64_t)(level - usual);
}

/* Judges a whole window: how many frames were lost, as far as can be said now. */
static uint64_t close_window(struct gap_detector *detector)
{
    struct gap_low low = detector->window_low;
    memmove(detector->lows, detector->lows + 1,
            (GAP_TREND_WINDOWS - 1) * sizeof detector->lows[0]);
    detector->lows[GAP_TREND_WINDOWS - 1] = low;
    if (detector->window_count < GAP_TREND_WINDOWS)
        detector->window_count++;
    if (detector->window_count == 1) {
        detector->reference = low;
        return 0;
    }
    bool has_settled = detector->window_count >= GAP_WINDOWS;
    if (!has_settled && detector->reference.deficit < low.deficit) {
        /* Settling: whatever is no large loss is the new usual. */
        int64_t rise = low.deficit - detector->reference.deficit;
        if (rise <= frames_of_ms(detector, LARGE_LOSS_MS))
            detector->reference = low;
    }
    if (has_settled)
        learn_trend(detector);
    uint64_t lost = judge(detector, 1, frames_of_ms(detector, LARGE_LOSS_MS));
    if (lost == 0 && has_settled)
        lost = judge(detector, SMALL_LOSS_WINDOWS, small_loss(detector));
    if (lost > 0)
        detector->is_risen = false;
    return lost;
}

static struct gap_low low_later(const struct gap_detector *detector, struct gap_low low,
                                int64_t frames)
{
    int64_t expected = low.expected + frames;
    return (struct gap_low){deficit_by(detector, low, expected), expected};
}

/* Counts what is known as if it had been seen right before: an error of the trend, which is learned
   again every two seconds, would be as much larger as the pause was longer. */
static void pass_over(struct gap_detector *detector, int64_t frames)
{
    for (uint32_t i = GAP_TREND_WINDOWS - detector->window_count; i < GAP_TREND_WINDOWS; i++)
        detector->lows[i] = low_later(detector, detector->lows[i], frames);
    detector->reference = low_later(detector, detector->reference, frames);
}

uint64_t gap_detector_observe(struct gap_detector *detector, uint64_t head, uint64_t clock,
                              uint64_t *noticed)
{
    if (!detector->is_started) {
        begin(detector, head, clock);
        return 0;
    }
    struct gap_low low = low_at(detector, head, clock);
    int64_t passed = low.expected - detector->newest.expected;
    detector->newest = low;
    /* After a stall the source may still hold the missing frames: judge only what follows. */
    bool was_stalled =
        clock - detector->previous_clock > ticks_of_ms(detector, STALL_MS);
    detector->previous_clock = clock;
    if (passed > frames_of_ms(detector, PAUSE_MS))
        pass_over(detector, passed);
    if (detector->window_count > 0)
        watch_rise(detector, low, head);
    if (was_stalled) {
        begin_window(detector, low, head, clock);
        return 0;
    }
    if (low.deficit < detector->window_low.deficit)
        detector->window_low = low;
    detector->window_steps++;
    if (clock - detector->window_clock < ticks_of_ms(detector, WINDOW_MS))
        return 0;
    detector->packet = (int64_t)((head - detector->window_head) / detector->window_steps);
    uint64_t lost = close_window(detector);
    if (lost > 0)
        *noticed = detector->risen_at;
    detector->newest.deficit -= (int64_t)lost;
    begin_window(detector, low, head, clock);
    return lost;
}

uint64_t gap_detector_unreported(const struct gap_detector *detector)
{
    int64_t usual = deficit_by(detector, detector->reference, detector->newest.expected);
    int64_t missing = detector->newest.deficit - usual;
    return missing >= frames_of_ms(detector, LARGE_LOSS_MS) ? (uint64_t)missing : 0;
}
