/* SPDX-License-Identifier: MIT */
/*
 * A device that is lost and found, a keeper that keeps time and changes tapes meanwhile, a thread
 * that pauses and marks, and a finisher, all at once. Under TSan it shows that the gate hands the
 * tape back and forth; and every frame must be the device's or one that a gap counts.
 */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "atomic64.h"
#include "deck_change.h"
#include "flat_store.h"
#include "scripted_threads.h"

#define ROUNDS 300u
#define PACKETS 23u
#define PACKET_FRAMES 480u
#define LATE_PACKETS 2000u
#define LATE_FRAMES 4u
#define TAPE_FRAMES 20011u
#define TICK_CLOCK (SCRIPTED_CLOCK_HZ / 100)

struct scene {
    struct scripted_change change;
    struct tapemap_shared_u64 clock; /* of the newest tick */
};

static bool is_done(const struct scene *scene)
{
    return load_acquire_u64(&scene->change.is_done) != 0;
}

static uint64_t await_tick(const struct scene *scene, uint64_t since)
{
    while (load_acquire_u64(&scene->clock) == since)
        sched_yield();
    return load_acquire_u64(&scene->clock);
}

/* The device and the thread that starts and stops it. */
static void *deliver(void *context)
{
    struct scene *scene = context;
    struct deck_source source = {"the device", true, false, {TAPEMAP_S16, 2, 48000}};
    int16_t packet[PACKET_FRAMES * 2];
    uint64_t clock = 0;
    for (size_t i = 0; i < PACKET_FRAMES * 2; i++)
        packet[i] = 1;
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < PACKETS + round % 7; i++) {
            clock = await_tick(scene, clock);
            deck_sink_frames(scene->change.deck, packet, PACKET_FRAMES, clock);
            if (round % 5 == 0)
                deck_sink_overflow(scene->change.deck, clock);
        }
        if (round % 3 == 0)
            deck_source_stops(scene->change.deck);
        else
            deck_sink_lost(scene->change.deck);
        /* It goes on for a moment, and into the gate that is being shut. */
        for (unsigned i = 0; i < LATE_PACKETS; i++)
            deck_sink_frames(scene->change.deck, packet, LATE_FRAMES, clock);
        for (unsigned i = 0; i < round % 4; i++)
            clock = await_tick(scene, clock);
        deck_source_starts(scene->change.deck, &source);
    }
    return NULL;
}

static void *ask(void *context)
{
    struct scene *scene = context;
    uint64_t clock = 0;
    for (unsigned i = 0; !is_done(scene); i++) {
        clock = await_tick(scene, clock);
        if (i % 17 == 0)
            deck_request_pause(scene->change.deck, i % 34 == 0);
        if (i % 100 == 50)
            deck_request_rotate(scene->change.deck);
    }
    return NULL;
}

static void change_tapes(struct scripted_change *change, struct instant now)
{
    if (!scripted_change_hand_on(change, now))
        return;
    deck_set_boundary(change->deck, deck_take_rotate_request(change->deck) ? 1 : TAPE_FRAMES);
    scripted_change_offer(change, now);
}

static void *keep(void *context)
{
    struct scene *scene = context;
    struct instant now = {TICK_CLOCK, 1000};
    while (!is_done(scene)) {
        now.clock += TICK_CLOCK;
        now.utc_ns += 10000000;
        deck_tick(scene->change.deck, now);
        change_tapes(&scene->change, now);
        store_release_u64(&scene->clock, now.clock);
        sched_yield();
    }
    while (!deck_shut(scene->change.deck))
        sched_yield();
    deck_end(scene->change.deck, now);
    store_release_u64(&scene->clock, now.clock + 1); /* nobody waits for a tick any more */
    return NULL;
}

static void verify(uint64_t position, const struct backed_tape *ended)
{
    const struct tapemap_control *control = tape_control(ended->tape);
    const unsigned char *bytes = flat_store_memory(ended->audio) + TAPEMAP_DATA_OFFSET;
    const int16_t *frames = (const int16_t *)(const void *)bytes;
    uint64_t head = load_acquire_u64(&control->head);
    uint64_t gaps = load_acquire_u64(&control->gap_frames);
    uint64_t sound = 0;
    for (uint64_t i = 0; i < head; i++)
        sound += frames[i * 2] != 0;
    if (sound + gaps != head) {
        fprintf(stderr, "at %llu: %llu frames, %llu of them sound, %llu gap\n",
                (unsigned long long)position, (unsigned long long)head,
                (unsigned long long)sound, (unsigned long long)gaps);
        abort();
    }
}

static void the_gate_hands_the_tape_back_and_forth(void **state)
{
    (void)state;
    struct scene scene = {.change.verify = verify,
                          .change.config = {.tape = {.deck_name = "threads",
                                                     .source = "tone:ramp",
                                                     .tape_id = 1,
                                                     .format = {TAPEMAP_S16, 2, 48000},
                                                     .capacity_frames = 40 * TAPE_FRAMES,
                                                     .ahead_frames = 4800,
                                                     .window_bytes = 262144,
                                                     .clock_hz = SCRIPTED_CLOCK_HZ},
                                            .is_clocked = true,
                                            .keeps_time = true}};
    pthread_t device, keeper, asker, finisher;
    scripted_change_begin(&scene.change, (struct instant){TICK_CLOCK, 1000});
    pthread_create(&keeper, NULL, keep, &scene);
    pthread_create(&finisher, NULL, scripted_change_finish, &scene.change);
    pthread_create(&asker, NULL, ask, &scene);
    pthread_create(&device, NULL, deliver, &scene);
    pthread_join(device, NULL);
    store_release_u64(&scene.change.is_done, 1);
    pthread_join(keeper, NULL);
    pthread_join(asker, NULL);
    pthread_join(finisher, NULL);
    assert_true(deck_finds(scene.change.deck) > 0);
    scripted_change_end(&scene.change);
    /* How many, and how often it was found, is the scheduler's. */
    assert_true(scene.change.tapes > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gate_hands_the_tape_back_and_forth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
