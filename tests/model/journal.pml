/* SPDX-License-Identifier: MIT */
/*
 * The journal, whose oldest records are overwritten by their own writer (docs/layout.md, L104, L105).
 * A record is two words that hold its number + 1. Checked: a copy that counts as good is whole.
 */
#define CAPACITY 2
#define LAST 6

#define HEAD 0
#define OLDEST 1
#define WORD(record, half) (2 + 2 * ((record) % CAPACITY) + half)
#define PLACES 6
#define WRITERS 1
#define KEEPER 0
#include "weak_memory.pml"

/* journal_writer.c: journal_write */
proctype keeper()
{
    byte sequence;
    do
    :: sequence == LAST -> break
    :: else ->
        if
        :: sequence >= CAPACITY ->
#ifdef BREAK_OLDEST_LATE
            skip
#else
            store_release(KEEPER, OLDEST, sequence + 1 - CAPACITY);
#ifndef BREAK_NO_BARRIER
            barrier(KEEPER) /* exchange_u64 */
#endif
#endif
        :: else
        fi;
        store_relaxed(KEEPER, WORD(sequence, 0), sequence + 1);
        store_relaxed(KEEPER, WORD(sequence, 1), sequence + 1);
#ifdef BREAK_HEAD_RELAXED
        store_relaxed(KEEPER, HEAD, sequence + 1);
#else
        store_release(KEEPER, HEAD, sequence + 1);
#endif
#ifdef BREAK_OLDEST_LATE
        if
        :: sequence >= CAPACITY -> store_release(KEEPER, OLDEST, sequence + 1 - CAPACITY)
        :: else
        fi;
#endif
        sequence++
    od
}

/* reader_journal.c: reader_get_record */
proctype reader()
{
    byte record, oldest, low, high;
    do
    :: record == LAST -> break
    :: else ->
        memory[HEAD] > record;
        if
        :: low = memory[WORD(record, 0)]; high = memory[WORD(record, 1)]
        :: high = memory[WORD(record, 1)]; low = memory[WORD(record, 0)]
        fi;
#ifndef BREAK_NO_RECHECK
        oldest = memory[OLDEST]; /* behind fence_acquire */
#endif
        if
        :: record < oldest
        :: else ->
            assert(low == record + 1 && high == record + 1);
#ifdef REACH_LAP
            assert(record < CAPACITY)
#endif
        fi;
        low = 0;
        high = 0;
        oldest = 0;
        record++
    od
}

init {
    atomic {
        run arrivals(KEEPER);
        run keeper();
        run reader()
    }
}
