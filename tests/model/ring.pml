/* SPDX-License-Identifier: MIT */
/*
 * Publishing frames, and a ring that overwrites itself (docs/layout.md, L66 to L70).
 *
 * A frame is two words, so that it can be torn, and holds its position + 1 in both. The ring has
 * room for CAPACITY frames and is filled up to LAST. Checked of every frame that the reader accepts:
 * it is the one that was asked for, whole. Of every frame that anybody touches: its storage is
 * committed. A linear tape is the first lap of this.
 *
 * BREAK_x takes something away, and spin must then find fault; REACH_x asserts that something never
 * happens which must be possible, or the model proves nothing.
 */
#define CAPACITY 3
#define LAST 7
#define AHEAD 2

#define HEAD 0
#define OLDEST 1
#define COMMITTED 2
#define GRANTED 3
#define WORD(position, half) (4 + 2 * ((position) % CAPACITY) + half)
#define PLACES 10
#define WRITERS 2
#define KEEPER 0
#define APPENDER 1
#include "weak_memory.pml"

byte real; /* frames whose pages can be touched: what VirtualAlloc has made so */

#define FRAMES_REAL(position) ((position) < CAPACITY -> (position) : CAPACITY)

/* tape_windows.c: tape_windows_grant, frame by frame */
proctype keeper()
{
    byte granted, end;
    do
    :: granted == LAST -> break
    /* tape.c, tape_tick: the target is counted from the head */
    :: granted < LAST && granted < memory[HEAD] + AHEAD ->
        end = granted + 1;
#ifdef BREAK_GRANT_BEFORE_COMMIT
        store_release(KEEPER, GRANTED, end);
#endif
        /* commit_to */
        if
        :: end <= CAPACITY ->
            real = end;
#ifndef BREAK_COMMIT_UNTOLD
            store_release(KEEPER, COMMITTED, end)
#endif
        :: else
        fi;
        /* retire_before */
#ifndef BREAK_RETIRE_LATE
        if
        :: end > CAPACITY -> store_release(KEEPER, OLDEST, end - CAPACITY)
        :: else
        fi;
#endif
#ifdef BREAK_GRANT_RELAXED
        store_relaxed(KEEPER, GRANTED, end);
#elif !defined(BREAK_GRANT_BEFORE_COMMIT)
        store_release(KEEPER, GRANTED, end);
#endif
#ifdef BREAK_RETIRE_LATE
        if
        :: end > CAPACITY -> store_release(KEEPER, OLDEST, end - CAPACITY)
        :: else
        fi;
#endif
        granted = end
    od
}

/* tape_append.c: tape_append, tape_append_fill, publish */
proctype appender()
{
    byte head;
    do
    :: head == LAST -> break
    :: head < memory[GRANTED] -> /* load_acquire_u64(&appender->granted) */
#ifdef BREAK_PUBLISH_BEFORE_COPY
        store_release(APPENDER, HEAD, head + 1);
#endif
        assert(head % CAPACITY < real);
        store_relaxed(APPENDER, WORD(head, 0), head + 1); /* memcpy */
        store_relaxed(APPENDER, WORD(head, 1), head + 1);
#ifdef BREAK_HEAD_RELAXED
        store_relaxed(APPENDER, HEAD, head + 1);
#elif !defined(BREAK_PUBLISH_BEFORE_COPY)
        store_release(APPENDER, HEAD, head + 1);
#endif
        head++
    od
}

/* The copy of one frame; in either order, as the loads are plain. */
inline copy()
{
    if
    :: low = memory[WORD(position, 0)]; high = memory[WORD(position, 1)]
    :: high = memory[WORD(position, 1)]; low = memory[WORD(position, 0)]
    fi
}

/* reader.c: reader_head, oldest_below, reader_peek, reader_each_run, reader_still_valid */
proctype reader()
{
    byte position, head, oldest, low, high;
    do
    :: position == LAST -> break
    :: else ->
#ifdef BREAK_HEAD_LOADED_RELAXED
        copy();
#endif
        memory[HEAD] > position; /* spins, or waits: wake.pml */
        head = memory[HEAD];
        assert(memory[COMMITTED] >= FRAMES_REAL(head)); /* L67; head first, as in reader_head */
        oldest = memory[OLDEST];
        assert(oldest + CAPACITY >= head); /* L69 */
        if
        :: position < oldest || position + CAPACITY < head -> position++ /* E_OVERWRITTEN */
        :: else ->
            assert(position % CAPACITY < real);
#ifdef BREAK_NO_FENCE
            if
            :: oldest = memory[OLDEST]
            :: skip
            fi;
#endif
#ifndef BREAK_HEAD_LOADED_RELAXED
            copy();
#endif
            /* reader_still_valid: fence_acquire, then the head, then oldest_frame */
#if !defined(BREAK_NO_RECHECK) && !defined(BREAK_NO_FENCE)
            head = memory[HEAD];
            oldest = memory[OLDEST];
#endif
            if
            :: position < oldest || position + CAPACITY < head ->
#ifdef REACH_DISCARD
                assert(low == high)
#endif
                skip
            :: else ->
                assert(low == position + 1 && high == position + 1);
#ifdef REACH_LAP
                assert(position < 2 * CAPACITY)
#endif
            fi;
            low = 0;
            high = 0;
            position++
        fi;
        head = 0;
        oldest = 0
    od
}

init {
    atomic {
        run arrivals(KEEPER);
        run arrivals(APPENDER);
        run keeper();
        run appender();
        run reader()
    }
}
