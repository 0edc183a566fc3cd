/* SPDX-License-Identifier: MIT */
/*
 * Decides how much of a tape to read next and how fast to play it. Passive: time, head and buffer
 * level are arguments.
 *
 * While a tape grows, the recorder's sample clock and the output's both go their own way. The lag
 * is what is recorded and not yet played: frames up to the head, and those in the output's queue.
 * Playing at speed 1, the follower holds the lag that there was at the beginning (or after a jump)
 * by playing a little faster or slower: a PI controller with a time constant of a minute, so that
 * nobody hears it, and never more than FOLLOWER_MOST_BEND. Outputs begin by fits and starts: what
 * the lag comes to in the first seconds is what counts.
 *
 * Nearer to the head than follower_distance it does not go: that is what the queue wants for the
 * output's asking and for a late wake-up of who fills it, and on top of it the longest standstill
 * of the head seen so far (a recorder publishes in ticks and bursts). At another speed the lag goes
 * as it goes; faster ones become 1 when they have come that near.
 *
 * When the head stands still for longer than that, the follower waits until the distance is there
 * again. A lag that jumps by more than a second (a recorder that was stalled catches up) is the
 * new one to be held: it passes over nothing by itself.
 */
#ifndef TAPEMAP_FOLLOWER_H
#define TAPEMAP_FOLLOWER_H

#include <stdbool.h>
#include <stdint.h>

#define FOLLOWER_MOST_BEND 0.002 /* 3.5 cents */

struct follower_config {
    uint32_t tape_rate_hz;
    uint32_t output_rate_hz;
    double speed;      /* 1: as recorded */
    uint64_t burst_ns; /* how much the source is known to deliver at once; 0: not known */
    uint64_t swallowed_ns; /* what the output takes for itself when it begins */
};

enum follower_state {
    FOLLOWER_WAITS, /* for the head */
    FOLLOWER_PLAYS,
    FOLLOWER_LIVE,  /* plays, as near to the head as it goes */
};

/* What is so at one moment. Positions are frames of the tape. */
struct follower_view {
    uint64_t now_ns;
    uint64_t head;
    uint64_t position;    /* read next */
    uint64_t end;         /* not read from here on; UINT64_MAX: no such end */
    uint64_t queued;      /* frames at the output's rate that wait in the queue */
    uint64_t largest_ask; /* the most that the output has asked for at once */
    bool is_growing;      /* the head may move yet */
};

struct follower_step {
    enum follower_state state;
    uint64_t frames; /* to be read now */
    double ratio;    /* output frames for one of the tape */
};

/* The caller's memory; the fields are the follower's own. */
struct follower {
    struct follower_config config;
    double speed;      /* the present one */
    double reserve_s;  /* to be in the queue, beside what the output asks for at once */
    double burst_s;    /* the longest standstill of the head that counts as usual */
    double swallowed_s; /* 0 once the output has begun */
    bool is_waiting;
    bool has_target;
    double target;     /* the lag to be held, in frames of the tape */
    double settled_s;  /* how long there has been a target */
    double error_s;    /* the lag's error, smoothed */
    double integral;   /* what the clocks differ by, as far as it is known */
    bool has_last;     /* of the step before: */
    uint64_t last_ns;
    uint64_t head;
    uint64_t head_since_ns;
};

/* Begins anew. */
void follower_init(struct follower *follower, const struct follower_config *config);

/* The next step. Never blocks. */
struct follower_step follower_step(struct follower *follower, const struct follower_view *view);

/* After a jump or a pause: the lag that there is then is the one to be held. */
void follower_jumped(struct follower *follower);

/* After an underrun: more is kept in the queue from now on. */
void follower_underran(struct follower *follower);

/* How far from the head, in frames of the tape, it stays at least. */
uint64_t follower_distance(const struct follower *follower, uint64_t largest_ask);

/* The position that is being heard: what is in the queue lies before the next to be read. */
uint64_t follower_heard(const struct follower *follower, const struct follower_view *view);

#endif
