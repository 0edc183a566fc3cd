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
#include <string.h>

#include <cmocka.h>

#include "atomic64.h"
#include "deck_change.h"
#include "flat_store.h"

#define ROUNDS 300u
#define PACKETS 23u
#define PACKET_FRAMES 480u
#define LATE_PACKETS 2000u
#define LATE_FRAMES 4u
#define TAPE_FRAMES 20011u
#define CLOCK_HZ 10000000u
#define TICK_CLOCK (CLOCK_HZ / 100)

struct backed_tape {
    struct tape *tape;
    struct store *audio;
    struct store *index;
};

struct scene {
    struct deck_config config;
    struct deck *deck;
    struct backed_tape present;
    struct backed_tape next;
    struct backed_tape left;
    struct tapemap_shared_u64 clock;    /* of the newest tick */
    struct tapemap_shared_u64 has_left; /* 1: `left` is the finisher's; 0: the keeper's */
    struct tapemap_shared_u64 is_done;
    uint64_t position; /* the finisher's: frames verified */
    unsigned tapes;
};

static bool is_done(const struct scene *scene)
{
    return load_acquire_u64(&scene->is_done) != 0;
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
            deck_sink_frames(scene->deck, packet, PACKET_FRAMES, clock);
            if (round % 5 == 0)
                deck_sink_overflow(scene->deck, clock);
        }
        if (round % 3 == 0)
            deck_source_stops(scene->deck);
        else
            deck_sink_lost(scene->deck);
        /* It goes on for a moment, and into the gate that is being shut. */
        for (unsigned i = 0; i < LATE_PACKETS; i++)
            deck_sink_frames(scene->deck, packet, LATE_FRAMES, clock);
        for (unsigned i = 0; i < round % 4; i++)
            clock = await_tick(scene, clock);
        deck_source_starts(scene->deck, &source);
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
            deck_request_pause(scene->deck, i % 34 == 0);
        if (i % 100 == 50)
            deck_request_rotate(scene->deck);
    }
    return NULL;
}

static void make_stores(const struct tape_config *config, struct backed_tape *made)
{
    uint64_t audio_bytes;
    uint64_t index_bytes;
    tape_measure(config, &audio_bytes, &index_bytes);
    made->audio = flat_store_create(audio_bytes);
    made->index = flat_store_create(index_bytes);
}

static void offer_next(struct scene *scene, struct instant now)
{
    struct tape_config config = scene->config.tape;
    struct failure failure;
    config.tape_id += ++scene->tapes;
    make_stores(&config, &scene->next);
    if (tape_create(&config, scene->next.audio, scene->next.index, now, &scene->next.tape,
                    &failure) != TAPEMAP_OK)
        abort();
    deck_offer_next(scene->deck, scene->next.tape, NULL);
}

static void change_tapes(struct scene *scene, struct instant now)
{
    if (load_acquire_u64(&scene->has_left) == 0 && deck_take_left(scene->deck, now)) {
        scene->left = scene->present;
        scene->present = scene->next;
        store_release_u64(&scene->has_left, 1);
    }
    if (!deck_may_offer(scene->deck))
        return;
    deck_set_boundary(scene->deck, deck_take_rotate_request(scene->deck) ? 1 : TAPE_FRAMES);
    offer_next(scene, now);
}

static void *keep(void *context)
{
    struct scene *scene = context;
    struct instant now = {TICK_CLOCK, 1000};
    while (!is_done(scene)) {
        now.clock += TICK_CLOCK;
        now.utc_ns += 10000000;
        deck_tick(scene->deck, now);
        change_tapes(scene, now);
        store_release_u64(&scene->clock, now.clock);
        sched_yield();
    }
    while (!deck_shut(scene->deck))
        sched_yield();
    deck_end(scene->deck, now);
    store_release_u64(&scene->clock, now.clock + 1); /* nobody waits for a tick any more */
    return NULL;
}

