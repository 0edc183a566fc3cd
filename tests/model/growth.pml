/* SPDX-License-Identifier: MIT */
/*
 * A file tape that grows, and a reader that follows it from section to section (docs/layout.md, L9,
 * L152, L156).
 *
 * Section g has room for LENGTH(g) frames. Checked: a frame below the head can always be reached,
 * and the reader never believes a section longer than it is.
 */
#define SECTIONS 4
#define LENGTH(g) ((g) + 1)
#define LAST LENGTH(SECTIONS - 1)
#define RENEWALS 8

#define HEAD 0
#define GENERATION 1
#define GROWN 2
#define GRANTED 3
#define PLACES 4
#define WRITERS 2
#define KEEPER 0
#define APPENDER 1
#include "weak_memory.pml"

bit has_name[SECTIONS];

/* file_store_win32.c: file_store_grow. Beside the newest name the one before it stays. The system
   gives and takes names under locks of its own: what was stored before has arrived by then. */
inline make_section()
{
    barrier(KEEPER);
    has_name[generation + 1] = 1;
#ifdef BREAK_CLOSE_PREVIOUS
    if
    :: generation > 0 -> has_name[generation] = 0
    :: else
    fi
#else
    if
    :: generation > 1 -> has_name[generation - 1] = 0
    :: else
    fi
#endif
}

/* tape_windows.c: grow_for_window, then the grant of what the new section has room for */
proctype keeper()
{
    byte generation;
    store_release(KEEPER, GRANTED, LENGTH(0));
    do
    :: generation == SECTIONS - 1 -> break
    :: else ->
#ifdef BREAK_GENERATION_BEFORE_SECTION
        store_release(KEEPER, GROWN, LENGTH(generation + 1));
        store_release(KEEPER, GENERATION, generation + 1);
        make_section();
#else
        make_section();
#ifndef BREAK_GROWN_LATE
        store_release(KEEPER, GROWN, LENGTH(generation + 1));
#endif
#ifndef BREAK_GENERATION_LATE
        store_release(KEEPER, GENERATION, generation + 1);
#endif
#endif
        generation++;
        store_release(KEEPER, GRANTED, LENGTH(generation));
#ifdef BREAK_GROWN_LATE
        store_release(KEEPER, GROWN, LENGTH(generation));
#endif
#ifdef BREAK_GENERATION_LATE
        store_release(KEEPER, GENERATION, generation);
#endif
    od
}

/* tape_append.c: tape_append, whose frames ring.pml looks at */
proctype appender()
{
    byte head;
    do
    :: head == LAST -> break
    :: head < memory[GRANTED] ->
        head++;
        store_release(APPENDER, HEAD, head)
    od
}

/* reader_grow.c: renew; tape_growth.c: audio_renew. A name that is gone is an error. */
inline renew()
{
    if
    :: !has_name[mine]
    :: else ->
        section = LENGTH(mine);
        grown = memory[GROWN];
        if
        :: grown < position + 1 /* E_CORRUPT */
        :: else ->
            if /* reader_prove_length: the system maps no more than there is */
#ifdef BREAK_GROWN_UNPROVED
            :: true -> length = grown
#else
            :: grown <= section -> length = grown
            :: grown > section && position + 1 <= section -> length = position + 1
            :: grown > section && position + 1 > section
#endif
            fi
        fi;
        grown = 0
    fi
}

/* reader_grow.c: reader_reach, of a reader that has opened the section of generation 0 */
proctype reader()
{
    byte position, mine, seen, tries, grown;
    byte section = LENGTH(0);
    byte length = LENGTH(0);
    do
    :: position == LAST -> break
    :: else ->
#ifdef BREAK_HEAD_LOADED_RELAXED
        seen = memory[GENERATION];
#endif
        memory[HEAD] > position; /* load_acquire_u64 */
        tries = 0;
        do
        :: tries == RENEWALS -> break
        :: tries < RENEWALS ->
#ifndef BREAK_HEAD_LOADED_RELAXED
            seen = memory[GENERATION];
#endif
            if
            :: seen == mine && (position + 1 <= length || tries > 0) -> break
            :: else
            fi;
            mine = seen;
            renew();
            tries++;
#ifdef BREAK_NO_RETRY
            break
#endif
        od;
        assert(length <= section);       /* or a touch of what is mapped faults */
        assert(position + 1 <= length);  /* or a published frame cannot be read */
#ifdef REACH_MOVED_ON
        assert(tries < 2);
#endif
        tries = 0;
        position++
    od
}

init {
    atomic {
        has_name[0] = 1; /* as long as the recorder lives */
        memory[GROWN] = LENGTH(0);
        run arrivals(KEEPER);
        run arrivals(APPENDER);
        run keeper();
        run appender();
        run reader()
    }
}
