/* SPDX-License-Identifier: MIT */
/* Which finished tapes of a deck have to go. Pure; any thread; never blocks. */
#ifndef TAPEMAP_RETENTION_H
#define TAPEMAP_RETENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0: nothing goes for that reason. */
struct retention_policy {
    uint64_t keep_ns;         /* after its end a tape is kept so long */
    uint64_t keep_size_bytes; /* the tapes together take no more */
    uint64_t keep_free_bytes; /* of the disk */
};

enum retention_reason {
    RETENTION_STAYS,
    RETENTION_AGE,
    RETENTION_SIZE,
    RETENTION_ROOM,
};

/* A finished tape. */
struct retention_tape {
    char *path;
    uint64_t tape_id;
    uint64_t previous_id; /* the tape that it joins without a seam; 0: none */
    uint64_t begin_utc_ns;
    uint64_t end_utc_ns;
    uint64_t length_ns; /* of sound: less than lies between the two, when it was paused */
    uint64_t bytes;
    uint64_t recorded_ns; /* how long ago it ended, by what was recorded since; by retention_plan */
    bool is_held;    /* somebody has it open: it cannot go now */
    bool is_awaited; /* a program is still to be told of it */
    enum retention_reason reason; /* what retention_plan found */
};

/* What is known of the moment. */
struct retention_facts {
    uint64_t utc_ns;
    uint64_t present_ns;     /* of sound on the present tape */
    uint64_t previous_id;    /* the tape that the present one joins; 0: none */
    uint64_t free_bytes;     /* of the disk; UINT64_MAX: not known */
    uint64_t headroom_bytes; /* so much more than keep_free is to be free: what is written next */
};

/*
 * The clock may be set, so a tape is too old only when two ways of counting say so: by the clock,
 * and by the sound that was recorded since. Between tapes that do not join, nobody but the clock
 * knows how long there was none: that counts as half of keep_ns at most. So while a series goes on
 * no leap of the clock makes a tape go, and before it one makes none go that is not half as old.
 *
 * Sorts the tapes by age, the oldest first (of the present series by what was recorded since, of
 * others by the clock), and says of each why it has to go, if it has to. For size and room the
 * oldest go first, and for size the newest stays in any case. One that is held is told to go like
 * any other: for age and size it counts as gone, so that none goes in its place; room it gives
 * none. So it is with one that is awaited, but when no other gives the room: then it goes for that.
 */
void retention_plan(const struct retention_policy *policy, const struct retention_facts *facts,
                    struct retention_tape *tapes, size_t count);

/* Whether a tape that was planned for has to go, and can. */
bool retention_may_go(const struct retention_tape *tape);

#endif
