/* SPDX-License-Identifier: MIT */
/*
 * The newest append's head and clock, taken together: two slots in turn, no lock, and neither side
 * waits (service/engine/tape_append.h). Checked: the keeper takes both from the same append.
 */
#define LAST 4

#define COUNT 0
#define STAMP_HEAD(stamp) (1 + (stamp) % 2)
#define STAMP_CLOCK(stamp) (3 + (stamp) % 2)
#define PLACES 5
#define WRITERS 1
#define APPENDER 0
#include "weak_memory.pml"

/* tape_append.c: publish */
proctype appender()
{
    byte stamp;
    do
    :: stamp == LAST -> break
    :: else ->
        stamp++;
#ifndef BREAK_NO_FENCE
        barrier(APPENDER); /* fence_release */
#endif
        store_relaxed(APPENDER, STAMP_HEAD(stamp), stamp);
        store_relaxed(APPENDER, STAMP_CLOCK(stamp), stamp);
#ifdef BREAK_COUNT_RELAXED
        store_relaxed(APPENDER, COUNT, stamp)
#else
        store_release(APPENDER, COUNT, stamp)
#endif
    od
}

/* tape_append.c: tape_append_stamp */
proctype keeper()
{
    byte stamp, head, clock;
    do
    :: stamp == LAST -> break
    :: else ->
        memory[COUNT] > 0;
        stamp = memory[COUNT];
        if
        :: head = memory[STAMP_HEAD(stamp)]; clock = memory[STAMP_CLOCK(stamp)]
        :: clock = memory[STAMP_CLOCK(stamp)]; head = memory[STAMP_HEAD(stamp)]
        fi;
        if
#ifdef BREAK_NO_RECHECK
        :: true ->
#else
        :: memory[COUNT] == stamp -> /* behind fence_acquire */
#endif
            assert(head == stamp && clock == stamp)
        :: memory[COUNT] != stamp ->
#ifdef REACH_AGAIN
            assert(false);
#endif
            stamp = 0
        fi;
        head = 0;
        clock = 0
    od
}

init {
    atomic {
        run arrivals(APPENDER);
        run appender();
        run keeper()
    }
}
