/* SPDX-License-Identifier: MIT */
/* The thread of a recorder that keeps its deck going, and who has it end. */
#include "atomic64.h"
#include "program.h"
#include "recorder_state.h"
#include "steady_clock.h"

/* How long a source may take to start that is to be stopped. */
#define RECORDER_START_MS 5000u

/* How long another interrupt waits for the end to be done with. */
#define RECORDER_GRACE_MS 2000u
#define RECORDER_GRACE_STEP_MS 10u

/* ---- Interrupts ----------------------------------------------------------------------------- */

/* Set by the handler of interrupts, on a thread of the system's; asked at every tick. */
static struct tapemap_shared_u64 interrupt_seen;
/* 1: what is left to do waits for nobody outside. */
static struct tapemap_shared_u64 is_closing;

static void recorder_note_interrupt(void)
{
    store_release_u64(&interrupt_seen, 1);
}

void recorder_hear_interrupts(void)
{
    program_on_interrupt(recorder_note_interrupt);
}

/* The tape has ended. Ctrl+C pressed twice must not cost a file its completion; but marks that are
   being kept, or a disk, may take long, and then this ends the process. */
static void recorder_insist(void)
{
    for (uint32_t waited = 0; waited < RECORDER_GRACE_MS; waited += RECORDER_GRACE_STEP_MS) {
        if (load_acquire_u64(&is_closing) != 0)
            return;
        steady_clock_sleep_ms(RECORDER_GRACE_STEP_MS);
    }
    program_give_up("tapemapd: cannot finish: it was interrupted again and takes too long; the "
                    "tape has ended, and 'tapemap recover' completes its file\n", 1);
}

void recorder_note_closing(void)
{
    store_release_u64(&is_closing, 1);
}

/* ---- The keeper ----------------------------------------------------------------------------- */

/* A device that does not answer its stop cannot hold up the tape's end: it finds the gate shut. But
   nobody may end a tape under an append that waits for the disk. */
static void recorder_stop_source(struct recorder *recorder)
{
    uint64_t begin = steady_clock_now();
    uint64_t patience = steady_clock_hz() / 1000 * RECORDED_TAPE_PATIENCE_MS;

    source_thread_stop(recorder->sources);
    while (!deck_shut(recorder->deck) && !recorder->is_append_stuck) {
        steady_clock_sleep_ms(1);
        recorder_beat(recorder);
        recorder->is_append_stuck = steady_clock_now() - begin > patience;
    }
}

void recorder_end_deck(struct recorder *recorder)
{
    struct instant now = recorder_now();

    if ((recorder->goes_on && !recorder->has_started) || recorder->is_append_stuck)
        return;
    deck_end(recorder->deck, now);
    if (recorder->changer)
        changer_end(recorder->changer, now);
    recorded_tape_wake_all(recorder_tape(recorder));
    recorder->has_ended = true;
}

bool recorder_is_given_up(const struct recorder *recorder)
{
    return load_acquire_u64(&recorder->is_given_up) != 0;
}

bool recorder_is_stopped(const struct recorder *recorder)
{
    return load_acquire_u64(&interrupt_seen) != 0 || load_acquire_u64(&recorder->stop_asked) != 0;
}

/*
 * Starting a device may take seconds: the tape beats meanwhile, and takes what comes already. The
 * deck does not tick, because it counts how long its source has been silent. A device may never
 * answer: who asks for an end waits for it no longer than for a moment.
 */
static void recorder_await_source(struct recorder *recorder)
{
    uint64_t patience = steady_clock_hz() / 1000 * RECORDER_START_MS;
    uint64_t asked = 0; /* when the end was seen to be asked for */

    while (!source_thread_has_answered(recorder->sources) && !recorder_is_given_up(recorder)) {
        struct instant now = recorder_now();
        if (asked == 0 && (recorder_is_stopped(recorder) || deck_is_to_end(recorder->deck)))
            asked = now.clock;
        if (asked != 0 && now.clock - asked > patience)
            return;
        recorder_beat(recorder);
        deck_tick_early(recorder->deck, now);
        if (recorder->changer)
            changer_tick(recorder->changer, now);
        keeper_timer_wait(recorder->timer);
    }
}

/* Once a second. */
static void recorder_count_readers(struct recorder *recorder, uint64_t clock)
{
    uint64_t second = clock / recorder->config.tape.clock_hz;

    if (second == recorder->counted_second)
        return;
    recorder->counted_second = second;
    /* A supervisor that holds the tape has its events too. */
    bool is_held = recorder->share && tape_share_has_holder(recorder->share, clock,
                                                            recorder->config.tape.clock_hz);
    wake_events_count_readers(recorder_tape(recorder)->events, is_held ? 1 : 0);
}

/* A deck that may delete what is old waits for that before its disk counts as full. */
static void recorder_look_for_room(struct recorder *recorder, struct instant now)
{
    const struct tapemap_control *control = tape_control(deck_tape(recorder->deck));
    bool is_waiting = load_relaxed_u64(&control->state) == TAPEMAP_STATE_WAITING;

    finisher_tick(recorder->finisher, now);
    if (!is_waiting)
        recorder->room_tries = 0;
    if (!is_waiting || recorder->options->file.waits_for_room)
        return;
    enum finisher_room room = finisher_ask_room(recorder->finisher, now);
    recorder->room_tries += room == FINISHER_ROOM_MADE;
    if (room == FINISHER_ROOM_DENIED || recorder->room_tries > FINISHER_MOST_TRIES)
        deck_request_end(recorder->deck, TAPEMAP_REASON_DISK_FULL, NULL);
}

/* Returns false when its device was given up: the tape is left as it is, and not ended. */
static bool recorder_tick_to_the_end(struct recorder *recorder)
{
    while (!recorder_is_given_up(recorder)) {
        struct instant now = recorder_now();
        bool goes_on;

        recorder_beat(recorder);
        if (recorder_is_stopped(recorder))
            deck_request_end(recorder->deck, TAPEMAP_REASON_REQUESTED,
                             program_session_ends() ? "the session of its user ended" : NULL);
        goes_on = deck_tick(recorder->deck, now);
        if (recorder->changer && goes_on) {
            changer_tick(recorder->changer, now);
            recorder_look_for_room(recorder, now);
        }
        recorder_count_readers(recorder, now.clock);
        source_thread_tick(recorder->sources);
        if (!goes_on)
            return true;
        keeper_timer_wait(recorder->timer);
    }
    return false;
}

void recorder_keep(void *context)
{
    struct recorder *recorder = context;
    struct failure failure;

    recorder_await_source(recorder);
    if (recorder_is_given_up(recorder))
        return;
    recorder->has_started = source_thread_has_answered(recorder->sources) &&
                            source_thread_answer(recorder->sources, &failure) == TAPEMAP_OK;
    recorder_hear_interrupts();
    if (!recorder_tick_to_the_end(recorder))
        return;
    recorder_stop_source(recorder);
    recorder_end_deck(recorder);
    program_on_interrupt(recorder_insist);
}
