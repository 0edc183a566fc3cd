/* SPDX-License-Identifier: MIT */
/*
 * The two wake-up events (docs/layout.md, section 7) and the end of a tape (L65).
 *
 * Checked of a reader that waits for one frame after the other:
 *   - asleep, with its frame published, it sees at most two ticks end;
 *   - unless it was held up between its look and its sleep while two wake-ups began: then it sleeps
 *     through none that follows, and if none does, up to the end of its slice (reader_wait.c,
 *     LONGEST_SLICE_MS);
 *   - it never takes the end for an answer while its frame is there.
 * One reader will do: the events are reset by hand, so that no reader takes a wake-up from another.
 *
 * SetEvent and ResetEvent are not taken for barriers.
 */
#define LAST 4

#define HEAD 0
#define WAKES 1
#define STATE 2
#define PLACES 3
#define WRITERS 2
#define KEEPER 0
#define APPENDER 1
#include "weak_memory.pml"

#define ENDED 4

bit is_set[2];
byte copied;     /* frames that are there, published or not */
byte begun;      /* wake-ups whose ResetEvent has been called */
byte wanted = 1; /* the head that the reader waits for */
bit is_asleep, sleeps_on, is_late;
byte ticks_slept, wakes_slept;

#define has_come (memory[HEAD] >= wanted)

/* SetEvent of an event that is reset by hand lets all go that sleep on it. */
inline set_event(parity)
{
    atomic {
        is_set[parity] = 1;
        if
        :: is_asleep && sleeps_on == parity -> is_asleep = 0
        :: else
        fi
    }
}

/* wake_events_win32.c: wake_events_signal */
inline wake()
{
    atomic { begun++; wake_number = begun };
#ifdef BREAK_SET_THE_OTHER
    is_set[wake_number % 2] = 0;
    store_release(KEEPER, WAKES, wake_number);
    set_event((wake_number + 1) % 2);
#elif defined(BREAK_ONE_EVENT)
    store_release(KEEPER, WAKES, wake_number);
    set_event(0);
    is_set[0] = 0;
#else
    is_set[(wake_number + 1) % 2] = 0;
    store_release(KEEPER, WAKES, wake_number);
    set_event(wake_number % 2);
#endif
    wake_number = 0;
    atomic {
        if
        :: is_asleep && has_come -> wakes_slept++; assert(wakes_slept < 2)
        :: else
        fi
    }
}

inline end_tick()
{
    atomic {
        if
        :: is_asleep && has_come && !is_late -> ticks_slept++; assert(ticks_slept < 3)
        :: else
        fi
    }
}

/* tape.c: tape_tick; deck.c: deck_tick and deck_tick_early; tape.c: tape_end */
proctype keeper()
{
    byte head, seen, wake_number;
    do
    :: true ->
#ifdef BREAK_EVENT_BEFORE_HEAD
        head = copied;
#else
        head = memory[HEAD];
#endif
        if
        :: head != seen ->
            seen = head;
#ifdef BREAK_EARLY_TICK_IS_SILENT
            if
            :: wake()
            :: skip
            fi
#else
            wake()
#endif
        :: else
        fi;
        end_tick()
    :: memory[HEAD] == LAST -> break /* the source is at its end */
    od;
    store_release(KEEPER, STATE, ENDED);
#ifndef BREAK_END_WAKES_NOBODY
    set_event(0); /* wake_events_end */
    set_event(1)
#endif
}

/* tape_append.c: publish */
proctype appender()
{
    byte head;
    do
    :: head == LAST -> break
    :: else ->
        head++;
        copied = head;
        store_release(APPENDER, HEAD, head)
    od
}

/* waiting_win32.c: waiting_sleep, without an event (5 ms) or with one */
inline sleep()
{
    if
    :: is_blind
    :: else ->
        atomic {
            is_late = begun > wakes + 1;
            if
            :: is_set[parity]
            :: else -> is_asleep = 1; sleeps_on = parity
            fi
        };
        atomic {
            if
            :: !is_asleep
            :: is_asleep && is_late -> is_asleep = 0 /* the slice is over */
            fi;
            ticks_slept = 0; wakes_slept = 0; is_late = 0; sleeps_on = 0
        }
    fi
}

/* reader_wait.c: reader_wait, wait_look, wait_parity */
proctype reader()
{
    byte wakes, before;
    bit parity, is_blind, has_slept;
    do
    :: true ->
#ifdef BREAK_LOOK_BEFORE_COUNT
        if
        :: has_come -> goto come
        :: else
        fi;
        wakes = memory[WAKES];
#else
        wakes = memory[WAKES];
        if
        :: has_come -> goto come
        :: else
        fi;
#endif
        if
        :: memory[STATE] == ENDED ->
#ifdef BREAK_NO_SECOND_LOOK
            goto over
#else
            if
            :: has_come -> goto come
            :: else -> goto over
            fi
#endif
        :: else
        fi;
        /* An event that is set without a wake-up is left out once. Whether the sleep was short is
           not known here, so it may be left out or not. */
        if
        :: has_slept && wakes == before && !is_blind -> is_blind = 1
        :: is_blind = 0
        fi;
        parity = (wakes + 1) % 2;
        before = wakes;
        has_slept = 1;
        sleep()
        goto again;
    come:
#ifdef REACH_LAST
        assert(wanted < LAST);
#endif
        wanted++;
        has_slept = 0;
        is_blind = 0;
    again:
        skip
    od;
over:
    assert(wanted == LAST + 1)
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
