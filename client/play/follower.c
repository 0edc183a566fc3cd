/* SPDX-License-Identifier: MIT */
#include "follower.h"

#include <assert.h>

#define FOLLOWER_TICKS_S 0.03       /* recorders publish every 10 ms; three, if one comes late */
#define FOLLOWER_RESERVE_S 0.2
#define FOLLOWER_MOST_RESERVE_S 1.0
#define FOLLOWER_MOST_BURST_S 1.0   /* a longer standstill is a stall and not a habit */
#define FOLLOWER_LEAP_S 1.0         /* an error that is no drift any more */
#define FOLLOWER_SETTLING_S 3.0
#define FOLLOWER_LIVE_S 0.5         /* that near to the distance counts as live */
#define FOLLOWER_LONGEST_STEP_S 0.1

/* Critically damped, with the time constant T: gain 2/T, integral gain 1/T^2. The smoothing takes
   out what bursts and blocks do to the lag; it is short against T, so that all stays stable. */
#define FOLLOWER_T_S 60.0
#define FOLLOWER_GAIN (2.0 / FOLLOWER_T_S)
#define FOLLOWER_INTEGRAL_GAIN (1.0 / (FOLLOWER_T_S * FOLLOWER_T_S))
#define FOLLOWER_SMOOTHING_S 6.0
#define FOLLOWER_MOST_INTEGRAL 0.0015

static double clamp(double value, double most)
{
    return value < -most ? -most : value > most ? most : value;
}

void follower_init(struct follower *follower, const struct follower_config *config)
{
    assert(config->tape_rate_hz > 0 && config->output_rate_hz > 0 && config->speed > 0);
    *follower = (struct follower){.config = *config, .speed = config->speed};
    follower->reserve_s = FOLLOWER_RESERVE_S;
    follower->burst_s = (double)config->burst_ns / 1e9;
    if (follower->burst_s > FOLLOWER_MOST_BURST_S)
        follower->burst_s = FOLLOWER_MOST_BURST_S;
    follower->swallowed_s = (double)config->swallowed_ns / 1e9;
    follower_jumped(follower);
}

void follower_jumped(struct follower *follower)
{
    follower->is_waiting = true; /* until it is seen that there is enough */
    follower->has_target = false;
    follower->has_last = false;
}

void follower_underran(struct follower *follower)
{
    follower->reserve_s *= 1.5;
    if (follower->reserve_s > FOLLOWER_MOST_RESERVE_S)
        follower->reserve_s = FOLLOWER_MOST_RESERVE_S;
}

/* What the queue is filled up to, in seconds. */
static double follower_fill_s(const struct follower *follower, uint64_t largest_ask)
{
    return follower->reserve_s + 2.0 * (double)largest_ask / follower->config.output_rate_hz;
}

uint64_t follower_distance(const struct follower *follower, uint64_t largest_ask)
{
    double seconds = follower_fill_s(follower, largest_ask) + follower->burst_s +
                     FOLLOWER_TICKS_S + follower->swallowed_s;

    return (uint64_t)(seconds * follower->config.tape_rate_hz);
}

uint64_t follower_heard(const struct follower *follower, const struct follower_view *view)
{
    uint64_t queued = (uint64_t)((double)view->queued * follower->speed *
                                 follower->config.tape_rate_hz / follower->config.output_rate_hz);

    return view->position > queued ? view->position - queued : 0;
}

/* The standstill is counted up to the step before, so that a late step lengthens none. */
static void follower_watch_head(struct follower *follower, const struct follower_view *view)
{
    if (follower->has_last && view->head == follower->head) {
        follower->last_ns = view->now_ns;
        return;
    }
    double standstill_s =
        follower->has_last ? (double)(follower->last_ns - follower->head_since_ns) / 1e9 : 0;
    if (standstill_s > follower->burst_s && standstill_s <= FOLLOWER_MOST_BURST_S)
        follower->burst_s = standstill_s;
    follower->head = view->head;
    follower->head_since_ns = view->now_ns;
    follower->last_ns = view->now_ns;
    follower->has_last = true;
}