/* The tape has ended. */
static void verify(struct scene *scene, const struct backed_tape *backed)
{
    const struct tapemap_control *control = tape_control(backed->tape);
    const unsigned char *bytes = flat_store_memory(backed->audio) + TAPEMAP_DATA_OFFSET;
    const int16_t *frames = (const int16_t *)(const void *)bytes;
    uint64_t head = load_acquire_u64(&control->head);
    uint64_t gaps = load_acquire_u64(&control->gap_frames);
    uint64_t sound = 0;
    for (uint64_t i = 0; i < head; i++)
        sound += frames[i * 2] != 0;
    if (control->series_position != scene->position || sound + gaps != head) {
        fprintf(stderr, "at %llu instead of %llu: %llu frames, %llu of them sound, %llu gap\n",
                (unsigned long long)control->series_position,
                (unsigned long long)scene->position, (unsigned long long)head,
                (unsigned long long)sound, (unsigned long long)gaps);
        abort();
    }
    scene->position += head;
}

static void let_go(const struct backed_tape *backed)
{
    tape_destroy(backed->tape);
    store_destroy(backed->audio);
    store_destroy(backed->index);
}

static void end_left(struct scene *scene, const struct backed_tape *left)
{
    tape_end(left->tape, TAPEMAP_REASON_ROTATED, "", (struct instant){1, 1000});
    verify(scene, left);
    let_go(left);
}

static void *finish(void *context)
{
    struct scene *scene = context;
    while (!is_done(scene)) {
        if (load_acquire_u64(&scene->has_left) == 0) {
            sched_yield();
            continue;
        }
        struct backed_tape left = scene->left;
        end_left(scene, &left);
        store_release_u64(&scene->has_left, 0);
    }
    return NULL;
}

static void finish_rest(struct scene *scene)
{
    struct instant now = {1, 1000};

    if (load_acquire_u64(&scene->has_left) != 0)
        end_left(scene, &scene->left);
    if (deck_take_left(scene->deck, now)) {
        end_left(scene, &scene->present);
        scene->present = scene->next;
    }
    if (deck_take_unused(scene->deck))
        let_go(&scene->next);
    verify(scene, &scene->present);
    deck_destroy(scene->deck);
    store_destroy(scene->present.audio);
    store_destroy(scene->present.index);
}

static void the_gate_hands_the_tape_back_and_forth(void **state)
{
    (void)state;
    struct scene scene = {.config = {.tape = {.deck_name = "threads",
                                              .source = "tone:ramp",
                                              .tape_id = 1,
                                              .format = {TAPEMAP_S16, 2, 48000},
                                              .capacity_frames = 40 * TAPE_FRAMES,
                                              .ahead_frames = 4800,
                                              .window_bytes = 262144,
                                              .clock_hz = CLOCK_HZ},
                                     .is_clocked = true,
                                     .keeps_time = true}};
    struct failure failure;
    pthread_t device, keeper, asker, finisher;
    make_stores(&scene.config.tape, &scene.present);
    assert_int_equal(deck_create(&scene.config, scene.present.audio, scene.present.index,
                                 (struct instant){TICK_CLOCK, 1000}, &scene.deck, &failure),
                     TAPEMAP_OK);
    scene.present.tape = deck_tape(scene.deck);
    pthread_create(&keeper, NULL, keep, &scene);
    pthread_create(&finisher, NULL, finish, &scene);
    pthread_create(&asker, NULL, ask, &scene);
    pthread_create(&device, NULL, deliver, &scene);
    pthread_join(device, NULL);
    store_release_u64(&scene.is_done, 1);
    pthread_join(keeper, NULL);
    pthread_join(asker, NULL);
    pthread_join(finisher, NULL);
    assert_true(deck_finds(scene.deck) > 0);
    finish_rest(&scene);
    assert_true(scene.tapes > 1); /* how many, and how often it was found, is the scheduler's */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gate_hands_the_tape_back_and_forth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