/* In frames of the tape at speed 1; negative before a position that is not recorded yet. */
static double follower_lag(const struct follower *follower, const struct follower_view *view)
{
    double to_head = view->head >= view->position ? (double)(view->head - view->position)
                                                  : -(double)(view->position - view->head);

    return to_head + (double)view->queued * follower->config.tape_rate_hz /
                         follower->config.output_rate_hz;
}

/* How much faster than recorded to play, so that the lag stays. */
static double follower_bend(struct follower *follower, double lag, double distance, double step_s)
{
    double rate = follower->config.tape_rate_hz;

    if (!follower->has_target || lag > follower->target + FOLLOWER_LEAP_S * rate ||
        lag < follower->target - FOLLOWER_LEAP_S * rate) {
        follower->has_target = true;
        follower->settled_s = 0;
    }
    if (follower->settled_s < FOLLOWER_SETTLING_S) {
        follower->settled_s += step_s;
        follower->target = lag;
        follower->error_s = 0;
        return follower->integral;
    }
    if (follower->target < distance)
        follower->target = distance;
    double error_s = (lag - follower->target) / rate;
    follower->error_s += (error_s - follower->error_s) * step_s / FOLLOWER_SMOOTHING_S;
    follower->integral = clamp(follower->integral +
                                   FOLLOWER_INTEGRAL_GAIN * follower->error_s * step_s,
                               FOLLOWER_MOST_INTEGRAL);
    return clamp(FOLLOWER_GAIN * follower->error_s + follower->integral, FOLLOWER_MOST_BEND);
}

static uint64_t follower_frames(const struct follower *follower, const struct follower_view *view,
                                double ratio)
{
    uint64_t end = view->head < view->end ? view->head : view->end;
    double full = follower_fill_s(follower, view->largest_ask) * follower->config.output_rate_hz;

    if (view->position >= end || full <= (double)view->queued)
        return 0;
    uint64_t wanted = (uint64_t)((full - (double)view->queued) / ratio) + 1;
    return wanted < end - view->position ? wanted : end - view->position;
}

/* Whether what is there suffices to go on, or to begin. */
static bool follower_has_enough(struct follower *follower, const struct follower_view *view,
                                double lag, double distance)
{
    bool is_at_head = view->position >= view->head && view->queued <= view->largest_ask;

    if (!view->is_growing || view->head >= view->end)
        follower->is_waiting = false;
    else if (follower->is_waiting)
        follower->is_waiting = lag < distance || view->position >= view->head;
    else if (is_at_head)
        follower->is_waiting = true;
    if (follower->is_waiting)
        follower->has_target = false;
    return !follower->is_waiting;
}

struct follower_step follower_step(struct follower *follower, const struct follower_view *view)
{
    struct follower_step step = {.state = FOLLOWER_WAITS};
    double nominal = (double)follower->config.output_rate_hz / follower->config.tape_rate_hz;
    double step_s = follower->has_last ? (double)(view->now_ns - follower->last_ns) / 1e9 : 0;

    follower_watch_head(follower, view);
    double lag = follower_lag(follower, view);
    double distance = (double)follower_distance(follower, view->largest_ask);
    double bend = 0;
    step.ratio = nominal / follower->speed;
    if (!follower_has_enough(follower, view, lag, distance))
        return step;
    follower->swallowed_s = 0;
    if (view->is_growing && follower->speed > 1 && lag <= distance) {
        follower->speed = 1;
        follower->has_target = false;
    }
    if (view->is_growing && follower->speed == 1)
        bend = follower_bend(follower, lag, distance, step_s < FOLLOWER_LONGEST_STEP_S
                                                          ? step_s : FOLLOWER_LONGEST_STEP_S);
    bool is_near = lag < distance + FOLLOWER_LIVE_S * follower->config.tape_rate_hz;
    step.state = view->is_growing && follower->speed == 1 && is_near ? FOLLOWER_LIVE
                                                                    : FOLLOWER_PLAYS;
    step.ratio = nominal / (follower->speed * (1 + bend));
    step.frames = follower_frames(follower, view, step.ratio);
    return step;
}
